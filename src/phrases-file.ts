import { readFileSync, statSync } from 'node:fs';
import { basename } from 'node:path';
import { type Document, isMap, isNode, isScalar, isSeq, LineCounter, parseDocument } from 'yaml';
import { z } from 'zod';
import type { Phrase, Stage } from '../handlers/intent/types.ts';

/** A support team's words fill some kilobytes; what is larger is another file by mistake. */
const BYTE_LIMIT = 500_000;

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
  'meta',
  'insist',
  'identity',
  'refusal',
  'about',
  'later',
  'condition',
  'request',
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
  const file = basename(path);
  const size = statSync(path, { throwIfNoEntry: false })?.size;
  if (size === undefined) return { ...EMPTY, faults: [`${path}: there is no such file`] };
  if (size > BYTE_LIMIT) return { ...EMPTY, faults: [`${file}: ${size} bytes; at most ${BYTE_LIMIT} are read`] };
  return parsePhrases(readFileSync(path, 'utf8'), file);
}

/** The text of a phrase file; `file` is what faults and examples name. */
function parsePhrases(text: string, file: string): PhraseFile {
  const lineCounter = new LineCounter();
  const document = parseDocument(text, { lineCounter, prettyErrors: false });
  const lineOf = (offset: number) => lineCounter.linePos(offset).line;
  const syntax = document.errors.map(({ pos, message }) => `${file}:${lineOf(pos[0])}: ${message}`);
  if (syntax.length > 0) return { ...EMPTY, faults: syntax };
  const source: Source = { document, file, lineOf };
  const faults = schemaFaults(source);
  return faults.length > 0 ? { ...EMPTY, faults } : { ...readSections(source), faults };
}

interface Source {
  readonly document: Document;
  readonly file: string;
  readonly lineOf: (offset: number) => number;
}

function schemaFaults({ document, file, lineOf }: Source): string[] {
  const result = schema.safeParse(toPlain(document) ?? {});
  if (result.success) return [];
  return result.error.issues.flatMap((issue) => {
    const paths = issue.code === 'unrecognized_keys' ? issue.keys.map((key) => [...issue.path, key]) : [issue.path];
    return paths.map((path) => faultAt(path.map(String), issue.message, { document, file, lineOf }));
  });
}

const faultAt = (path: readonly string[], message: string, { document, file, lineOf }: Source): string =>
  `${file}:${lineOf(offsetAt(document, path))}: ${path.join('.') || 'the file'}: ${message}`;

/** Aliases are refused by their number, so a small file cannot unfold into a huge one. */
function toPlain(document: Document): unknown {
  try {
    return document.toJS({ maxAliasCount: 20 });
  } catch (error) {
    return error instanceof Error ? [error.message] : [];
  }
}

/** Where the key of a path stands, or the nearest thing around it. */
function offsetAt(document: Document, path: readonly string[]): number {
  let node: unknown = document.contents;
  let offset = 0;
  for (const name of path) {
    if (!isMap(node)) break;
    const pair = node.items.find(({ key }) => isScalar(key) && String(key.value) === name);
    if (isNode(pair?.key)) offset = pair.key.range?.[0] ?? offset;
    node = pair?.value;
  }
  return offset;
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
