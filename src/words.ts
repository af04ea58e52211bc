import { z } from 'zod';
import type { Words } from './bot.ts';
import { checkYaml, openYaml } from './yaml-file.ts';

/** Some languages may be left out; ours stay then. */
type Override = { readonly [L in keyof Words]?: string | undefined };

type Table = Readonly<Record<string, Words>>;

/** Longer than any of ours by far, and a card in all languages stays within Feishu's 30 KB. */
const MAX_CHARACTERS = 500;

/** The gap that may stand in any sentence. Others may stand where ours has them: elsewhere nothing could fill them. */
const ANYWHERE = '{desk}';

const GAP = /\{[^{}]*\}/g;

/** Our sentences with a team's over them. Throws one error that lists every fault with file, line and reason. */
export function readWords<T extends Table>(ours: T, file: string): T {
  const opened = openYaml(file);
  const checked = 'faults' in opened ? opened : checkYaml(opened.source, schemaFor(ours));
  if ('faults' in checked) throw new Error(`WORDS_FILE cannot be used:\n${checked.faults.join('\n')}`);
  const merged = Object.entries(ours).map(([name, words]) => [name, over(words, checked.value[name])]);
  return Object.fromEntries(merged) as T;
}

const over = (words: Words, { zh = words.zh, en = words.en, ja = words.ja }: Override = {}): Words => ({ zh, en, ja });

/** An object with every sentence of ours, all optional, and no other. */
function schemaFor(ours: Table): z.ZodType<Readonly<Record<string, Override | undefined>>> {
  const sentences = Object.fromEntries(Object.entries(ours).map(([name, words]) => [name, wordsFor(words).optional()]));
  return z.strictObject(sentences, {
    error: ({ code }) =>
      code === 'unrecognized_keys'
        ? `is no sentence of ours; there are: ${Object.keys(ours).join(', ')}`
        : 'must hold sentences by their names',
  });
}

function wordsFor({ zh }: Words) {
  const text = textWith([...new Set([ANYWHERE, ...(zh.match(GAP) ?? [])])]).optional();
  return z.strictObject(
    { zh: text, en: text, ja: text },
    {
      error: ({ code }) =>
        code === 'unrecognized_keys' ? 'is none of zh, en, ja' : 'must hold texts under zh, en and ja, or some of them',
    },
  );
}

const textWith = (gaps: readonly string[]) =>
  z
    .string('must be a text')
    .trim()
    .min(1, 'is empty')
    .max(MAX_CHARACTERS, `is longer than ${MAX_CHARACTERS} characters`)
    // PostgreSQL refuses both, and with them the job of every message that says this.
    .refine((text) => text.isWellFormed() && !text.includes('\0'), 'holds half a character, or none (\\0)')
    .check(({ value, issues }) => {
      for (const gap of value.match(GAP) ?? [])
        if (!gaps.includes(gap))
          issues.push({
            code: 'custom',
            input: value,
            message: `nothing fills ${gap} here; there is ${gaps.join(', ')}`,
          });
    });
