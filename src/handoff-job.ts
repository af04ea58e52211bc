import type { Alert } from './alert.ts';
import type { Handlers, HandoffTools, Message, Opening } from './bot.ts';
import { logIdOf } from './feishu/errors.ts';
import {
  type HandoffJob,
  type JobInHand,
  newOutboxJob,
  outboxJobId,
  parseHandoffJob,
  referenceOf,
  type Settled,
  withoutDoubt,
} from './jobs.ts';
import type { Ledger } from './ledger.ts';
import type { Log } from './log.ts';
import { createMemory } from './memory.ts';
import type { HandoffOutcome, Metrics } from './metrics.ts';
import { type Ended, type OpeningParts, openChat, type Run, refuse, withoutText } from './opening.ts';
import type { Opinion } from './opinion.ts';
import type { Outbox } from './queue.ts';
import { StoreUnavailable } from './store/contract.ts';

export interface HandoffParts {
  readonly handler: Handlers['jobs']['handoff'];
  readonly opening: OpeningParts;
  readonly queues: Outbox;
  readonly opinion: Opinion;
  readonly ledger: Ledger;
  readonly metrics: Metrics;
  readonly alert: Alert;
  readonly log: Log;
}

/** One run of a hand-off: the handler opens the chat and says what there is to say, then the job is settled. */
export async function runHandoff(job: JobInHand, parts: HandoffParts): Promise<Settled> {
  let data = parseHandoffJob(job.data);
  const save = async (facts: Partial<HandoffJob>) => {
    data = { ...data, ...facts };
    await job.save(data);
  };
  let ended: Ended | undefined;
  const tools: HandoffTools = {
    ...createMemory({ ledger: parts.ledger, person: data.ask.person, jobId: job.id }),
    reference: referenceOf(job.id),
    secondOpinion: async () => {
      const opinion = await parts.opinion(data.ask.text ?? '');
      // What is begun is not left half done because a later run hears otherwise.
      if (opinion === 'human') await save({ ask: withoutDoubt(data.ask) });
      return opinion;
    },
    openChat: async (info) => {
      ended = await openSafely({ jobId: job.id, data, save, starts: job.starts }, info, parts);
      return ended.opening;
    },
    say: async (name, message) => {
      await parts.queues.say(outboxJobId(job.id, name), outboxJob(data, name, message, ended));
    },
  };
  try {
    const opening = await parts.handler(data.ask, tools);
    return await settle({ job, data, opening, ended, save }, parts);
  } catch (error) {
    if (error instanceof StoreUnavailable) throw error;
    // A bug of ours. The next ask of the person must not wait for the claim of this one to lapse.
    await parts.ledger.release(data.ask.person, job.id);
    await save({ ask: withoutText(data.ask) });
    parts.metrics.handoff('refused_failed', data.ask.source);
    await parts.alert.failure('A hand-off failed, and the person was told nothing', error);
    throw error;
  }
}

/** A bug on the way to the chat is a refusal like any other: the person is told. */
async function openSafely(run: Run, info: string, { opening, log }: HandoffParts): Promise<Ended> {
  try {
    return await openChat(run, info, opening);
  } catch (error) {
    if (error instanceof StoreUnavailable) throw error;
    log.error({ err: error, jobId: run.jobId }, 'opening a chat failed unexpectedly');
    return refuse(run, error);
  }
}

function outboxJob({ eventId, ask }: HandoffJob, name: string, message: Message, ended: Ended | undefined) {
  const { chat, opening } = ended ?? {};
  const leads = chat && opening && 'link' in opening && leadsTo(message, opening.link);
  const link = leads ? { link: { person: ask.person, chat, isNew: opening.kind === 'opened' } } : {};
  return newOutboxJob({ eventId, name, askedAt: ask.at, message, ...link });
}

const leadsTo = ({ card }: Message, link: string) =>
  card.buttons.some((button) => 'link' in button && button.link === link);

interface Ending {
  readonly job: JobInHand;
  readonly data: HandoffJob;
  readonly opening: Opening;
  readonly ended: Ended | undefined;
  readonly save: Run['save'];
}

async function settle({ job, data, opening, ended, save }: Ending, parts: HandoffParts): Promise<Settled> {
  const { ledger, metrics, alert, log } = parts;
  const { eventId, ask } = data;
  const { why, afterMs, error, logId = logIdOf(error) } = ended ?? {};
  const line = {
    eventId,
    jobId: job.id,
    ref: referenceOf(job.id),
    person: ask.person,
    source: ask.source,
    outcome: opening.kind,
    logId,
    why,
    afterMs,
  };
  if (opening.kind === 'again' || opening.kind === 'busy') {
    log.info(line, 'hand-off waits');
    return { laterMs: afterMs ?? 1_000, why: why ?? opening.kind };
  }
  if (opening.kind === 'refused' || opening.kind === 'late') await ledger.release(ask.person, job.id);
  if (ask.text !== undefined) await save({ ask: withoutText(ask) });
  metrics.handoff(outcomeOf(opening), ask.source);
  if (opening.kind !== 'refused') {
    log.info(line, 'hand-off done');
    return { done: { outcome: opening.kind } };
  }
  log.error({ ...line, cause: opening.cause }, 'hand-off failed');
  if (opening.cause === 'failed') await alert.failure('A hand-off failed for good', error);
  return { failed: why ?? opening.cause };
}

function outcomeOf(opening: Exclude<Opening, { kind: 'again' | 'busy' }>): HandoffOutcome {
  if (opening.kind !== 'refused') return opening.kind;
  return opening.cause === 'no-access' ? 'refused_no_access' : 'refused_failed';
}
