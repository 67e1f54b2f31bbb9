import { setTimeout as sleep } from 'node:timers/promises';

/** What somebody asks, and what they must get of it when all is well. */
export interface Question {
  readonly kind: 'read' | 'refused';
  readonly query: string;
  /** What stands in the header `authorization`; absent: the token of the test. */
  readonly authorization?: string;
}

/** Something that a gateway answered: every byte of it came. */
export interface Answered {
  /** The request's id, which the client chose. */
  readonly id: string;
  readonly gateway: string;
  readonly kind: Question['kind'];
  readonly status: number;
  readonly hasData: boolean;
  readonly code: string | undefined;
  /** When it was answered, and how long that took. */
  readonly atMs: number;
  readonly tookMs: number;
  readonly retryAfter: string | null;
}

/** What is asked one after another, again and again. */
export type Questions = readonly ((count: number) => Question)[];

const QUESTIONS: Questions = [
  (count) => ({ kind: 'read', query: `{ person(id: "p${count % 50}") { name } }` }),
  (count) => ({ kind: 'read', query: `query Home${count % 20} { person(id: "p${count % 50}") { name home } }` }),
  (count) => ({ kind: 'read', query: `{ a: person(id: "p${count % 50}") { home } b: person(id: "x") { name } }` }),
  () => ({ kind: 'refused', query: '{ person(id: "p1") { nonsense } }' }),
];
/** Of nobody in particular only so many refusals a second have an entry of their own, so these are asked now and then. */
const OF_NOBODY: Question = { kind: 'refused', query: '{ person(id: "p1") { name } }', authorization: 'Bearer forged' };
const NOBODY_EVERY_MS = 150;

/** Clients that ask gateways without rest, and remember what was answered. */
export class AuditedLoad {
  readonly answered: Answered[] = [];
  /** Requests that nobody knows the end of: the gateway died, or was away. */
  lost = 0;
  private count = 0;
  private isOn = true;
  private readonly clients: Promise<void>[] = [];

  constructor(
    private readonly options: { readonly token: string; readonly questions?: Questions; readonly ids?: string },
  ) {}

  /** So many clients more that ask this gateway; each waits `pauseMs` between an answer and its next question. */
  add({ name, url }: { name: string; url: string }, { clients = 4, pauseMs = 5 } = {}): this {
    const { questions = QUESTIONS } = this.options;
    const question = (count: number) => questions[count % questions.length]!(count);
    for (let client = 0; client < clients; client += 1)
      this.clients.push(this.askOn({ name, url }, { pauseMs, question }));
    this.clients.push(this.askOn({ name, url }, { pauseMs: NOBODY_EVERY_MS, question: () => OF_NOBODY }));
    return this;
  }

  /** Ends it; resolves when no request is under way any more. */
  async end(): Promise<void> {
    this.isOn = false;
    await Promise.all(this.clients);
  }

  private async askOn(
    gateway: { name: string; url: string },
    { pauseMs, question }: { pauseMs: number; question(count: number): Question },
  ): Promise<void> {
    while (this.isOn) {
      const { token, ids = 'load' } = this.options;
      const { authorization = `Bearer ${token}`, ...asked } = question(++this.count);
      const id = `${ids}-${this.count}`;
      const answer = await ask(gateway, { ...asked, authorization, id });
      if (answer) this.answered.push(answer);
      else this.lost += 1;
      await sleep(answer ? pauseMs : 20);
    }
  }
}

/** `undefined`: it did not come to its end. */
export async function ask(
  { name, url }: { name: string; url: string },
  { kind, query, authorization, id }: Question & { authorization: string; id: string },
): Promise<Answered | undefined> {
  const sentMs = Date.now();
  try {
    const response = await fetch(`${url}/graphql`, {
      method: 'POST',
      headers: { 'content-type': 'application/json', authorization, 'x-request-id': id },
      body: JSON.stringify({ query }),
      signal: AbortSignal.timeout(30_000),
    });
    const { data, errors } = (await response.json()) as { data?: object; errors?: { extensions: { code: string } }[] };
    const hasData = Object.values(data ?? {}).some((value) => value !== null);
    const code = errors?.[0]?.extensions.code;
    const { status, headers } = response;
    const atMs = Date.now();
    const retryAfter = headers.get('retry-after');
    return { id, gateway: name, kind, status, hasData, code, atMs, tookMs: atMs - sentMs, retryAfter };
  } catch {
    return undefined;
  }
}
