import { startSimulator } from '../simulator/index.ts';
import { startCrew } from './crew.ts';
import { createDice } from './dice.ts';
import { type FuzzReport, runFuzz } from './fuzz.ts';
import { type StoreName, startStore } from './stores.ts';

interface AloneOptions {
  readonly store: StoreName;
  readonly seed: number;
  readonly oddities: number;
  readonly tell: (line: string) => void;
}

/** The long form: a service of its own, which is attacked until the last slow socket was cut off. */
export async function fuzzAlone({ store: name, seed, oddities, tell }: AloneOptions): Promise<FuzzReport> {
  const undo: Array<() => Promise<void>> = [];
  try {
    const feishu = await startSimulator({ seed });
    undo.push(() => feishu.close());
    const store = await startStore(name);
    undo.push(() => store.close());
    const roles = name === 'embedded' ? (['all'] as const) : (['web', 'worker'] as const);
    const crew = await startCrew({ roles, env: { ...feishu.env, ...store.env }, dice: createDice(seed) });
    undo.push(() => crew.stop());
    await crew.ready();
    const service = crew.doors()[0];
    if (!service) throw new Error('no web process is up');
    feishu.webhook = service.webhook;
    const counts = { oddities, raws: oddities / 20, duplicates: oddities / 10, sockets: 3_000 };
    const report = await runFuzz({ feishu, service, seed, ...counts, untilEnded: true, tell });
    return { ...report, wrong: [...crew.misconduct, ...report.wrong] };
  } finally {
    for (const step of undo.reverse()) await step();
  }
}

/** The door as it was attacked, in figures. */
export function fuzzFigures({
  answers,
  rawAnswers,
  wrong,
  repeats,
  waits,
  slow,
  memory,
}: FuzzReport): [string, string][] {
  const list = (counts: ReadonlyMap<number, number>) =>
    [...counts]
      .sort(([one], [other]) => one - other)
      .map(([status, count]) => `${count} × ${status || 'no answer'}`)
      .join(', ');
  const { before, highest, after } = memory;
  return [
    ['odd deliveries', list(answers)],
    ['what is no HTTP', list(rawAnswers)],
    ['answered 5xx or not at all', String(wrong.length)],
    ['tickets, messages through repeats', `${repeats.tickets}, ${repeats.messages}`],
    [
      'links meanwhile',
      `${waits.length}, the slowest after ${Math.max(...waits)} ms, the last after ${waits.at(-1)} ms`,
    ],
    ['slow sockets', `${slow.sockets}, ${slow.ended} cut off, the last after ${(slow.longestMs / 1000).toFixed(1)} s`],
    ['memory', `${before.residentMb} MB before, ${highest.residentMb} at most, ${after.residentMb} after`],
    ['heap', `${before.heapMb} MB before, ${highest.heapMb} at most, ${after.heapMb} after`],
  ];
}
