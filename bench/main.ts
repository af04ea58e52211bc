import { writeFile } from 'node:fs/promises';
import { cpus, loadavg, totalmem } from 'node:os';
import { parseArgs } from 'node:util';
import { withGround } from './ground.ts';
import { PARTS, type PartName } from './parts.ts';
import { QUICK, type Scale, WHOLE } from './scale.ts';

const RESULTS = 'bench/results.json';

const USAGE = `npm run bench -- [--quick] [--only ${Object.keys(PARTS).join(',')}] [--kept jobs]

Measures side by side and writes ${RESULTS}. Fails on nothing but a wrong result.
`;

interface Wanted {
  readonly parts: readonly PartName[];
  readonly scale: Scale;
}

function readArguments(): Wanted {
  const string = { type: 'string' } as const;
  const { values } = parseArgs({ options: { quick: { type: 'boolean' }, only: string, kept: string } });
  const names = Object.keys(PARTS) as PartName[];
  const asked = values.only?.split(',') ?? names;
  const unknown = asked.find((name) => !Object.hasOwn(PARTS, name));
  if (unknown !== undefined) throw new Error(`there is no part ${unknown}`);
  const scale = values.quick ? QUICK : WHOLE;
  const kept = values.kept === undefined ? scale.kept : Number(values.kept);
  if (!(kept > 0)) throw new Error('--kept is a number of jobs');
  return { parts: names.filter((name) => asked.includes(name)), scale: { ...scale, kept } };
}

/** Figures of two machines are not to be compared; their ratios may be. */
const machine = () => ({
  cpu: cpus()[0]?.model ?? 'unknown',
  cores: cpus().length,
  memoryGb: Math.round(totalmem() / 2 ** 30),
  node: process.version,
  load: loadavg().map((load) => Number(load.toFixed(1))),
});

async function run({ parts, scale }: Wanted): Promise<void> {
  const before = machine();
  const results: Record<string, unknown> = {};
  await withGround(async (ground) => {
    for (const name of parts) {
      const { rows, text } = await PARTS[name](ground, scale);
      results[name] = rows;
      process.stdout.write(`${text}\n`);
      const whole = { at: new Date().toISOString(), machine: before, loadAfter: machine().load, scale, ...results };
      await writeFile(RESULTS, `${JSON.stringify(whole, undefined, 2)}\n`);
    }
  });
}

let wanted: Wanted | undefined;
try {
  wanted = readArguments();
} catch (error) {
  process.stderr.write(`${error instanceof Error ? error.message : String(error)}\n\n${USAGE}`);
  process.exitCode = 2;
}
if (wanted) await run(wanted);
