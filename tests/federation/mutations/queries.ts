/** What each mutation is about, the mutation, and what its variables are. */
export const MUTATIONS: [name: string, query: string, variables?: Record<string, unknown>][] = [
  ['one mutation', 'mutation { clear }'],
  ['a mutation with entities below it', 'mutation { post(text: "x") { id text author { name posts { text } } } }'],
  [
    'several, with aliases and variables',
    'mutation ($n: String!) { a: rename(id: "u1", name: $n) { user { name posts { id } } } clear b: rename(id: "u2", name: "z") { user { id } } }',
    { n: 'new' },
  ],
  [
    'a query below a mutation',
    'mutation { rename(id: "u1", name: "q") { query { user(id: "u9") { name posts { text } } } } }',
  ],
  ['a mutation that is refused beside one that is not', 'mutation { clear fail { id } post(text: "after") { id } }'],
  ['only __typename', 'mutation { __typename }'],
  ['a mutation left out by its condition', 'mutation ($no: Boolean = false) { clear fail @include(if: $no) { id } }'],
];
