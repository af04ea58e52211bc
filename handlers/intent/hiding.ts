import type { Range } from './hits.ts';
import type { Tokens } from './lexicon.ts';

/** For each position the longest range over it, as two numbers; `to` is 0 where there is none. */
interface Cover {
  readonly from: Uint16Array;
  readonly to: Uint16Array;
}

/**
 * Takes away the words that begin inside one of these expressions, or are only its beginning: 要 in 不要. Where the
 * expressions overlap themselves, the first and longest is meant: 能不能 before 能不.
 */
export function hideInside(tokens: Tokens, expressions: readonly Range[], length: number): Tokens {
  if (expressions.length === 0) return tokens;
  const cover = coverOf(leftmostLongest(expressions), length);
  return without(tokens, (start, end) => {
    const to = cover.to[start] ?? 0;
    return to > 0 && ((cover.from[start] ?? 0) < start || end < to);
  });
}

/** Takes away the words that touch a mask; a longer word around the mask stays (人工会话 around 人工会). */
export function hideMasked(tokens: Tokens, masks: readonly Range[], length: number): Tokens {
  if (masks.length === 0) return tokens;
  const cover = coverOf(masks, length);
  return without(tokens, (start, end) => {
    for (let i = start; i < end; i += 1) {
      const from = cover.from[i] ?? 0;
      const to = cover.to[i] ?? 0;
      if (to > 0 && !(start <= from && to <= end && end - start > to - from)) return true;
    }
    return false;
  });
}

function leftmostLongest(ranges: readonly Range[]): Range[] {
  let end = 0;
  return ranges
    .toSorted((a, b) => a[0] - b[0] || b[1] - a[1])
    .filter(([from, to]) => {
      if (from < end) return false;
      end = to;
      return true;
    });
}

function coverOf(ranges: readonly Range[], length: number): Cover {
  const cover = { from: new Uint16Array(length), to: new Uint16Array(length) };
  for (const [from, to] of ranges)
    for (let i = from; i < to; i += 1)
      if ((cover.to[i] ?? 0) - (cover.from[i] ?? 0) < to - from) {
        cover.from[i] = from;
        cover.to[i] = to;
      }
  return cover;
}

/** The very same tokens where nothing is hidden. */
function without(tokens: Tokens, isHidden: (start: number, end: number) => boolean): Tokens {
  const { starts, ends, words } = tokens;
  const kept: Tokens = { starts: [], ends: [], words: [] };
  for (let i = 0; i < words.length; i += 1) {
    const start = starts[i] ?? 0;
    const end = ends[i] ?? 0;
    if (isHidden(start, end)) continue;
    kept.starts.push(start);
    kept.ends.push(end);
    kept.words.push(words[i] ?? 0);
  }
  return kept.words.length === words.length ? tokens : kept;
}
