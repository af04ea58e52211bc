import type { Telemetry } from 'bullmq';
import type { Config } from './config.ts';
import type { Lifecycle } from './lifecycle.ts';
import { hidingFor } from './log.ts';
import type { Metrics } from './metrics.ts';
import type { Receive } from './receive.ts';

/** Traces from an event to the link. */
export interface Traces {
  /** For BullMQ, which carries the trace within its jobs. */
  readonly telemetry?: Telemetry;
  /** The same numbers; calls and decisions are noted in the trace they belong to as well. */
  watch(metrics: Metrics): Metrics;
  /** The same; each event begins a trace. */
  begin(receive: Receive): Receive;
}

const NONE: Traces = { watch: (metrics) => metrics, begin: (receive) => receive };

/** OpenTelemetry is loaded only where there is somewhere to send traces to; without that nothing is wrapped. */
export async function openTraces(config: Config, lifecycle: Lifecycle): Promise<Traces> {
  const { tracesUrl } = config.ops;
  if (tracesUrl === undefined) return NONE;
  const { startTracing } = await import('./open-telemetry.ts');
  const { stop, ...traces } = startTracing(tracesUrl, hidingFor(config));
  lifecycle.onStop('traces', stop);
  return traces;
}
