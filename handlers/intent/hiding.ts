import type { Hits } from './lexicon.ts';

export type Range = readonly [from: number, to: number];

/** For each position the longest range over it, as two numbers; `to` is 0 where there is none. */
interface Cover {
  readonly from: Uint16Array;
  readonly to: Uint16Array;
}

/**
 * Takes away the words that begin inside a word of `lists`, or are only its beginning: 要 in 不要. Where such words
 * overlap themselves, the first and longest is meant: 能不能 before 能不.
 */
export function hideInside(hits: Hits, lists: readonly number[], length: number): Hits {
  const ranges = leftmostLongest(rangesIn(hits, lists));
  if (ranges.length === 0) return hits;
  const cover = coverOf(ranges, length);
  return without(hits, (start, end) => {
    const to = cover.to[start] ?? 0;
    return to > 0 && ((cover.from[start] ?? 0) < start || end < to);
  });
}

/** Takes away the words that touch a mask; a longer word around the mask stays (人工会话 around 人工会). */
export function hideMasked(hits: Hits, masks: readonly Range[], length: number): Hits {
  if (masks.length === 0) return hits;
  const cover = coverOf(masks, length);
  return without(hits, (start, end) => {
    for (let i = start; i < end; i += 1) {
      const from = cover.from[i] ?? 0;
      const to = cover.to[i] ?? 0;
      if (to > 0 && !(start <= from && to <= end && end - start > to - from)) return true;
    }
    return false;
  });
}

/** Where words of these lists stand. */
export function rangesIn(hits: Hits, lists: readonly number[]): Range[] {
  const ranges: Range[] = [];
  for (const list of lists) {
    const found = hits.get(list) ?? [];
    for (let i = 0; i < found.length; i += 2) ranges.push([found[i] ?? 0, found[i + 1] ?? 0]);
  }
  return ranges;
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

function without(hits: Hits, isHidden: (start: number, end: number) => boolean): Hits {
  const result: Hits = new Map();
  for (const [list, before] of hits) {
    const kept: number[] = [];
    for (let i = 0; i < before.length; i += 2) {
      const start = before[i] ?? 0;
      const end = before[i + 1] ?? 0;
      if (!isHidden(start, end)) kept.push(start, end);
    }
    if (kept.length > 0) result.set(list, kept);
  }
  return result;
}
