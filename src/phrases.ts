import type { Example, Phrase, Phrases } from '../handlers/intent/types.ts';
import { type Entry, type PhraseFile, readPhraseFile } from './phrases-file.ts';
import { phraseFiles } from './prepared.ts';

export class PhrasesError extends Error {
  override readonly name = 'PhrasesError';
}

/**
 * Reads the phrases of the project and merges a team's `file` over them. Throws one `PhrasesError` that lists every
 * fault with file, line and reason.
 */
export const readPhrases = (options: { readonly file?: string | undefined }): Phrases =>
  mergePhrases(
    phraseFiles(options).map((file) =>
      file === options.file ? ownedFile(readPhraseFile(file)) : readPhraseFile(file),
    ),
  );

/** A team's phrases are told from ours: where they speak, they have the last word. */
function ownedFile(file: PhraseFile): PhraseFile {
  const owned = <E extends Entry>(entry: E): E => ({
    ...entry,
    phrases: entry.phrases.map((p) => ({ ...p, own: true })),
  });
  return { ...file, words: file.words.map(owned), masks: file.masks.map(owned), frames: file.frames.map(owned) };
}

/** Later files add to the entries of earlier ones. */
function mergePhrases(files: readonly PhraseFile[]): Phrases {
  const faults = files.flatMap((file) => file.faults);
  if (faults.length > 0) throw new PhrasesError(`The phrases cannot be used:\n${faults.join('\n')}`);
  const masks = merge(files.flatMap((file) => file.masks));
  const frames = merge(files.flatMap((file) => file.frames));
  const words = merge(files.flatMap((file) => file.words));
  return {
    words: Object.fromEntries(words.map(({ name, phrases }) => [name, phrases.flatMap(splitWords)])),
    masks: masks.map(({ name, phrases }) => ({ name, patterns: phrases })),
    frames: frames.map(({ name, stage, phrases }) => ({ name, stage, patterns: phrases })),
    own: words.flatMap(({ phrases, removed }) => [...phrases.filter(({ own }) => own), ...removed].flatMap(splitWords)),
    examples: [
      ...words.flatMap((entry) => examplesOf(entry, 'human', 'not-human')),
      ...[...masks, ...frames].flatMap((entry) => examplesOf(entry, 'fits', 'not')),
    ],
  };
}

/** Several words may share a line, with commas between them. */
const splitWords = ({ text, ...rest }: Phrase): Phrase[] =>
  text
    .split(/[,，、]/)
    .map((word) => ({ ...rest, text: word.trim() }))
    .filter((word) => word.text !== '');

function merge<E extends Entry>(entries: readonly E[]): E[] {
  const merged = new Map<string, E>();
  for (const entry of entries) {
    const known = merged.get(entry.name);
    merged.set(entry.name, known ? added(known, entry) : entry);
  }
  return [...merged.values()];
}

function added<E extends Entry>(known: E, entry: E): E {
  const removed = new Set(entry.removed.map(({ text }) => text));
  const kept = (phrases: readonly Phrase[]) => phrases.flatMap(splitWords).filter(({ text }) => !removed.has(text));
  return {
    ...known,
    removed: [...known.removed, ...entry.removed],
    phrases: [...(removed.size > 0 ? kept(known.phrases) : known.phrases), ...entry.phrases],
    examples: [...known.examples, ...entry.examples],
    counterExamples: [...known.counterExamples, ...entry.counterExamples],
  };
}

const examplesOf = (entry: Entry, yes: Example['expect'], no: Example['expect']): Example[] => [
  ...entry.examples.map((example) => ({ ...example, of: entry.name, expect: yes })),
  ...entry.counterExamples.map((example) => ({ ...example, of: entry.name, expect: no })),
];
