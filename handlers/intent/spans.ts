import type { Found } from './match.ts';
import type { Normal } from './normalise.ts';
import type { Span } from './types.ts';

/** Where in the original the matched words stand; words that touch become one span. */
export function spansOf(found: Found, { starts, ends }: Normal, original: string): readonly Span[] {
  const spans: Span[] = [];
  for (let step: Found | undefined = found; step && step.start >= 0; step = step.next) {
    const start = starts[step.start] ?? 0;
    const end = ends[step.end - 1] ?? start;
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
