import { hasKana, isJapanese, isWordCode, simplify } from './characters.ts';
import { BREAK, type Draft, emptyDraft, isSeparator, separate, textOf } from './draft.ts';
import { blankMarkup } from './markup.ts';
import { AS_WRITTEN, CHINESE, JAPANESE, scan, WIDEST } from './scan.ts';
import { closeSpaces, halve, join, unrepeat } from './tidy.ts';

/** A text as the rules see it, with the way back to the original. */
export interface Normal {
  /** A line break stands where a clause ends; spaces only between words of letters. */
  readonly text: string;
  /** For each character the offsets in the original it came from. */
  readonly starts: readonly number[];
  readonly ends: readonly number[];
  /** 1 where a space stood before a character that is written without spaces. */
  readonly soft: Uint8Array;
  readonly japanese: boolean;
  /** A part of it stands in quotation marks: those may be another's words. */
  readonly quotesOthers: boolean;
}

/** Long messages end in the request, or begin with it. */
const HEAD = 160;
const TAIL = 260;
/** The most characters a text can have after normalisation. */
export const LONGEST = (HEAD + TAIL) * WIDEST + 1;

/** Repairs words of letters; see spelling.ts. */
export type Spelling = (draft: Draft) => Draft;

/** Never simplifies a text in Japanese: 話 would become 话 and match no Japanese word. */
export function normalise(original: string, spell: Spelling): Normal {
  const isLong = original.length > HEAD + TAIL;
  const head = blankMarkup(isLong ? original.slice(0, HEAD) : original);
  const tail = isLong ? blankMarkup(original.slice(-TAIL)) : '';
  const japanese = isJapanese(head) || isJapanese(tail);
  const script = japanese ? JAPANESE : CHINESE;
  const scanned = emptyDraft();
  scan(head, 0, script, scanned);
  if (isLong) separate(scanned, BREAK, HEAD, HEAD);
  scan(tail, original.length - tail.length, script, scanned);
  const { draft, soft } = closeSpaces(unrepeat(halve(spell(join(scanned)))));
  return {
    text: textOf(draft),
    starts: draft.starts,
    ends: draft.ends,
    soft,
    japanese,
    quotesOthers: quotesOthers(head) || quotesOthers(tail),
  };
}

const QUOTED = /["“「『«][^"”」』»]+["”」』»]|(?<![^\s:：(])'[^']{3,}'(?![^\s,.;:!?)])/g;
const SAID = /[\p{L}\p{N}]/u;

/** Not where all that is said stands in quotation marks. */
function quotesOthers(text: string): boolean {
  const unquoted = text.replace(QUOTED, '');
  return unquoted.length < text.length && SAID.test(unquoted);
}

/** Words that normalisation leaves as they are, but for the script. */
const PLAIN = /^(?:[\u4e00-\u9fff]+|[a-z0-9]+(?: [a-z0-9]+)*)$/;

/** The forms under which a word of the phrases may be met: as written, and simplified unless it is Japanese. */
export function normaliseWord(word: string): readonly string[] {
  if (PLAIN.test(word)) return withSimplified(word);
  const forms = (hasKana(word) ? [AS_WRITTEN] : [AS_WRITTEN, CHINESE]).map((script) => {
    const scanned = emptyDraft();
    scan(word, 0, script, scanned);
    return textOf(closeSpaces(scanned).draft).trim();
  });
  return [...new Set(forms)];
}

function withSimplified(word: string): readonly string[] {
  let simplified = '';
  for (let i = 0; i < word.length; i += 1) simplified += String.fromCharCode(simplify(word.charCodeAt(i)));
  return simplified === word ? [word] : [word, simplified];
}

/** How many words or characters lie before each position. A word of letters counts one, a separator none. */
export function countUnits(text: string): Uint16Array {
  const units = new Uint16Array(text.length + 1);
  let count = 0;
  let previous: number | undefined;
  for (let i = 0; i < text.length; i += 1) {
    units[i] = count;
    const code = text.charCodeAt(i);
    const isInside = previous !== undefined && isWordCode(code) && isWordCode(previous);
    if (!isSeparator(code) && !isInside) count += 1;
    previous = code;
  }
  units[text.length] = count;
  return units;
}
