import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { beforeAll, describe, expect, test } from 'vitest';
import { z } from 'zod';
import { endWithFile, linkFor, openedStores, startTogether, type Together, until } from '../support/service.ts';

const span = z.object({
  traceId: z.string(),
  spanId: z.string(),
  parentSpanId: z.string().optional(),
  name: z.string(),
  attributes: z.array(z.object({ key: z.string(), value: z.record(z.string(), z.unknown()) })),
  events: z.array(z.object({ name: z.string() })).default([]),
});
type Span = z.infer<typeof span>;
const body = z.object({
  resourceSpans: z.array(z.object({ scopeSpans: z.array(z.object({ spans: z.array(span) })) })),
});

/** What a collector is to us: takes JSON at /v1/traces and keeps it. */
interface Collector {
  readonly url: string;
  readonly texts: readonly string[];
  spans(): readonly Span[];
  close(): Promise<void>;
}

async function startCollector(): Promise<Collector> {
  const texts: string[] = [];
  const server: Server = createServer(async (req, res) => {
    const chunks: Buffer[] = [];
    for await (const chunk of req) chunks.push(chunk);
    if (req.url === '/base/v1/traces') texts.push(Buffer.concat(chunks).toString('utf8'));
    res.setHeader('content-type', 'application/json').end('{}');
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  return {
    url: `http://127.0.0.1:${(server.address() as AddressInfo).port}/base/`,
    texts,
    spans: () =>
      texts
        .flatMap((text) => body.parse(JSON.parse(text)).resourceSpans)
        .flatMap(({ scopeSpans }) => scopeSpans.flatMap(({ spans }) => spans)),
    close: () => {
      server.closeAllConnections();
      return new Promise((resolve) => server.close(() => resolve()));
    },
  };
}

const stores = openedStores();

describe.each(stores)('on %s', (store) => {
  const atEnd = endWithFile();
  let collector: Collector;
  let together: Together;
  beforeAll(async () => {
    collector = await startCollector();
    atEnd(() => collector.close());
    together = await startTogether(store, {
      atEnd,
      env: { OTEL_EXPORTER_OTLP_ENDPOINT: collector.url, LOG_IDS: 'plain' },
    });
  });

  test('from the event to the link is one trace, and it names nobody', async () => {
    const { feishu } = together;
    const person = feishu.newPerson();
    await feishu.deliver(feishu.events.text({ person, text: '转人工，我的电脑坏了' }));
    await linkFor(feishu, person);
    const spans = () => {
      const root = collector.spans().find(({ name, parentSpanId }) => name === 'event' && !parentSpanId);
      return collector.spans().filter(({ traceId }) => traceId === root?.traceId);
    };
    const path = ['event', 'add handoff', 'process handoff', 'start_service', 'add outbox', 'process outbox', 'reply'];
    const named = (part: string) => spans().find(({ name }) => name.startsWith(part));
    await until(() => path.every((part) => named(part) !== undefined), 'the whole trace');
    for (const [child, parent] of [
      ['add handoff', 'event'],
      ['process handoff', 'add handoff'],
      ['start_service', 'process handoff'],
      ['add outbox', 'process handoff'],
      ['process outbox', 'add outbox'],
      ['reply', 'process outbox'],
    ] as const)
      expect(named(child)?.parentSpanId, child).toBe(named(parent)?.spanId);
    expect(named('event')?.events.map(({ name }) => name)).toEqual(['decided']);
    expect(named('reply')?.attributes).toContainEqual({ key: 'feishu.code', value: { stringValue: '0' } });
    for (const word of [person, 'oc_', '电脑', feishu.env.FEISHU_APP_SECRET ?? ''])
      expect(collector.texts.join()).not.toContain(word);
  });
});

test('a collector that is away holds up neither a hand-off nor the stop', async () => {
  const { feishu, service } = await startTogether('postgres', {
    env: { OTEL_EXPORTER_OTLP_ENDPOINT: 'http://127.0.0.1:1' },
  });
  const person = feishu.newPerson();
  await feishu.deliver(feishu.events.menu({ person, key: 'human_agent' }));
  await linkFor(feishu, person);
  expect(await service.stop()).toBe(0);
});
