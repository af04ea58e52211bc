import type { Edges } from './edges.ts';
import type { Hits } from './hits.ts';
import { LONGEST } from './normalise.ts';
import { STEP_LIMIT, type Step } from './pattern.ts';

/** A pattern whose words are numbers of lists. */
export interface Matcher {
  readonly steps: readonly MatchStep[];
  readonly head: number | undefined;
  readonly tail: number | undefined;
  /** No word of any of these stands in the field. */
  readonly without: readonly number[];
}

export interface MatchStep {
  /** A word of any of these. */
  readonly lists: readonly number[];
  readonly times: Step['times'];
  readonly gap: number;
}

/** Room for the states of one attempt on the longest text. Attempts never overlap, so one is enough for an engine. */
export const newScratch = (): Uint8Array => new Uint8Array((STEP_LIMIT + 1) * (LONGEST + 1));

/** What is known of one text, shared by all its parts. */
export interface Page {
  readonly edges: Edges;
  readonly hits: Hits;
  /** How many words or characters lie before each position. */
  readonly units: Uint16Array;
  /** Lists whose words may stand anywhere in a bare command. */
  readonly fillers: readonly number[];
  /** Room for the states of one attempt. */
  readonly scratch: Uint8Array;
  /** What is left of the work one message may cause. No real message uses a tenth of it. */
  fuel: number;
}

/** A stretch of a text in which patterns are sought. */
export interface Field {
  readonly page: Page;
  readonly from: number;
  readonly to: number;
  /** `command`: fillers may stand anywhere. `strict`: a mere space between Chinese characters opens nothing. */
  readonly manner?: 'command' | 'strict';
}

/** The words a pattern found, in order. */
export interface Found {
  readonly start: number;
  readonly end: number;
  readonly next: Found | undefined;
}

const END: Found = { start: -1, end: -1, next: undefined };

/** Index of the first hit that starts at `position` or later. */
function firstFrom(hits: readonly number[], position: number): number {
  let low = 0;
  let high = hits.length / 2;
  while (low < high) {
    const middle = (low + high) >> 1;
    if ((hits[middle * 2] ?? 0) < position) low = middle + 1;
    else high = middle;
  }
  return low * 2;
}

/** The first way in which the pattern fits from `after` on, or undefined. */
export function match(matcher: Matcher, field: Field, after = field.from): Found | undefined {
  if (isBarred(matcher, field)) return undefined;
  return new Attempt(matcher, field).start(after);
}

function isBarred({ without }: Matcher, { page: { hits }, from, to }: Field): boolean {
  for (const list of without) {
    const places = hits.get(list);
    if (!places) continue;
    const i = firstFrom(places, from);
    if (i < places.length && (places[i + 1] ?? 0) <= to) return true;
  }
  return false;
}

/** One pattern on one field. Every state is tried once, so its time is bounded by their number. */
class Attempt {
  private readonly tried: Uint8Array;
  private readonly width: number;
  private readonly matcher: Matcher;
  private readonly field: Field;
  private readonly page: Page;

  constructor(matcher: Matcher, field: Field) {
    this.matcher = matcher;
    this.field = field;
    this.page = field.page;
    this.width = field.to - field.from + 1;
    this.tried = field.page.scratch;
    this.tried.fill(0, 0, (matcher.steps.length + 1) * this.width);
  }

  /** A pattern without ^ may begin anywhere: its optional first steps are tried too. */
  start(after: number): Found | undefined {
    const { head, steps } = this.matcher;
    if (this.field.manner === 'command') return this.go(0, this.field.from);
    const reach = head || Number.MAX_SAFE_INTEGER;
    for (let index = 0; index < steps.length; index += 1) {
      const found = this.take(index, after, reach, true);
      if (found) return found;
      if (steps[index]?.times === 'once') return undefined;
    }
    return undefined;
  }

  private go(index: number, position: number): Found | undefined {
    const key = index * this.width + position - this.field.from;
    if (this.tried[key] || this.page.fuel <= 0) return undefined;
    this.tried[key] = 1;
    this.page.fuel -= 1;
    const step = this.matcher.steps[index];
    if (!step && this.ends(position)) return END;
    const found =
      step &&
      (this.take(index, position, step.gap) ?? (step.times === 'once' ? undefined : this.go(index + 1, position)));
    return found ?? (this.field.manner === 'command' ? this.passFiller(index, position) : undefined);
  }

  private take(index: number, position: number, reach: number, isFirst = false): Found | undefined {
    const step = this.matcher.steps[index];
    if (!step) return undefined;
    const limit = this.unit(position) + reach;
    for (const list of step.lists) {
      const hits = this.page.hits.get(list);
      if (!hits) continue;
      for (let i = firstFrom(hits, position); i < hits.length; i += 2) {
        const start = hits[i] ?? 0;
        const end = hits[i + 1] ?? 0;
        if (start >= this.field.to || this.unit(start) > limit) break;
        this.page.fuel -= 1;
        if (end > this.field.to || (isFirst && !this.begins(start))) continue;
        const next = this.go(step.times === 'any' ? index : index + 1, end);
        if (next) return { start, end, next };
      }
    }
    return undefined;
  }

  private passFiller(index: number, position: number): Found | undefined {
    for (const list of this.page.fillers) {
      const hits = this.page.hits.get(list);
      if (!hits) continue;
      const limit = this.unit(position);
      for (let i = firstFrom(hits, position); i < hits.length && this.unit(hits[i] ?? 0) === limit; i += 2) {
        const found = this.go(index, hits[i + 1] ?? 0);
        if (found) return found;
      }
    }
    return undefined;
  }

  private begins(start: number): boolean {
    if (this.matcher.head !== 0 || start === this.field.from) return true;
    const opens = this.field.manner === 'strict' ? this.page.edges.strictOpens : this.page.edges.opens;
    return opens[start] === 1;
  }

  private ends(position: number): boolean {
    const { tail } = this.matcher;
    if (tail === undefined) return true;
    if (this.unit(this.field.to) - this.unit(position) <= tail) return true;
    return this.field.manner !== 'command' && this.page.edges.closes[position] === 1;
  }

  private unit(position: number): number {
    return this.page.units[position] ?? 0;
  }
}
