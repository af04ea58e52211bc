import { request } from 'node:http';
import { expect, onTestFinished, test } from 'vitest';
import { readFigures } from '../../demo/figures.ts';
import { servePage } from '../../demo/page-server.ts';
import { startSimulator } from '../../simulator/index.ts';

/** The page without a service: what it asks of Feishu is answered, and no event finds anyone. */
async function open() {
  const feishu = await startSimulator({ webhook: 'http://127.0.0.1:9/feishu/events' });
  onTestFinished(() => feishu.close());
  const decide = () => ({ decision: 'other', rule: 'nothing', evidence: [], lang: 'zh' }) as const;
  const page = await servePage({ feishu, ops: 'http://127.0.0.1:9', port: 0, intent: { decide } });
  onTestFinished(() => page.close());
  const { host, origin } = new URL(page.url);
  const headers = { host, origin, 'content-type': 'application/json' };
  /** Answers status and headers; `fetch` would choose some of these headers itself. */
  const ask = (method: 'GET' | 'POST', asked: Record<string, string>, body = '') =>
    new Promise<{ status: number | undefined; headers: Record<string, unknown> }>((resolve, reject) => {
      request(`${page.url}${method === 'GET' ? '' : 'do'}`, { method, headers: asked }, (answer) => {
        answer.resume();
        resolve({ status: answer.statusCode, headers: answer.headers });
      })
        .on('error', reject)
        .end(body);
    });
  const act = async (action: object) => (await ask('POST', headers, JSON.stringify(action))).status;
  return { feishu, page, host, headers, ask, act };
}

/** The stream, read until it holds this text. */
async function told(url: string, until: string, lastEventId?: string): Promise<string> {
  const aborted = new AbortController();
  onTestFinished(() => aborted.abort());
  const headers: Record<string, string> = lastEventId === undefined ? {} : { 'last-event-id': lastEventId };
  const { body } = await fetch(`${url}happenings`, { headers, signal: aborted.signal });
  let text = '';
  const decoder = new TextDecoder();
  for await (const bytes of body ?? []) {
    text += decoder.decode(bytes, { stream: true });
    if (text.includes(until)) return text;
  }
  throw new Error(`the stream ended with ${text}`);
}

test('only this machine may look, and only the page itself may act', async () => {
  const { ask, headers, host } = await open();
  const body = '{"do":"newcomer"}';
  const post = async (changed: Record<string, string>, words = body) => (await ask('POST', changed, words)).status;
  const { origin: _, ...nowhere } = headers;
  expect((await ask('GET', { host })).status).toBe(200);
  expect((await ask('GET', { host: 'demo.example.com' })).status).toBe(421);
  expect((await ask('GET', { host: '127.0.0.1.example.com' })).status).toBe(421);
  expect(await post({ ...headers, host: 'demo.example.com', origin: 'http://demo.example.com' })).toBe(421);
  expect(await post({ ...headers, origin: 'http://demo.example.com' })).toBe(403);
  expect(await post({ ...headers, origin: 'null' })).toBe(403);
  expect(await post(nowhere)).toBe(403);
  expect(await post({ ...headers, 'content-type': 'text/plain' })).toBe(415);
  expect(await post(headers, '{"do":"harm"}')).toBe(400);
  expect(await post(headers, '{')).toBe(400);
  expect(await post(headers, JSON.stringify({ do: 'newcomer', more: 'x'.repeat(70_000) }))).toBe(413);
  expect(await post(headers)).toBe(200);
});

test('the page may load nothing from elsewhere, and make no HTML of a text', async () => {
  const { ask, host } = await open();
  const policy = String((await ask('GET', { host })).headers['content-security-policy']);
  expect(policy).toContain("default-src 'none'");
  expect(policy).toContain("require-trusted-types-for 'script'");
  expect(policy).not.toMatch(/unsafe|https?:|\*/);
});

test('whoever opens the page later, or again, is told what they missed and no more', async () => {
  const { page, feishu, act } = await open();
  const person = feishu.newPerson();
  for (const text of ['one', 'two']) await act({ do: 'write', person, inGroup: false, text });
  const whole = await told(page.url, '"text":"two"');
  expect(whole).toContain('"text":"one"');
  const [, first] = /id: (\d+)\ndata: [^\n]*"kind":"decision","text":"one"/.exec(whole) ?? [];
  expect(await told(page.url, '"text":"two"', first)).not.toContain('"text":"one"');
});

test('the page is told of calls without the tokens in them', async () => {
  const { page, feishu } = await open();
  const answer = await fetch(`${feishu.url}/open-apis/auth/v3/tenant_access_token/internal`, {
    method: 'POST',
    body: JSON.stringify({ app_id: feishu.app.id, app_secret: feishu.app.secret }),
  });
  const { tenant_access_token: token } = (await answer.json()) as { tenant_access_token: string };
  const text = await told(page.url, '"api":"token"');
  expect(text).not.toContain(feishu.app.secret);
  expect(text).not.toContain(token);
});

test('a trouble lasts until all is well again', async () => {
  const { feishu, act } = await open();
  const status = async () => {
    const answer = await fetch(`${feishu.url}/open-apis/helpdesk/v1/start_service`, { method: 'POST', body: '{}' });
    return answer.status;
  };
  const well = await status();
  await act({ do: 'trouble', trouble: 'limited' });
  expect([await status(), await status()]).toEqual([429, 429]);
  await act({ do: 'trouble', trouble: 'none' });
  expect(await status()).toBe(well);
});

test('figures come from the metrics; what is not there counts as nothing', () => {
  const text = [
    '# HELP handoffs_total Hand-offs',
    'handoffs_total{outcome="opened",source="menu"} 2',
    'handoffs_total{outcome="opened",source="message"} 3',
    'bullmq_job_count{queue="handoff",state="delayed"} 1',
    'bullmq_job_count{queue="handoff",state="active"} 0',
    'process_cpu_seconds_total 0.5',
  ].join('\n');
  expect(readFigures(text)).toEqual({
    queues: { handoff: { delayed: 1, active: 0 } },
    handoffs: { opened: 5 },
    events: {},
  });
  expect(readFigures('')).toEqual({ queues: {}, handoffs: {}, events: {} });
});
