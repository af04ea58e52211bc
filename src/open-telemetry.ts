import { context, SpanKind, SpanStatusCode, trace } from '@opentelemetry/api';
import { OTLPTraceExporter } from '@opentelemetry/exporter-trace-otlp-http';
import {
  BatchSpanProcessor,
  NodeTracerProvider,
  type ReadableSpan,
  type Sampler,
  SamplingDecision,
} from '@opentelemetry/sdk-trace-node';
import { BullMQOtel } from 'bullmq-otel';
import type { Hiding } from './log.ts';
import type { Traces } from './traces.ts';

const NAME = 'feishu-helpdesk-bot';
/** A collector that is away must not hold up the stop. */
const EXPORT_LIMIT_MS = 2_000;
const EXPORT_EVERY_MS = 1_000;

/** BullMQ's own housekeeping, several spans a second. */
const HOUSEKEEPING = /^(getNextJob|startStalledCheckTimer|moveStalledJobsToWait|close)\b/;

const withoutHousekeeping: Sampler = {
  shouldSample: (_context, _traceId, name) => ({
    decision: HOUSEKEEPING.test(name) ? SamplingDecision.NOT_RECORD : SamplingDecision.RECORD_AND_SAMPLED,
  }),
  toString: () => 'without housekeeping',
};

/** `endpoint` as in OTEL_EXPORTER_OTLP_ENDPOINT: the spans go, as JSON, to `/v1/traces` under it. */
export function startTracing(endpoint: string, hide: Hiding): Traces & { stop(): Promise<void> } {
  const exporter = new OTLPTraceExporter({
    url: `${endpoint.replace(/\/+$/, '')}/v1/traces`,
    headers: {},
    timeoutMillis: EXPORT_LIMIT_MS,
  });
  const provider = new NodeTracerProvider({
    sampler: withoutHousekeeping,
    spanProcessors: [new DiscreetProcessor(exporter, hide)],
  });
  provider.register();
  const tracer = trace.getTracer(NAME);
  return {
    telemetry: new BullMQOtel({ tracerName: NAME }),
    watch: (metrics) => ({
      ...metrics,
      decided: (decision) => {
        metrics.decided(decision);
        trace.getActiveSpan()?.addEvent('decided', { decision: decision.decision, rule: decision.rule });
      },
      api: (api, code, seconds) => {
        metrics.api(api, code, seconds);
        // Looked at when it is over: its span needs no wrapping of the call. What belongs to no event is left out.
        if (trace.getSpan(context.active()) === undefined) return;
        const startTime = Date.now() - seconds * 1_000;
        const span = tracer.startSpan(api, { kind: SpanKind.CLIENT, startTime, attributes: { 'feishu.code': code } });
        if (code !== '0') span.setStatus({ code: SpanStatusCode.ERROR });
        span.end();
      },
    }),
    begin: (receive) => (payload) =>
      tracer.startActiveSpan('event', { kind: SpanKind.SERVER, root: true }, async (span) => {
        try {
          const received = await receive(payload);
          const endTime = performance.now();
          void Promise.resolve(received.outcome).then((outcome) => {
            span.setAttributes({ 'feishu.event.kind': received.kind, 'feishu.event.outcome': outcome });
            span.end(endTime);
          });
          return received;
        } catch (error) {
          span.setStatus({ code: SpanStatusCode.ERROR });
          span.end();
          throw error;
        }
      }),
    // Sends what is left.
    stop: () => provider.shutdown(),
  };
}

/** BullMQ notes how jobs ended in words; ids of people in them are hidden, as in the log. */
class DiscreetProcessor extends BatchSpanProcessor {
  private readonly hide: Hiding;

  constructor(exporter: OTLPTraceExporter, hide: Hiding) {
    super(exporter, { scheduledDelayMillis: EXPORT_EVERY_MS, exportTimeoutMillis: EXPORT_LIMIT_MS });
    this.hide = hide;
  }

  override onEnd(span: ReadableSpan): void {
    for (const { attributes = {} } of span.events)
      for (const [name, value] of Object.entries(attributes))
        if (typeof value === 'string') attributes[name] = this.hide.within(value);
    super.onEnd(span);
  }
}
