import { performance } from 'node:perf_hooks';
import { openConnection, requestOf } from './connection.mjs';

/**
 * Sends `bodies` round and round over kept-alive connections, one request at a time on each, for `seconds`; with `seconds: 0`
 * once each; the callers, whose `headers` these are, take turns. In their place there may be `requests`, which makes the bytes of
 * the next one each time, until it makes none.
 * Rejects on the first bad answer.
 * @returns requests answered, requests per second, and the latencies' p50 and p99 in milliseconds
 */
export async function load({ url, bodies, headers, requests, connections, seconds }) {
  const another = requests ?? roundAndRound(requestsOf(url, bodies, headers), seconds > 0);
  const latencies = [];
  const began = performance.now();
  const endsAt = began + seconds * 1000;
  const next = () => (seconds > 0 && performance.now() >= endsAt ? undefined : another());
  await Promise.all(Array.from({ length: connections }, () => converse(url, next, latencies)));
  return summary(latencies, performance.now() - began);
}

function roundAndRound(requests, again) {
  let sent = 0;
  return () => (again || sent < requests.length ? requests[sent++ % requests.length] : undefined);
}

/** One connection: asks what `next` gives until it gives nothing. */
function converse(url, next, latencies) {
  return new Promise((resolve, reject) => {
    const connection = openConnection(url, reject);
    let sentAt = 0;
    const send = () => {
      const request = next();
      if (!request) {
        connection.end();
        resolve();
        return;
      }
      sentAt = performance.now();
      connection.ask(request, onAnswer);
    };
    const onAnswer = () => {
      latencies.push(performance.now() - sentAt);
      send();
    };
    send();
  });
}

const TICK_MS = 1;

/**
 * Sends `perSecond` requests every second for `seconds`, however slowly they are answered: each at its time, on a connection
 * that is free. One that finds none free waits, and its wait counts; that the clock ticks in milliseconds does not.
 * @returns as `load` does, and `waited`: how many found no connection free; `late`: the p99 of how late our own clock ticked,
 *   milliseconds: what of the latencies is the machine's and not the gateway's
 */
export async function steadyLoad({ url, bodies, headers, perSecond, connections, seconds }) {
  const requests = requestsOf(url, bodies, headers);
  const latencies = [];
  const queue = [];
  const lateness = [];
  const total = Math.round(perSecond * seconds);
  let sent = 0;
  let waited = 0;
  let timer;
  const began = performance.now();
  let tickDue = began;
  await new Promise((resolve, reject) => {
    const free = Array.from({ length: connections }, () => openConnection(url, reject));
    const send = (connection, { request, dueAt }) => {
      connection.ask(request, () => {
        latencies.push(performance.now() - dueAt);
        const next = queue.shift();
        if (next) send(connection, next);
        else free.push(connection);
        if (latencies.length < total) return;
        for (const each of free) each.end();
        resolve();
      });
    };
    const tick = () => {
      const now = performance.now();
      lateness.push(now - tickDue);
      tickDue = now + TICK_MS;
      const due = Math.min(total, Math.floor(((now - began) / 1000) * perSecond));
      for (; sent < due; sent += 1) {
        const item = { request: requests[sent % requests.length], dueAt: performance.now() };
        const connection = free.pop();
        if (connection) send(connection, item);
        else waited += queue.push(item) && 1;
      }
      if (sent < total) timer = setTimeout(tick, TICK_MS);
    };
    tick();
  }).finally(() => clearTimeout(timer));
  return { ...summary(latencies, performance.now() - began), waited, late: percentileOf(lateness, 0.99) };
}

/** Each different body once as bytes, however often it is sent; with `headers` one body for each of these at least. */
function requestsOf(url, bodies, headers) {
  if (headers) {
    const of = (index) => requestOf(url, bodies[index % bodies.length], headers[index % headers.length]);
    return Array.from({ length: Math.max(bodies.length, headers.length) }, (_, index) => of(index));
  }
  const ready = new Map();
  return bodies.map((body) => {
    let request = ready.get(body);
    if (!request) ready.set(body, (request = requestOf(url, body)));
    return request;
  });
}

function summary(latencies, lastedMs) {
  return {
    answered: latencies.length,
    perSecond: (latencies.length * 1000) / lastedMs,
    p50: percentileOf(latencies, 0.5),
    p99: percentileOf(latencies, 0.99),
  };
}

function percentileOf(values, share) {
  values.sort((a, b) => a - b);
  return values[Math.min(values.length - 1, Math.floor(values.length * share))];
}
