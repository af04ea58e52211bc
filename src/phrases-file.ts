import { isMap, isScalar, isSeq } from 'yaml';
import { z } from 'zod';
import type { Phrase, Stage } from '../handlers/intent/types.ts';
import { checkYaml, openYaml, type Source } from './yaml-file.ts';

/** A word list, a mask or a frame. */
export interface Entry {
  readonly name: string;
  /** Words or patterns. */
  readonly phrases: readonly Phrase[];
  readonly removed: readonly Phrase[];
  readonly examples: readonly Phrase[];
  readonly counterExamples: readonly Phrase[];
}

export interface PhraseFile {
  readonly words: readonly Entry[];
  readonly masks: readonly Entry[];
  readonly frames: readonly (Entry & { readonly stage: Stage })[];
  /** What is wrong with it, each with file, line and reason. */
  readonly faults: readonly string[];
}

const STAGES = [
  'whole',
  'quote',
  'across',
  'meta',
  'insist',
  'identity',
  'refusal',
  'about',
  'later',
  'condition',
  'request',
  'call',
  'mention',
  'hint',
] as const satisfies readonly Stage[];

const LINES = 'must be text, one word or pattern per line, under “name: |”';
const entrySchema = z.union([z.string(), z.array(z.union([z.string(), z.number()]))], LINES);
const nameSchema = z.string().regex(/^[a-z][a-z0-9-]{0,40}$/, 'a name has small letters, digits and -');
const entriesSchema = z.record(nameSchema, entrySchema, 'must hold named entries');
const schema = z.strictObject(
  {
    words: entriesSchema.optional(),
    masks: entriesSchema.optional(),
    frames: z.partialRecord(z.enum(STAGES, `must be one of ${STAGES.join(', ')}`), entriesSchema).optional(),
  },
  {
    error: ({ code }) =>
      code === 'unrecognized_keys' ? 'is none of words, masks, frames' : 'must have words, masks or frames',
  },
);

const EMPTY = { words: [], masks: [], frames: [] };

/** Never throws for what a file says: faults are gathered, so that one start shows them all. */
export function readPhraseFile(path: string): PhraseFile {
  const opened = openYaml(path);
  if ('faults' in opened) return { ...EMPTY, faults: opened.faults };
  const checked = checkYaml(opened.source, schema);
  return 'faults' in checked ? { ...EMPTY, faults: checked.faults } : { ...readSections(opened.source), faults: [] };
}

function readSections(source: Source): Omit<PhraseFile, 'faults'> {
  const { document } = source;
  const section = (node: unknown): Entry[] => pairsOf(node).map(([name, value]) => readEntry(name, value, source));
  const frames = pairsOf(document.get('frames', true)).flatMap(([name, value]) => {
    const stage = STAGES.find((known) => known === name);
    return stage ? section(value).map((entry) => ({ ...entry, stage })) : [];
  });
  return { words: section(document.get('words', true)), masks: section(document.get('masks', true)), frames };
}

const pairsOf = (node: unknown): [string, unknown][] =>
  isMap(node) ? node.items.map(({ key, value }) => [isScalar(key) ? String(key.value) : '', value]) : [];

/** Lines of an entry: `+` an example, `-` a counter-example, `!` a word taken out of the default, `#` a note. */
function readEntry(name: string, node: unknown, source: Source): Entry {
  const lines = linesOf(node, source);
  const marked = (mark: string) =>
    lines
      .filter(({ text }) => text.startsWith(mark))
      .map(({ text, where }) => ({ text: text.slice(mark.length).trim(), where }));
  const phrases = lines.filter(({ text }) => !/^(?:[+!#]|- )/.test(text));
  return { name, phrases, removed: marked('!'), examples: marked('+ '), counterExamples: marked('- ') };
}

function linesOf(node: unknown, { file, lineOf }: Source): Phrase[] {
  if (isSeq(node)) return node.items.flatMap((item) => linesOf(item, { file, lineOf } as Source));
  if (!isScalar(node) || !node.range) return [];
  const first = lineOf(node.range[0]) + (node.type?.startsWith('BLOCK') ? 1 : 0);
  return String(node.value)
    .split('\n')
    .map((text, index) => ({ text: text.trim(), where: `${file}:${first + index}` }))
    .filter(({ text }) => text !== '');
}
