/** What each query is about, the query, and what its variables are. */
export const QUERIES: [name: string, query: string, variables?: Record<string, unknown>][] = [
  ['an interface of several types', '{ media { __typename id title ... on Book { pages } ... on Film { minutes } } }'],
  ['a field that an interface object adds', '{ media { id score } }'],
  ['the same on one type only', '{ media { ... on Book { score pages } ... on Film { minutes } } }'],
  ['an interface object at the root', '{ best { id score } }'],
  [
    'an interface object whose type another subgraph knows',
    '{ best { __typename title ... on Book { pages } } worst { __typename score title } }',
  ],
  [
    'from an interface object to the interface and back',
    '{ best { votes { medium { __typename title score votes { by { name voted } } } } } }',
  ],
  [
    'lists of lists of an interface',
    '{ shelf { media(first: 2) { __typename title score ... on Book { maker { name } } } } }',
  ],
  ['a field of one name that differs in its null', '{ media { ... on Book { code } ... on Film { code } } }'],
  [
    'an object of one name that differs in its null',
    '{ media { ... on Book { part { n } } ... on Film { part { n } } } }',
  ],
  [
    'an entity of one name that differs in its null',
    '{ media { ... on Book { maker { name country } } ... on Film { maker { name voted } } } }',
  ],
  [
    'the same behind an alias',
    '{ media { ... on Book { x: maker { name } y: code } ... on Film { x: maker { name } y: code } } }',
  ],
  [
    'the same in a list of lists',
    '{ shelf { media { ... on Film { code maker { name } } ... on Book { code maker { name } } } } }',
  ],
  [
    'a union with an interface in it',
    '{ pick { __typename ... on Media { title score } ... on Shelf { id media { score } } } }',
  ],
  [
    'a union whose types differ in a null',
    '{ pick { ... on Film { maker { id name } } ... on Book { maker { id name } } } }',
  ],
  [
    'fragments on the interface inside fragments on its types',
    '{ media { ...M ... on Book { ...M } } } fragment M on Media { id score ... on Film { maker { name } } }',
  ],
  [
    'a condition on a renamed field',
    'query ($a: Boolean!) { media { ... on Book { code @include(if: $a) maker { name @skip(if: $a) id } } ... on Film { code maker { name } } } }',
    { a: true },
  ],
  [
    'an entity that the interface does not know',
    '{ a: medium(id: "none") { score } worst { id score ... on Film { minutes } } }',
  ],
  [
    'arguments on a field of an interface object',
    'query ($n: Int) { media { votes(atLeast: $n) { by { id name } } } }',
    { n: 2 },
  ],
];
