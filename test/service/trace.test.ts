import { beforeAll, describe, expect, test } from 'vitest';
import { newHandoffJob, parseHandoffJob, parseOutboxJob, referenceOf, withAttempt } from '../../src/jobs.ts';
import { runTrace } from '../../src/trace.ts';
import {
  endWithFile,
  linkFor,
  startTogether,
  storesHere,
  type Together,
  temporaryFolder,
  until,
} from '../support/service.ts';

async function trace(args: readonly string[], environment: Record<string, string>): Promise<string> {
  const written: string[] = [];
  await runTrace({ args, environment, stdout: { write: (words) => written.push(words) } });
  return written.join('');
}

// PostgreSQL is asked as the embedded one, through the socket of the running service.
describe.each(storesHere().filter((store) => store !== 'postgres'))('on %s', (store) => {
  let together: Together;
  const atEnd = endWithFile();
  beforeAll(async () => {
    together = await startTogether(store, { atEnd });
  });

  const lines = (eventId: string) => together.service.log.filter((line) => line.eventId === eventId);
  const outcomeOf = async (eventId: string, msg: string) => {
    await until(() => lines(eventId).some((line) => line.msg === msg), msg);
    return lines(eventId).find((line) => line.msg === msg);
  };

  test('one request is told whole, by reference, job, message and event, and in one line of the log for each step', async () => {
    const { feishu, env } = together;
    const person = feishu.newPerson();
    const asked = feishu.events.text({ person, text: '我的工资单有问题，转人工' });
    const { event_id: eventId } = asked.header;
    feishu.fault({ api: 'start_service', person, status: 500, code: 155000 });
    await feishu.deliver(asked);
    const answer = await linkFor(feishu, person);
    const sent = await outcomeOf(eventId, 'message sent');
    const decided = await outcomeOf(eventId, 'decided');
    const done = await outcomeOf(eventId, 'hand-off done');
    const [failed, opened] = feishu.callsTo('start_service').filter((call) => call.person === person);
    const jobId = String(done?.jobId);
    const hidden = expect.stringMatching(/^ou#[0-9a-f]{12}$/);
    const rule = expect.any(String);
    expect(decided).toMatchObject({ decision: 'human', rule, jobId, person: hidden, kind: 'message' });
    expect(done).toMatchObject({ outcome: 'opened', logId: opened?.logId, person: decided?.person });
    expect(sent).toMatchObject({ messageId: answer.messageId, logId: expect.any(String), person: decided?.person });
    expect(await outcomeOf(eventId, 'hand-off waits')).toMatchObject({ logId: failed?.logId });

    const story = await trace([asked.event.message.message_id], env);
    const told = [
      `asks (message, private)`,
      `event ${eventId} taken: human by rule ${decided?.rule}`,
      `start_service refused: code 155000, status 500, log id ${failed?.logId}`,
      `start_service answered, log id ${opened?.logId}`,
      'opened, ticket ',
      'message "link" written, for ou#',
      `message "link" sent as ${answer.messageId}, log id ${sent?.logId}`,
    ];
    const places = told.map((words) => story.indexOf(words));
    expect(places).not.toContain(-1);
    expect([...places].sort((a, b) => a - b)).toEqual(places);
    expect(story).toContain('hand-off: opened, after 2 starts');
    expect(story).not.toMatch(/工资单|\bo[uc]_/);
    for (const name of [referenceOf(jobId), referenceOf(jobId).toLowerCase(), jobId, `${jobId}-link`, eventId])
      expect(await trace([name], env)).toBe(story);
    expect(await trace([jobId], { ...env, LOG_IDS: 'plain' })).toContain(person);
    expect(JSON.parse(await trace([jobId, '--json'], env))).toMatchObject([{ reference: referenceOf(jobId), jobId }]);
  });

  test('a click is found by its event, and a question by the message that was asked about', async () => {
    const { feishu, env } = together;
    const click = feishu.events.menu({ person: feishu.newPerson(), key: 'human_agent' });
    const unsure = feishu.events.text({ person: feishu.newPerson(), text: '你是机器人吗' });
    await feishu.deliver(click);
    await feishu.deliver(unsure);
    await outcomeOf(click.header.event_id, 'hand-off accepted');
    expect(await trace([click.header.event_id], env)).toContain('asks (menu, human_agent, private)');
    const { decision, rule } = (await outcomeOf(unsure.header.event_id, 'decided')) ?? {};
    expect(await trace([unsure.event.message.message_id], env)).toContain(`: ${decision} by rule ${rule}`);
  });

  test('what is not kept is not found, and the sentence says where else to look', async () => {
    await expect(trace(['om_nobody'], together.env)).rejects.toThrow(
      /Nothing is kept under "om_nobody".*log says why/s,
    );
  });
});

test('where no service runs on the embedded store, the sentence says what to do', async () => {
  const env = {
    FEISHU_APP_ID: 'cli_demo',
    FEISHU_APP_SECRET: 'demo-secret',
    FEISHU_ENCRYPT_KEY: 'demo-key',
    FEISHU_VERIFICATION_TOKEN: 'demo-token',
    FEISHU_HELPDESK_ID: '42',
    FEISHU_HELPDESK_TOKEN: 'demo-desk-token',
    DATA_DIR: await temporaryFolder(),
  };
  await expect(trace(['7A3F9C'], env)).rejects.toThrow(/start the service, or set QUEUE_URL/);
  await expect(trace(['7A3F9C'], { ...env, QUEUE_URL: 'postgres://127.0.0.1:1/x' })).rejects.toThrow('ECONNREFUSED');
  await expect(trace([], env)).rejects.toThrow('trace needs a reference');
});

test('jobs written before there was a record of tries are read, and a long record keeps its first and its newest', () => {
  const { tried: _, ...before } = newHandoffJob('e1', { person: 'ou_1' as never, at: 1, source: 'menu' });
  expect(parseHandoffJob(before).tried).toEqual([]);
  expect(() => parseOutboxJob(before)).toThrow();
  let tried = parseHandoffJob(before).tried;
  for (let at = 0; at < 100; at += 1) tried = withAttempt(tried, { at });
  expect(tried).toHaveLength(20);
  expect([tried[0], tried.at(-1)]).toEqual([{ at: 0 }, { at: 99 }]);
});
