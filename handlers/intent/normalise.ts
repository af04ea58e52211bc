import { hasKana, isBreak, isCjk, isDigit, isJapanese, isLetter, isWordCode, kindOf, simplify } from './characters.ts';
import { blankMarkup } from './markup.ts';

/** A text as the rules see it, with the way back to the original. */
export interface Normal {
  /** `\n` stands where a clause ends; spaces only between words of letters. */
  readonly text: string;
  /** For each character the offsets in the original it came from. */
  readonly starts: readonly number[];
  readonly ends: readonly number[];
  /** 1 where a space stood before a character that is written without spaces. */
  readonly soft: Uint8Array;
  readonly japanese: boolean;
}

/** Long messages end in the request, or begin with it. */
const HEAD = 200;
const TAIL = 300;
/** NFKC makes up to 18 characters of one (ﷺ); none of ours makes more than 4 (㍿). */
const WIDEST = 4;
/** The most characters a text can have after normalisation. */
export const LONGEST = (HEAD + TAIL) * WIDEST + 1;

const SPACE = 0x20;
const BREAK = 0x0a;

/** Growing lists, one entry per character. */
export interface Draft {
  codes: number[];
  starts: number[];
  ends: number[];
}

export const emptyDraft = (): Draft => ({ codes: [], starts: [], ends: [] });

export function push(draft: Draft, code: number, start: number, end: number): void {
  draft.codes.push(code);
  draft.starts.push(start);
  draft.ends.push(end);
}

const copy = (draft: Draft, from: Draft, i: number, end = from.ends[i] ?? 0): void =>
  push(draft, from.codes[i] ?? SPACE, from.starts[i] ?? 0, end);

/** Lower case, half width, simplified, without what cannot be seen; separators become one space or one break. */
function scan(raw: string, from: number, to: number, script: Script, draft: Draft): void {
  let i = from;
  while (i < to) {
    const code = raw.charCodeAt(i);
    if (isWordCode(code)) push(draft, code, i, i + 1);
    else if (code >= 0x4e00 && code <= 0x9fff) push(draft, script.fold(code), i, i + 1);
    else if (code >= 0x41 && code <= 0x5a) push(draft, code + 32, i, i + 1);
    else if (code === SPACE) separate(draft, SPACE, i, i + 1);
    else if (isBreak(code) && code !== script.comma) separate(draft, BREAK, i, i + 1);
    else if (code === 0x2e) separate(draft, /[a-z0-9]/i.test(raw.charAt(i + 1)) ? SPACE : BREAK, i, i + 1);
    else i = scanRare(raw, i, to, script, draft) - 1;
    i += 1;
  }
}

const MARK = /[\u0300-\u036f\u3099\u309a\uff9e\uff9f]/;

/** One character with the marks that follow it, which NFKC must see together (ｶﾞ). Gives the offset after it. */
function scanRare(raw: string, start: number, to: number, script: Script, draft: Draft): number {
  const first = raw.codePointAt(start) ?? SPACE;
  let end = start + (first > 0xffff ? 2 : 1);
  while (end < to && MARK.test(raw.charAt(end))) end += 1;
  const cluster = raw.slice(start, end);
  const folded = cluster.normalize('NFKC').toLowerCase();
  const plain = /[\u00c0-\u024f\u1e00-\u1eff]/.test(folded) ? folded.normalize('NFKD').replace(/\p{M}/gu, '') : folded;
  if (plain.length > WIDEST) separate(draft, SPACE, start, end);
  else for (const char of plain) addChar(char, start, end, script, draft);
  return end;
}

function addChar(char: string, start: number, end: number, script: Script, draft: Draft): void {
  const code = char.charCodeAt(0);
  const kind = code === script.comma ? 'break' : kindOf(code, char);
  if (kind === 'drop') return;
  if (kind === 'keep') push(draft, script.fold(code), start, end);
  else separate(draft, kind === 'break' ? BREAK : SPACE, start, end);
}

function separate(draft: Draft, code: number, start: number, end: number): void {
  const last = draft.codes.length - 1;
  const previous = draft.codes[last];
  if (previous !== SPACE && previous !== BREAK) push(draft, code, start, end);
  else if (code === BREAK) draft.codes[last] = BREAK;
}

const isSeparator = (code: number | undefined): boolean => code === undefined || code === SPACE || code === BREAK;

/** True where one lone character stands between separators: 转 人 工, h u m a n, 转。人。工. */
const isLone = (codes: readonly number[], i: number): boolean =>
  !isSeparator(codes[i]) && isSeparator(codes[i - 1]) && isSeparator(codes[i + 1]);

/** Takes the separators out of runs of three and more lone characters, and repeats beyond the second character. */
function join(from: Draft): Draft {
  const draft = emptyDraft();
  const { codes } = from;
  for (let i = 0; i < codes.length; i += 1) {
    if (isSeparator(codes[i]) && insideLoneRun(codes, i)) continue;
    if (isRepeat(codes, i)) continue;
    copy(draft, from, i);
  }
  return draft;
}

function insideLoneRun(codes: readonly number[], i: number): boolean {
  if (!isLone(codes, i - 1) || !isLone(codes, i + 1)) return false;
  // A comma in a text that has a space after every character is a comma.
  if (codes[i] === BREAK && (codes[i - 2] === SPACE || codes[i + 2] === SPACE)) return false;
  return isLone(codes, i - 3) || isLone(codes, i + 3) || codes.length <= 4;
}

/** The third and every further equal character, and with it the second: 转人工工工 → 转人工, plzzzz → plz. */
function isRepeat(codes: readonly number[], i: number): boolean {
  const code = codes[i];
  if (code === undefined || isDigit(code)) return false;
  if (code !== codes[i - 1]) return false;
  return code === codes[i - 2] || code === codes[i + 1];
}

/** Spaces beside characters that are written without spaces only stand for a possible boundary. */
function closeSpaces(from: Draft): { draft: Draft; soft: Uint8Array } {
  const draft = emptyDraft();
  const soft = new Uint8Array(from.codes.length + 1);
  const { codes } = from;
  let marks = 0;
  for (let i = 0; i < codes.length; i += 1) {
    if (codes[i] === SPACE && (isOpen(codes[i - 1]) || isOpen(codes[i + 1]))) {
      soft[draft.codes.length] = 1;
      marks += 1;
    } else copy(draft, from, i);
  }
  // Spaced out all over, a text has no boundaries to tell.
  if (marks * 2 >= draft.codes.length) soft.fill(0);
  return { draft, soft };
}

const isOpen = (code: number | undefined): boolean => code === undefined || code === BREAK || isCjk(code);

/** 转转人人工工: every character twice. */
function halve(from: Draft): Draft {
  const { codes } = from;
  if (codes.length < 4 || codes.length % 2 === 1) return from;
  for (let i = 0; i < codes.length; i += 2) if (codes[i] !== codes[i + 1]) return from;
  const draft = emptyDraft();
  for (let i = 0; i < codes.length; i += 2) copy(draft, from, i, from.ends[i + 1]);
  return draft;
}

/** 转人工转人工转人工 and the same with separators: one is enough. */
function unrepeat(from: Draft): Draft {
  const dense = from.codes.filter((code) => !isSeparator(code));
  const text = String.fromCharCode(...dense);
  const period = (text + text).indexOf(text, 1);
  if (period < 1 || period >= text.length || period < 2) return from;
  let left = period;
  let end = 0;
  while (left > 0) if (!isSeparator(from.codes[end++])) left -= 1;
  return {
    codes: from.codes.slice(0, end),
    starts: from.starts.slice(0, end),
    ends: from.ends.slice(0, end),
  };
}

/** Repairs words of letters; see spelling.ts. */
export type Spelling = (draft: Draft) => Draft;

/** How a script is read. 、 ends a Japanese clause; in Chinese it stands between the members of a list. */
interface Script {
  readonly fold: (code: number) => number;
  readonly comma?: number;
}

const CHINESE: Script = { fold: simplify };
const JAPANESE: Script = { fold: (code) => code, comma: 0x3001 };
const AS_WRITTEN: Script = { fold: (code) => code };

/**
 * Never simplifies a text with kana: 話 would become 话 and match no Japanese word.
 */
export function normalise(original: string, spell: Spelling): Normal {
  const raw = blankMarkup(original);
  const japanese = isJapanese(raw);
  const script = japanese ? JAPANESE : CHINESE;
  const scanned = emptyDraft();
  if (raw.length <= HEAD + TAIL) scan(raw, 0, raw.length, script, scanned);
  else {
    scan(raw, 0, HEAD, script, scanned);
    separate(scanned, BREAK, HEAD, HEAD);
    scan(raw, raw.length - TAIL, raw.length, script, scanned);
  }
  const { draft, soft } = closeSpaces(unrepeat(halve(spell(join(scanned)))));
  return { text: String.fromCharCode(...draft.codes), starts: draft.starts, ends: draft.ends, soft, japanese };
}

/** Words that normalisation leaves as they are, but for the script. */
const PLAIN = /^(?:[\u4e00-\u9fff]+|[a-z0-9]+(?: [a-z0-9]+)*)$/;

/** The forms under which a word of the phrases may be met: as written, and simplified unless it is Japanese. */
export function normaliseWord(word: string): readonly string[] {
  if (PLAIN.test(word))
    return [...new Set([word, String.fromCharCode(...Array.from(word, (c) => simplify(c.charCodeAt(0))))])];
  const forms = (hasKana(word) ? [AS_WRITTEN] : [AS_WRITTEN, CHINESE]).map((script) => {
    const draft = emptyDraft();
    scan(word, 0, word.length, script, draft);
    const { draft: closed } = closeSpaces(draft);
    return String.fromCharCode(...closed.codes).trim();
  });
  return [...new Set(forms)];
}

/** How many words or characters lie before each position. A word of letters counts one, a separator none. */
export function countUnits(text: string): Uint16Array {
  const units = new Uint16Array(text.length + 1);
  let count = 0;
  for (let i = 0; i < text.length; i += 1) {
    units[i] = count;
    const code = text.charCodeAt(i);
    const inWord = (isLetter(code) || isDigit(code)) && i > 0 && isWordCode(text.charCodeAt(i - 1));
    if (!isSeparator(code) && !inWord) count += 1;
  }
  units[text.length] = count;
  return units;
}
