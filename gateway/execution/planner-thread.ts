import { parentPort, workerData } from 'node:worker_threads';
import type { QueryPlan } from '@apollo/query-planner';
import { GatewayError } from '../errors.js';
import { describeFault } from '../faults.js';
import { createPlanBuilder, type OperationToPlan, type PlanBuilder } from './build-plan.js';

/** What the thread is started with. It is then sent one `OperationToPlan` at a time. */
export interface ThreadData {
  readonly supergraphSdl: string;
}

/** What the thread says: `ready` or `unfit` once, then one of the others for each operation. */
export type ThreadMessage =
  | { kind: 'ready' }
  | { kind: 'unfit'; reason: string }
  | { kind: 'plan'; plan: QueryPlan }
  | { kind: 'too large'; message: string }
  /** As `describeFault` has it: without values. */
  | { kind: 'fault'; fault: string };

/** Throws when it does not run in a thread. */
function serve(): void {
  if (!parentPort) throw new Error('planner-thread is the entry of a thread; openPlanner starts it');
  const port = parentPort;
  const say = (message: ThreadMessage) => port.postMessage(message);
  let builder: PlanBuilder;
  try {
    builder = createPlanBuilder((workerData as ThreadData).supergraphSdl);
  } catch (error) {
    say({ kind: 'unfit', reason: error instanceof Error ? error.message : String(error) });
    return;
  }
  port.on('message', (operation: OperationToPlan) => say(answer(builder, operation)));
  say({ kind: 'ready' });
}

function answer(builder: PlanBuilder, operation: OperationToPlan): ThreadMessage {
  try {
    return { kind: 'plan', plan: builder.build(operation) };
  } catch (error) {
    if (error instanceof GatewayError) return { kind: 'too large', message: error.message };
    return { kind: 'fault', fault: describeFault(error) };
  }
}

serve();
