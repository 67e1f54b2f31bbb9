import type { Answer } from './federation.js';

/** A record of `extensions.provenance` beside one place that it stands behind. */
export interface PublishedAt {
  path: (string | number)[];
  registry: string;
  record?: string;
  version?: string;
  recordedAt?: string;
  retrievedAt: string;
  cache: string;
  ageSeconds: number;
}

interface Published {
  records: Omit<PublishedAt, 'path'>[];
  values: { path: (string | number)[]; records: number[] }[];
}

/** `extensions.provenance` as it came; `undefined` when the answer has none. */
export function publishedIn({ extensions }: Answer): Published | undefined {
  return extensions?.provenance as Published | undefined;
}

/**
 * What `extensions.provenance` says, place by place. Fails when it is not of its form: an index without a record, a record or a
 * place written twice, a record that stands behind nothing.
 */
export function provenanceOf(answer: Answer): PublishedAt[] {
  const published = publishedIn(answer);
  if (!published) throw new Error(`there is no provenance in ${answer.text}`);
  const { records, values } = published;
  expect(new Set(records.map((record) => JSON.stringify(record))).size).toBe(records.length);
  expect(new Set(values.map(({ path }) => JSON.stringify(path))).size).toBe(values.length);
  const used = values.flatMap(({ records: indexes }) => indexes);
  expect([...new Set(used)].sort((a, b) => a - b)).toEqual(records.map((_, index) => index));
  return values.flatMap(({ path, records: indexes }) => {
    expect(new Set(indexes).size).toBe(indexes.length);
    return indexes.map((index) => ({ path, ...records[index]! }));
  });
}

/** The same as `path <- registry record`, sorted. */
export function linesOf(answer: Answer): string[] {
  return provenanceOf(answer)
    .map(({ path, registry, record }) => `${path.join('.')} <- ${registry}${record === undefined ? '' : ` ${record}`}`)
    .sort();
}
