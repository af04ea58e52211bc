import type { OpinionConfig } from './config.ts';
import type { Log } from './log.ts';

/** What somebody else makes of a doubtful text. Never throws: who cannot tell is unsure. */
export type Opinion = (text: string) => Promise<'human' | 'unsure' | 'other'>;

/** The person waits for a link or a question: no opinion is worth more than this. */
const LIMIT_MS = 1_500;
const REMEMBERED = 500;

const INSTRUCTION = `You sort messages that employees write to a help-desk bot. Answer with one word only:
human - the writer, now, wants a person of the support side to talk to them or take over
other - anything else, such as an ordinary question, a refusal, or talk about the service or about other people
unsure - it cannot be told`;

/** Asks an OpenAI-compatible endpoint when one is configured. The same text is asked about once. */
export function createOpinion(config: () => OpinionConfig | undefined, log: Log): Opinion {
  const first = config();
  if (!first) return async () => 'unsure';
  const { url, model } = first;
  const remembered = new Map<string, 'human' | 'unsure' | 'other'>();
  const endpoint = url.endsWith('/chat/completions') ? url : `${url.replace(/\/+$/, '')}/chat/completions`;
  const ask = async (masked: string): Promise<'human' | 'unsure' | 'other'> => {
    const key = config()?.key;
    const response = await fetch(endpoint, {
      method: 'POST',
      headers: { 'content-type': 'application/json', ...(key && { authorization: `Bearer ${key}` }) },
      body: JSON.stringify({
        model,
        temperature: 0,
        max_tokens: 5,
        messages: [
          { role: 'system', content: INSTRUCTION },
          { role: 'user', content: masked },
        ],
      }),
      signal: AbortSignal.timeout(LIMIT_MS),
    });
    if (!response.ok) throw new Error(`the endpoint answered ${response.status}`);
    return readWord(await response.json());
  };
  return async (text) => {
    const masked = mask(text);
    const known = remembered.get(masked);
    if (known) return known;
    try {
      const opinion = await ask(masked);
      if (remembered.size >= REMEMBERED) remembered.clear();
      remembered.set(masked, opinion);
      return opinion;
    } catch (err) {
      log.warn({ why: err instanceof Error ? err.message : String(err) }, 'no second opinion; the person is asked');
      return 'unsure';
    }
  };
}

/** Names and numbers do not decide whether a human is wanted: digits, links and e-mail addresses stay here. */
function mask(text: string): string {
  return text
    .slice(0, 2_000)
    .replace(/https?:\/\/\S+/gi, '<link>')
    .replace(/[\w.+-]+@[\w-]+(\.[\w-]+)+/g, '<mail>')
    .replace(/\d/g, '0');
}

/** @throws when it is none of the three words. */
function readWord(body: unknown): 'human' | 'unsure' | 'other' {
  const { choices } = (body ?? {}) as { choices?: { message?: { content?: unknown } }[] };
  const content = choices?.[0]?.message?.content;
  const word =
    typeof content === 'string'
      ? content
          .trim()
          .toLowerCase()
          .replace(/[^a-z].*$/s, '')
      : '';
  if (word === 'human' || word === 'unsure' || word === 'other') return word;
  throw new Error('the endpoint answered none of the three words');
}
