import type { Compiled } from '../handlers/intent/compile.ts';
import type { Weights } from '../handlers/intent/impression.ts';
import type { Decider, Phrases, Ruling } from '../handlers/intent/types.ts';
import type { SENTENCES } from '../handlers/sentences.ts';
import type { Config } from './config.ts';
import { readPrepared } from './prepared.ts';
import { readWeights } from './weights.ts';

type Sentences = typeof SENTENCES;

/** What only the composition root may take from `handlers/`. */
interface Ours {
  compile(phrases: Phrases): Compiled;
  openIntent(compiled: Compiled, weights: Weights): Decider;
  readonly sentences: Sentences;
}

export interface Texts extends Decider {
  sentences(): Sentences;
  /** Reads everything again, then gives a function that puts it in place. */
  reread(): Promise<() => void>;
}

type Files = Pick<Config, 'role' | 'intentFile' | 'wordsFile'>;

/**
 * Phrases and sentences, with a team's files over ours. A worker never decides: it is spared the phrases.
 *
 * @throws when a team's file has faults: one error that lists them all.
 */
export async function openTexts({ role, intentFile, wordsFile }: Files, ours: Ours): Promise<Texts> {
  const read = async () => ({
    intent: role === 'worker' ? undefined : await readIntent(intentFile, ours),
    sentences: await readSentences(wordsFile, ours.sentences),
  });
  let current = await read();
  return {
    decide: (text) => {
      if (!current.intent) throw new Error('a worker never decides');
      return current.intent.decide(text);
    },
    sentences: () => current.sentences,
    reread: async () => {
      const next = await read();
      return () => {
        current = next;
      };
    },
  };
}

/** Longer texts are hardly ever written twice. */
const SHORT = 32;
const REMEMBERED = 500;

/**
 * The same few words ask for a human again and again. Between two events all that deciding looks at has left the
 * processor's caches, so that it takes many times as long as in a loop (bench/README.md). Other texts are not kept,
 * and these only in this process.
 */
function remembering({ decide }: Decider): Decider {
  const known = new Map<string, Ruling>();
  const learn = (text: string): Ruling => {
    const { decision, rule, lang } = decide(text);
    const made = { decision, rule, lang };
    if (decision !== 'human') return made;
    const [oldest] = known.keys();
    if (oldest !== undefined && known.size >= REMEMBERED) known.delete(oldest);
    // A copy: a part of a long message would keep all of it.
    known.set(Buffer.from(text).toString(), made);
    return made;
  };
  return { decide: (text) => (text.length > SHORT ? decide(text) : (known.get(text) ?? learn(text))) };
}

/** Reads the phrases themselves, with all it takes to understand them, only when the build has not done so. */
async function readIntent(file: string | undefined, { compile, openIntent }: Ours): Promise<Decider> {
  const prepared = readPrepared({ file });
  if (prepared) return remembering(openIntent(prepared, readWeights()));
  const { readPhrases } = await import('./phrases.ts');
  return remembering(openIntent(compile(readPhrases({ file })), readWeights()));
}

/** A reader of YAML is loaded only for a team that has such a file. */
async function readSentences(file: string | undefined, ours: Sentences): Promise<Sentences> {
  if (!file) return ours;
  const { readWords } = await import('./words.ts');
  return readWords(ours, file);
}
