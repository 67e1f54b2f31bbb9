/** A shop in which everybody has an opinion. The amount is chosen for the operation's answer to weigh about 106 kB. */
export const users = [
  { id: 'u1', name: 'Nguyễn Thị Sương', username: 'suong', memberSince: 2014 },
  { id: 'u2', name: 'Trần Văn Hải', username: 'haitran', memberSince: 2016 },
  { id: 'u3', name: 'Lê Minh Châu', username: 'chau.le', memberSince: 2019 },
  { id: 'u4', name: 'Phạm Quốc Đạt', username: 'datpham', memberSince: 2020 },
  { id: 'u5', name: 'Võ Thu Hà', username: 'thuha', memberSince: 2021 },
  { id: 'u6', name: 'Đặng Hoàng Long', username: 'longdang', memberSince: 2023 },
];

export const products = [
  { upc: 'p1', name: 'Conical hat of palm leaf', price: 85, weight: 140, inStock: true },
  { upc: 'p2', name: 'Marble tortoise, small', price: 240, weight: 900, inStock: true },
  { upc: 'p3', name: 'Fish sauce of Nam Ô, half a litre', price: 120, weight: 780, inStock: false },
  { upc: 'p4', name: 'Silk lantern, red', price: 160, weight: 210, inStock: true },
  { upc: 'p5', name: 'Woven hammock', price: 310, weight: 1_150, inStock: false },
  { upc: 'p6', name: 'Tea bowl with a blue carp', price: 95, weight: 260, inStock: true },
  { upc: 'p7', name: 'Bamboo bicycle', price: 8_900, weight: 14_500, inStock: true },
];

const OPINIONS = [
  'Arrived on the day that was promised, wrapped in last week’s newspaper, and not a scratch on it.',
  'My aunt asked where I had bought it, which is the highest praise that she gives.',
  'The colour is a shade darker than in the picture; in the evening light nobody would know.',
  'I took it back once, was given another without a word, and that one has lasted two rainy seasons.',
  'Good work for the price. The seam on the left side could be straighter.',
  'Bought as a present and kept. I shall have to come back for a second one.',
];

/** Who wrote about what: two authors have much to say. */
const WRITTEN = [
  ['u1', 'p1'],
  ['u1', 'p1'],
  ['u1', 'p2'],
  ['u2', 'p1'],
  ['u2', 'p3'],
  ['u2', 'p4'],
  ['u3', 'p2'],
  ['u3', 'p1'],
  ['u4', 'p4'],
  ['u4', 'p5'],
  ['u5', 'p6'],
  ['u5', 'p2'],
  ['u6', 'p7'],
  ['u2', 'p5'],
  ['u4', 'p1'],
  ['u1', 'p4'],
  ['u6', 'p3'],
];

export const reviews = WRITTEN.map(([author, product], index) => ({
  id: `r${index + 1}`,
  author,
  product,
  body: Array.from({ length: 2 + (index % 2) }, (_, at) => OPINIONS[(index + at) % OPINIONS.length]).join(' '),
}));
