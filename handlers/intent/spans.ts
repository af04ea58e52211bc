import type { Range } from './hits.ts';
import type { Found } from './match.ts';
import type { Normal } from './normalise.ts';
import type { Span } from './types.ts';

/** Where in the original the matched words stand; words that touch become one span. */
export function spansOf(found: Found, normal: Normal, original: string): readonly Span[] {
  const ranges: Range[] = [];
  for (let step: Found | undefined = found; step && step.start >= 0; step = step.next)
    ranges.push([step.start, step.end]);
  return spansAt(ranges, normal, original);
}

/** As `spansOf`, for ranges of the normalised text. */
export function spansAt(ranges: readonly Range[], { starts, ends }: Normal, original: string): readonly Span[] {
  const spans: Span[] = [];
  for (const [from, to] of ranges.toSorted((a, b) => a[0] - b[0])) {
    const start = starts[from] ?? original.length;
    const end = ends[to - 1] ?? start;
    const last = spans.at(-1);
    if (last && start - last.end <= 1) spans[spans.length - 1] = spanOf(original, last.start, Math.max(end, last.end));
    else spans.push(spanOf(original, start, end));
  }
  return spans;
}

const spanOf = (original: string, start: number, end: number): Span => ({
  start,
  end,
  text: original.slice(start, end),
});
