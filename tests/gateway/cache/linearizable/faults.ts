import type { Random } from '../../../federation/differential/random.js';
import type { RegistryProxy } from '../../../helpers/registry-proxy.js';
import type { Passage } from '../../../helpers/tcp-proxy.js';
import type { Stage } from './stage.js';

/** Something that goes wrong for a while; resolves when it is mended, with whom it happened to. */
export interface Fault {
  readonly name: string;
  happen(stage: Stage, random: Random): Promise<string>;
}

export const pause = (ms: number) => new Promise<void>((resolve) => setTimeout(resolve, ms));

/** From `least` to `most` milliseconds. */
const between = (random: Random, least: number, most: number) => pause(least + random.int(most - least));

/** What goes wrong with Redis itself. */
export const REDIS_FAULTS: readonly Fault[] = [
  {
    name: 'Redis is killed, and comes back empty',
    async happen({ redis }, random) {
      await redis.kill();
      await between(random, 300, 1_500);
      await redis.start();
      return '';
    },
  },
  {
    name: 'Redis says nothing for a while',
    async happen({ redis }, random) {
      redis.pause();
      await between(random, 1_000, 2_000);
      redis.resume();
      return '';
    },
  },
  {
    name: 'Redis is emptied',
    async happen({ redis }) {
      redis.cli('flushall');
      return '';
    },
  },
];

/** A gateway is cut off in one way or another; which one, chance decides. */
const cutOff = (road: 'feed' | 'answers' | 'both', passage: Passage, most: number): Fault['happen'] => {
  const roads = road === 'both' ? (['feed', 'answers'] as const) : [road];
  const set = (registry: RegistryProxy, to: Passage) => {
    for (const each of roads) registry.set(each, to);
  };
  return async ({ gateways }, random) => {
    const { name, registry } = random.pick(gateways);
    set(registry, passage);
    await between(random, most / 2, most);
    set(registry, 'open');
    return name;
  };
};

/** What goes wrong with a gateway, or on its ways. */
export const GATEWAY_FAULTS: readonly Fault[] = [
  { name: 'the changes are cut off from a gateway', happen: cutOff('feed', 'cut', 6_000) },
  { name: 'the changes do not come through to a gateway', happen: cutOff('feed', 'held', 8_000) },
  { name: 'the registry is cut off from a gateway', happen: cutOff('both', 'cut', 8_000) },
  {
    name: 'a gateway is stopped and started anew',
    async happen({ gateways }, random) {
      const gateway = random.pick(gateways);
      await gateway.restart(random.int(500));
      return gateway.name;
    },
  },
  {
    name: 'nothing comes through between a gateway and Redis',
    async happen({ gateways }, random) {
      const { name, redis } = random.pick(gateways);
      redis.set('held');
      await between(random, 1_000, 6_000);
      redis.set('open');
      return name;
    },
  },
  {
    name: 'a gateway loses its connections to Redis',
    async happen({ gateways }, random) {
      const { name, redis } = random.pick(gateways);
      redis.set('cut');
      await between(random, 100, 2_000);
      redis.set('open');
      return name;
    },
  },
];
