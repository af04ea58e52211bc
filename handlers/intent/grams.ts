import { isDigit, isWordCode } from './characters.ts';
import { BREAK, SPACE } from './draft.ts';
import type { Range } from './hits.ts';

/** The pieces of a text: the number of each, and where it stands. */
export interface Grams {
  readonly keys: number[];
  readonly starts: number[];
  readonly ends: number[];
}

/** The words of a text, as numbers: an ideograph is a word, letters in a row are one, and so is the end of a clause. */
interface Row {
  readonly codes: number[];
  readonly starts: number[];
  readonly ends: number[];
}

/** Words in a row that are looked at together. */
const LONGEST = 4;
/** Two words so near each other are looked at as a pair, whatever stands between them. */
const REACH = 6;
/** Letters of a word that are looked at together, so that an ending or a typing error leaves most of it. */
const LETTERS = 4;
/** Where a text begins and ends, and what all figures and clause ends are taken for: codes that no character has. */
const EDGE = 0x110000;
const FIGURE = 0x110001;
const CLAUSE_END = 0x110002;
/** Kinds of pieces, so that a pair is not taken for a row. */
const ROW = 1;
const PAIR = 2;
const LETTER = 3;

const mix = (hash: number, code: number): number => {
  const mixed = Math.imul(hash ^ code, 0x9e3779b1);
  return mixed ^ (mixed >>> 15);
};

/**
 * Every piece of a stretch of a normalised text under which a weight may be kept; a piece that repeats comes again.
 * `fillers` (politeness, names) are not there, nor pieces of nothing but edges; what says nothing else has no pieces.
 */
export function gramsOf(text: string, range: Range, fillers: readonly Range[]): Grams {
  const grams: Grams = { keys: [], starts: [], ends: [] };
  const { codes, starts, ends } = rowOf(text, range, fillers);
  if (codes.length <= 2) return grams;
  for (let i = 0; i < codes.length; i += 1) {
    const start = starts[i] ?? 0;
    let row = ROW;
    for (let k = i; k < i + LONGEST && k < codes.length; k += 1) {
      row = mix(row, codes[k] ?? 0);
      if (k > i || codes[i] !== EDGE) add(grams, row, start, ends[k] ?? 0);
    }
    const first = mix(PAIR, codes[i] ?? 0);
    for (let k = i + 2; k <= i + REACH && k < codes.length; k += 1)
      if (codes[i] !== EDGE || codes[k] !== EDGE) add(grams, mix(first, codes[k] ?? 0), start, ends[k] ?? 0);
    addLetters(grams, text, start, ends[i] ?? 0);
  }
  return grams;
}

function add({ keys, starts, ends }: Grams, key: number, start: number, end: number): void {
  keys.push(key);
  starts.push(start);
  ends.push(end);
}

function addLetters(grams: Grams, text: string, start: number, end: number): void {
  if (end - start < LETTERS || !isWordCode(text.charCodeAt(start))) return;
  for (let i = start; i + LETTERS <= end; i += 1) {
    let hash = LETTER;
    for (let k = i; k < i + LETTERS; k += 1) hash = mix(hash, text.charCodeAt(k));
    add(grams, hash, start, end);
  }
}

function rowOf(text: string, [from, to]: Range, fillers: readonly Range[]): Row {
  const row: Row = { codes: [EDGE], starts: [from], ends: [from] };
  const isFiller = new Uint8Array(text.length);
  for (const [start, end] of fillers) isFiller.fill(1, start, end);
  for (let i = from; i < to; ) {
    const end = wordEnd(text, i);
    if (text.charCodeAt(i) !== SPACE && !isFiller[i]) addWord(row, codeOf(text, i, end), i, end);
    i = end;
  }
  addWord(row, EDGE, to, to);
  return row;
}

/** The edge of a clause beside another edge is the same place: punctuation around the whole says nothing. */
function addWord({ codes, starts, ends }: Row, code: number, start: number, end: number): void {
  const last = codes.at(-1);
  if (code === CLAUSE_END && (last === CLAUSE_END || last === EDGE)) return;
  const place = code === EDGE && last === CLAUSE_END ? codes.length - 1 : codes.length;
  codes[place] = code;
  starts[place] = start;
  ends[place] = end;
}

function wordEnd(text: string, start: number): number {
  let end = start + 1;
  if (isWordCode(text.charCodeAt(start))) while (end < text.length && isWordCode(text.charCodeAt(end))) end += 1;
  return end;
}

function codeOf(text: string, start: number, end: number): number {
  const code = text.charCodeAt(start);
  if (code === BREAK) return CLAUSE_END;
  if (end - start === 1 && !isWordCode(code)) return code;
  let hash = 0;
  let isFigure = true;
  for (let i = start; i < end; i += 1) {
    hash = mix(hash, text.charCodeAt(i));
    isFigure &&= isDigit(text.charCodeAt(i));
  }
  return isFigure ? FIGURE : hash;
}
