import { execFileSync } from 'node:child_process';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { afterAll, inject, onTestFinished } from 'vitest';
import { type Program, type ProgramOptions, startProgram } from '../../demo/program.ts';
import {
  type ShownMessage,
  type Simulator,
  type SimulatorOptions,
  startSimulator,
  type Ticket,
} from '../../simulator/index.ts';
import { startEmbedded } from '../../src/embedded.ts';

/** The stores the service runs on; all pass the same tests. */
export const STORES = ['redis', 'postgres', 'embedded'] as const;
export type StoreName = (typeof STORES)[number];

/** Those that can be had here. */
export const storesHere = (): readonly StoreName[] =>
  STORES.filter((name) => name !== 'redis' || inject('redisUrl') !== undefined);

/** The embedded store is PostgreSQL once it is open, so that what opens a store itself need not try it. */
export type OpenedStore = Exclude<StoreName, 'embedded'>;
export const openedStores = (): readonly OpenedStore[] => storesHere().filter((store) => store !== 'embedded');

/** The environment that chooses a store. Data of one test never meets another's: it is kept by app id. */
export async function storeEnv(store: StoreName, atEnd: AtEnd = onTestFinished): Promise<Record<string, string>> {
  if (store === 'redis') return { QUEUE_URL: inject('redisUrl') ?? '' };
  if (store === 'postgres') return { QUEUE_URL: inject('postgresUrl') };
  const dataDir = await temporaryFolder(atEnd);
  execFileSync('cp', ['-a', inject('madeData'), join(dataDir, 'postgres')]);
  // A service that was killed leaves its server behind; the next start is what ends it.
  atEnd(async () => (await startEmbedded({ dataDir, log: () => {} })).stop());
  return { DATA_DIR: dataDir };
}

export async function temporaryFolder(atEnd: AtEnd = onTestFinished): Promise<string> {
  const folder = await mkdtemp(join(tmpdir(), 'helpdesk-test-'));
  atEnd(() => rm(folder, { recursive: true, force: true }));
  return folder;
}

/** Registers an undo: `onTestFinished` within a test, `endWithFile()` for what a file or a `describe` shares. */
export type AtEnd = (undo: () => Promise<void>) => void;

/** To be called where `afterAll` may be called; undoes last to first. */
export function endWithFile(): AtEnd {
  const undos: Array<() => Promise<void>> = [];
  afterAll(async () => {
    for (const undo of undos.reverse()) await undo();
  });
  return (undo) => void undos.push(undo);
}

/** A simulated Feishu that ends by itself. */
export async function simulate(options: SimulatorOptions = {}, atEnd: AtEnd = onTestFinished): Promise<Simulator> {
  const feishu = await startSimulator(options);
  atEnd(() => feishu.close());
  return feishu;
}

/** The program as built. It must leave by itself when told to: one that has to be killed fails its test. */
export async function startService(
  env: Record<string, string>,
  { atEnd = onTestFinished, ...options }: Partial<ProgramOptions> & { atEnd?: AtEnd } = {},
): Promise<Program> {
  const program = await startProgram({ entry: [resolve('dist/src/main.js')], env, ...options });
  atEnd(async () => {
    if (program.process.exitCode !== null) return;
    const code = await program.stop();
    if (code !== 0 && code !== 'SIGKILL') throw new Error(`the service ended with ${code}`);
  });
  return program;
}

export interface Together {
  readonly feishu: Simulator;
  readonly service: Program;
  readonly env: Record<string, string>;
}

interface TogetherOptions {
  readonly env?: Record<string, string>;
  readonly feishu?: SimulatorOptions;
  readonly atEnd?: AtEnd;
}

/** Feishu and the service, each knowing the other, ready to work. */
export async function startTogether(
  store: StoreName,
  { env = {}, feishu: options = {}, atEnd = onTestFinished }: TogetherOptions = {},
): Promise<Together> {
  const feishu = await simulate(options, atEnd);
  const all = { ...feishu.env, ...(await storeEnv(store, atEnd)), ...env };
  const service = await startService(all, { atEnd });
  feishu.webhook = service.webhook;
  await untilReady(service);
  return { feishu, service, env: all };
}

export async function untilReady({ ops }: Program): Promise<void> {
  await until(async () => (await fetch(`${ops}/readyz`)).ok, 'the service to be ready');
}

/** Looks again and again until it holds. For states nobody announces. */
export async function until(look: () => Promise<boolean> | boolean, what: string, timeoutMs = 15_000): Promise<void> {
  const end = Date.now() + timeoutMs;
  while (!(await look())) {
    if (Date.now() > end) throw new Error(`waited ${timeoutMs} ms in vain for ${what}`);
    await new Promise((resolve) => setTimeout(resolve, 20));
  }
}

/** A number from the service's metrics; 0 when it was never counted. `series` is the whole name with its labels. */
export async function metric({ ops }: Program, series: string): Promise<number> {
  const text = await (await fetch(`${ops}/metrics`)).text();
  const line = text.split('\n').find((each) => each.startsWith(`${series} `));
  return Number(line?.slice(series.length) ?? 0);
}

/** An ask of somebody else that was answered after all before it: what should not have happened would have by now. */
export async function settle(feishu: Simulator): Promise<void> {
  const witness = feishu.newPerson();
  await feishu.deliver(feishu.events.menu({ person: witness, key: 'human_agent' }));
  await feishu.waitFor(() => feishu.messagesTo(witness).length > 0, { what: 'the witness to be answered' });
}

const LINK = /^https:\/\/applink\.feishu\.cn\/client\/chat\/open\?openChatId=oc_\w+$/;

/** The first answer to the person that leads to a service chat. */
export const linkFor = (feishu: Simulator, person: string, timeoutMs = 10_000): Promise<ShownMessage> =>
  feishu.waitFor(() => linksFor(feishu, person)[0], { what: 'a link', timeoutMs });

/** All answers to the person that lead to a service chat. */
export const linksFor = (feishu: Simulator, person: string): ShownMessage[] =>
  feishu.messagesTo(person).filter(({ links }) => LINK.test(links[0] ?? ''));

export const ticketsOf = (feishu: Simulator, person: string): Ticket[] =>
  feishu.tickets.filter((ticket) => ticket.person === person);
