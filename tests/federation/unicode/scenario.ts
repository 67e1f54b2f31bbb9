import { argumentIn, referenceIn } from '../../helpers/oracle-data.js';
import type { Scenario } from '../../helpers/oracle-scenario.js';

const LINES = [
  'Nguyễn Thị Đào — Hoà/Hòa',
  'quote " slash / backslash \\ apostrophe \'',
  'line\nfeed\ttab\rreturn\u0000null\u001fescape',
  'e\u0301 decomposed, é composed',
  '👩‍👩‍👧 𝄞 \u2028 \u2029 \ufeff',
  '{"json": [1, null]} $variable # no comment',
  '',
  '   spaces   ',
  '</script><!-- & < > -->',
  'lone \ud83d half',
];
const TEXTS = LINES.map((text, at) => ({ id: `${at}:${text}`, text, length: text.length }));
const echo = (_: unknown, { text }: { text: string }) => text;

/** The text is also the key, so that it has to go through a representation and back unharmed. */
export const scenario: Scenario = {
  about: 'text of every kind',
  subgraphs: {
    texts: {
      sdl: `type Query { texts: [Text!]!  text(id: ID!): Text  echo(text: String!): String! }
        "Văn bản, \\"trích dẫn\\", \\\\ và 👩‍👩‍👧."
        type Text @key(fields: "id text") { id: ID!  text: String! }`,
      resolvers: {
        Query: { texts: () => TEXTS, text: argumentIn(TEXTS, 'id'), echo },
        Text: { __resolveReference: referenceIn(TEXTS, 'id', 'text') },
      },
    },
    lengths: {
      sdl: 'type Text @key(fields: "id text") { id: ID!  text: String!  length: Int!  echo(text: String!): String! }',
      resolvers: { Text: { __resolveReference: referenceIn(TEXTS, 'id', 'text'), echo } },
    },
  },
  oracle: { Query: { texts: () => TEXTS, text: argumentIn(TEXTS, 'id'), echo }, Text: { echo } },
  questions: [
    { name: 'in answers', query: '{ texts { text id } }' },
    { name: 'in keys', query: '{ texts { length } }' },
    {
      name: 'in variables',
      query: 'query ($a: String!, $b: ID!) { echo(text: $a) text(id: $b) { text length echo(text: $a) } }',
      variables: { a: LINES[2], b: TEXTS[4]!.id },
    },
    {
      name: 'in literals',
      query:
        '{ a: echo(text: "\\"\\\\\\/\\b\\f\\n\\r\\t \\u0111 đ 👩‍👧") b: echo(text: "$x {y} #z") c: echo(text: "") }',
    },
    {
      name: 'in block strings',
      query: '{ a: echo(text: """\n    one "quoted"\n      two \\"""\n    """) texts { echo(text: """ đ \\n """) } }',
    },
    { name: 'between comments and commas', query: '# đ "\n{ texts,, { # {\n length , \ufeff id } }' },
    { name: 'in descriptions', query: '{ __type(name: "Text") { description } }' },
    { name: 'beside a field that fails', query: '{ texts { id length } }', failing: ['Text.length'] },
  ],
};
