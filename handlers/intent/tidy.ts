import { isCjk, isDigit, isWordCode } from './characters.ts';
import { BREAK, copy, type Draft, dropped, emptyDraft, isSeparator, SPACE, startOf, textOf } from './draft.ts';

/** True where one lone character stands between separators: 转 人 工, h u m a n, 转。人。工. */
const isLone = (codes: readonly number[], i: number): boolean =>
  !isSeparator(codes[i]) && isSeparator(codes[i - 1]) && isSeparator(codes[i + 1]);

/** っ and ー never stand twice: 代わっって, オペレーーター. */
const SMALL_TSU = 0x3063;
const LONG_VOWEL = 0x30fc;

/** Takes the separators out of runs of three and more lone characters, and repeats of a character. */
export function join(from: Draft): Draft {
  const { codes } = from;
  return dropped(from, (i) => (isSeparator(codes[i]) ? insideLoneRun(codes, i) : isRepeat(codes, i)));
}

function insideLoneRun(codes: readonly number[], i: number): boolean {
  if (!isLone(codes, i - 1) || !isLone(codes, i + 1)) return false;
  // A comma in a text that has a space after every character is a comma.
  if (codes[i] === BREAK && (codes[i - 2] === SPACE || codes[i + 2] === SPACE)) return false;
  return isLone(codes, i - 3) || isLone(codes, i + 3) || codes.length <= 4;
}

/** Of three and more equal characters all but the first: 转人工工工 → 转人工, plzzzz → plz. */
function isRepeat(codes: readonly number[], i: number): boolean {
  const code = codes[i];
  if (code === undefined || isDigit(code)) return false;
  if (code !== codes[i - 1]) return false;
  if (code === SMALL_TSU || code === LONG_VOWEL) return true;
  return code === codes[i - 2] || code === codes[i + 1];
}

/** 转转人人工工: every character twice. */
export function halve(from: Draft): Draft {
  const { codes } = from;
  if (codes.length < 4 || codes.length % 2 === 1) return from;
  for (let i = 0; i < codes.length; i += 2) if (codes[i] !== codes[i + 1]) return from;
  const draft = emptyDraft();
  for (let i = 0; i < codes.length; i += 2) copy(draft, from, i, from.ends[i + 1]);
  return draft;
}

/** 转人工转人工转人工 and the same with separators: one is enough. */
export function unrepeat(from: Draft): Draft {
  const { codes } = from;
  const first = codes.findIndex((code) => !isSeparator(code));
  if (!codes.includes(codes[first] ?? BREAK, first + 1)) return from;
  const text = textOf(from).replace(/[ \n]/g, '');
  const period = (text + text).indexOf(text, 1);
  if (period < 2 || period >= text.length) return from;
  let end = 0;
  for (let left = period; left > 0; end += 1) if (!isSeparator(codes[end])) left -= 1;
  return startOf(from, end);
}

/**
 * Takes away the spaces beside characters that are written without spaces. `soft` is 1 where such a space stood: a
 * possible boundary.
 */
export function closeSpaces(from: Draft): { draft: Draft; soft: Uint8Array } {
  const { codes } = from;
  const soft = new Uint8Array(codes.length + 1);
  if (!codes.includes(SPACE)) return { draft: from, soft };
  const draft = emptyDraft();
  let marks = 0;
  for (let i = 0; i < codes.length; i += 1) {
    if (codes[i] === SPACE && (isOpen(codes[i - 1]) || isOpen(codes[i + 1]))) {
      soft[draft.codes.length] = 1;
      marks += 1;
    } else copy(draft, from, i);
  }
  // Spaced out all over, a text has no boundaries to tell.
  if (marks * 2 >= countWords(draft.codes)) soft.fill(0);
  return { draft, soft };
}

const isOpen = (code: number | undefined): boolean => code === undefined || code === BREAK || isCjk(code);

const isInsideWord = (codes: readonly number[], i: number): boolean =>
  isWordCode(codes[i] ?? SPACE) && isWordCode(codes[i - 1] ?? SPACE);

/** Words of letters, and characters that stand for themselves. */
const countWords = (codes: readonly number[]): number =>
  codes.filter((code, i) => !isSeparator(code) && !isInsideWord(codes, i)).length;
