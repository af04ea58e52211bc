import { readFileSync } from 'node:fs';
import { z } from 'zod';
import type { Intent, Verdict } from '../handlers/intent/types.ts';

const lineSchema = z.object({
  text: z.string(),
  label: z.enum(['human', 'other', 'ambiguous']),
  lang: z.string().default('?'),
  tag: z.string().default('?'),
});
type Labelled = z.infer<typeof lineSchema>;
type Judged = Labelled & { readonly got: Verdict; readonly rule: string };

export interface Score {
  readonly lines: number;
  /** Of the messages handed over, how many wanted it; ambiguous lines count on neither side. */
  readonly precision: number;
  /** Of the messages that want a human, how many are handed over. */
  readonly recall: number;
  /** … or at least get the card. */
  readonly reach: number;
  /** Of the messages that want something else, how many get a card. */
  readonly cards: number;
  /** Of the ambiguous ones, how many get the card, and how many are handed over. */
  readonly unsure: number;
  readonly rash: number;
}

interface Scoring {
  readonly stdout: NodeJS.WritableStream;
  readonly stderr: NodeJS.WritableStream;
  readonly intent: Intent;
}

/** Prints one row per language and tag, then the wrong lines. Exit code 1 when the file cannot be read. */
export function scoreFile(path: string, { stdout, stderr, intent }: Scoring): number {
  let judged: readonly Judged[];
  try {
    judged = judgeLines(readFileSync(path, 'utf8'), intent);
  } catch (error) {
    stderr.write(`${path}: ${error instanceof Error ? error.message : String(error)}\n`);
    return 1;
  }
  const wrong = judged.filter(isWrong);
  stdout.write(`${renderTable(judged)}\n${wrong.length} of ${judged.length} lines are judged otherwise\n`);
  for (const { text, label, lang, tag, got, rule } of wrong)
    stdout.write(`${label} → ${got}  ${lang}/${tag}  ${rule}  ${JSON.stringify(text)}\n`);
  return 0;
}

/** Reads labelled lines (JSON, one each) and judges them. */
export function judgeLines(jsonl: string, intent: Intent): readonly Judged[] {
  return jsonl.split('\n').flatMap((line, index) => {
    if (line.trim() === '') return [];
    const labelled = parseLine(line, index + 1);
    const { decision, rule } = intent.decide(labelled.text);
    return [{ ...labelled, got: decision, rule }];
  });
}

function parseLine(line: string, number: number): Labelled {
  try {
    return lineSchema.parse(JSON.parse(line));
  } catch {
    throw new Error(`line ${number}: not {"text", "label": "human" | "other" | "ambiguous", "lang", "tag"}`);
  }
}

/** `cancel` is a way of wanting something else. */
const isWrong = ({ label, got }: Judged): boolean =>
  label === 'other' ? got === 'human' || got === 'unsure' : got !== (label === 'ambiguous' ? 'unsure' : 'human');

export function scoreOf(judged: readonly Judged[]): Score {
  const count = (label: Labelled['label'], ...verdicts: readonly Verdict[]) =>
    judged.filter((line) => line.label === label && (verdicts.length === 0 || verdicts.includes(line.got))).length;
  const share = (part: number, whole: number) => (whole === 0 ? Number.NaN : part / whole);
  const right = count('human', 'human');
  return {
    lines: judged.length,
    precision: share(right, right + count('other', 'human')),
    recall: share(right, count('human')),
    reach: share(right + count('human', 'unsure'), count('human')),
    cards: share(count('other', 'unsure'), count('other')),
    unsure: share(count('ambiguous', 'unsure'), count('ambiguous')),
    rash: share(count('ambiguous', 'human'), count('ambiguous')),
  };
}

const COLUMNS = ['precision', 'recall', 'reach', 'cards', 'unsure', 'rash'] as const;

function renderTable(judged: readonly Judged[]): string {
  const groups = [
    ['all', judged] as const,
    ...groupBy(judged, ({ lang }) => lang),
    ...groupBy(judged, ({ lang, tag }) => `${lang}/${tag}`),
  ];
  const rows = groups.map(([name, lines]) => {
    const score = scoreOf(lines);
    const cells = COLUMNS.map((column) => (Number.isNaN(score[column]) ? '–' : score[column].toFixed(3)).padStart(10));
    return `${name.padEnd(28)}${String(score.lines).padStart(6)}${cells.join('')}`;
  });
  const head = `${''.padEnd(28)}${'lines'.padStart(6)}${COLUMNS.map((column) => column.padStart(10)).join('')}`;
  return `${[head, ...rows].join('\n')}\n`;
}

export function groupBy(judged: readonly Judged[], key: (line: Judged) => string): [string, Judged[]][] {
  const groups = new Map<string, Judged[]>();
  for (const line of judged) groups.set(key(line), [...(groups.get(key(line)) ?? []), line]);
  return [...groups].sort(([a], [b]) => (a < b ? -1 : 1));
}
