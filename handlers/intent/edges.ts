import type { Grammar } from './grammar.ts';
import { type Hits, type Range, rangesIn } from './hits.ts';
import type { Normal } from './normalise.ts';

/** Where clauses begin and end. 1 marks a position. */
export interface Edges {
  /** Where a pattern with ^ may begin. */
  readonly opens: Uint8Array;
  /** As `opens`, but a space between Chinese characters starts nothing. */
  readonly strictOpens: Uint8Array;
  /** Where a pattern with $ may end. */
  readonly closes: Uint8Array;
}

const SPACE = 0x20;
const BREAK = 0x0a;

export const newEdges = (length: number): Edges => ({
  opens: new Uint8Array(length + 1),
  strictOpens: new Uint8Array(length + 1),
  closes: new Uint8Array(length + 1),
});

/**
 * Where a clause starts without punctuation: voice-to-text has none (别发文档了给我接人工). The words that start one are
 * Chinese and English; in Japanese the same characters (直接) stand inside a clause.
 */
export function findCuts({ text, japanese }: Normal, hits: Hits, { known }: Grammar, units: Uint16Array): Uint8Array {
  const cuts = new Uint8Array(text.length + 1);
  const starters = japanese ? [] : rangesIn(hits, known.starter);
  if (starters.length === 0) return cuts;
  const held = new Uint8Array(text.length + 2);
  for (const [, end] of rangesIn(hits, [...known.holder, ...known.negator, ...known.modal]))
    held[text.charCodeAt(end) === SPACE ? end + 1 : end] = 1;
  let last = 0;
  for (const [start] of starters) {
    if (held[start] || (units[start] ?? 0) - (units[last] ?? 0) < 2) continue;
    // At the start of a sentence there is nothing to cut, and nothing that would close there.
    if (text.charCodeAt(start - 1) !== BREAK) cuts[start] = 1;
    last = start;
  }
  return cuts;
}

/** Fillers at the edge of a clause are not there: 你好麻烦转人工谢谢 opens at 转 and closes after 工. */
export function findEdges({ text, soft }: Normal, fillers: readonly Range[], cuts: Uint8Array): Edges {
  const edges = newEdges(text.length);
  const { opens, strictOpens, closes } = edges;
  for (let i = 0; i <= text.length; i += 1) {
    const code = text.charCodeAt(i);
    const isEdge = i === 0 || i === text.length || code === BREAK || cuts[i] === 1;
    if (isEdge || text.charCodeAt(i - 1) === BREAK) strictOpens[i] = 1;
    if (strictOpens[i] || soft[i]) opens[i] = 1;
    if (isEdge) closes[i] = 1;
    if (cuts[i] && text.charCodeAt(i - 1) === SPACE) closes[i - 1] = 1;
  }
  for (const [start, end] of fillers) {
    const after = text.charCodeAt(end) === SPACE ? end + 1 : end;
    if (opens[start]) opens[after] = 1;
    if (strictOpens[start]) strictOpens[after] = 1;
  }
  for (const [start, end] of fillers.toSorted((a, b) => b[1] - a[1]))
    if (closes[end]) {
      closes[start] = 1;
      if (text.charCodeAt(start - 1) === SPACE) closes[start - 1] = 1;
    }
  return edges;
}
