import type { Candidate } from './compile.ts';
import { findCuts, findEdges, newEdges } from './edges.ts';
import type { Grammar } from './grammar.ts';
import { type Candidates, grouped } from './groups.ts';
import { hideInside, hideMasked } from './hiding.ts';
import { createHits, rangesIn } from './hits.ts';
import { type Field, type Found, match, type Page } from './match.ts';
import { countUnits, type Normal, normalise } from './normalise.ts';

/** Steps of matching that one message may cost; the most any line of the tests needs is a twentieth. */
const FUEL = 10_000;
/** Longer messages are no bare commands. */
const WHOLE_UNITS = 40;

/** One pattern that fits. */
export interface Fitting {
  readonly rule: Candidate['rule'];
  readonly found: Found;
}

/** One message, read: everything the stages look at. */
export interface Reading {
  readonly normal: Normal;
  readonly page: Page;
  readonly masks: readonly Fitting[];
  readonly candidates: Candidates;
  /** The whole message as a bare command; absent for long ones. */
  readonly whole: Field | undefined;
  readonly message: Field;
  /** In order. */
  readonly sentences: readonly Sentence[];
}

/** A stretch between punctuation, cut where a new clause starts without any. */
export interface Sentence {
  readonly field: Field;
  readonly clauses: readonly Field[];
}

export function read(original: string, grammar: Grammar): Reading {
  const normal = normalise(original, grammar.spell);
  const { text } = normal;
  const { known } = grammar;
  const units = countUnits(text);
  const { hits, masks, candidates } = findWords(normal, grammar, units);
  const cuts = findCuts(normal, hits, grammar, units);
  const edges = findEdges(normal, rangesIn(hits, known.filler), cuts);
  const page: Page = { edges, hits, units, fillers: known.filler, scratch: grammar.scratch, fuel: FUEL };
  const sentences = sentencesOf(text).map(([from, to]) => ({
    field: { page, from, to },
    clauses: cutRange(from, to, cuts).map(([start, end]) => ({ page, from: start, to: end })),
  }));
  const message: Field = { page, from: 0, to: text.length };
  const isShort = (units[text.length] ?? 0) <= WHOLE_UNITS;
  return {
    normal,
    page,
    masks,
    candidates: grouped(candidates, normal.japanese),
    whole: isShort ? { page, from: 0, to: text.length, manner: 'command' } : undefined,
    message,
    sentences,
  };
}

/** The words of the message without those that a mask or a longer expression hides. */
function findWords(normal: Normal, grammar: Grammar, units: Uint16Array) {
  const { text, japanese } = normal;
  const { lexicon, known, scratch } = grammar;
  const tokens = lexicon.find(text);
  const hits = createHits(tokens, lexicon);
  const candidates = grammar.candidates(hits);
  const masks = findMasks(candidates, normal, { edges: NO_EDGES, hits, units, fillers: [], scratch, fuel: FUEL });
  const expressions = [...known.fixed, ...known.negator, ...known.modal, ...(japanese ? known['ja-fixed'] : [])];
  const open = hideInside(tokens, rangesIn(hits, expressions), text.length);
  const ranges = masks.map(({ found }) => rangeOf(found));
  const seen = hideMasked(open, ranges, text.length);
  if (seen === tokens) return { masks, hits, candidates };
  const left = createHits(seen, lexicon);
  return { masks, hits: left, candidates: grammar.candidates(left) };
}

const NO_EDGES = newEdges(0);

/** Masks come first among the candidates. */
function findMasks(candidates: readonly Candidate[], { text, japanese }: Normal, page: Page): Fitting[] {
  const masks: Fitting[] = [];
  for (const candidate of candidates) {
    const { stage, japanese: isJapanese } = candidate.rule;
    if (stage !== 'mask') break;
    if (isJapanese && !japanese) continue;
    for (const [from, to] of sentencesOf(text)) masks.push(...allFittings(candidate, { page, from, to }));
  }
  return masks;
}

function allFittings({ rule, matcher }: Candidate, field: Field): Fitting[] {
  const fittings: Fitting[] = [];
  for (let found = match(matcher, field); found; found = match(matcher, field, rangeOf(found)[1]))
    fittings.push({ rule, found });
  return fittings;
}

export function rangeOf(found: Found): [from: number, to: number] {
  let last = found;
  while (last.next && last.next.start >= 0) last = last.next;
  return [found.start, last.end];
}

function sentencesOf(text: string): [from: number, to: number][] {
  const ranges: [number, number][] = [];
  let from = 0;
  for (let to = text.indexOf('\n'); to >= 0; to = text.indexOf('\n', from)) {
    if (to > from) ranges.push([from, to]);
    from = to + 1;
  }
  if (from < text.length) ranges.push([from, text.length]);
  return ranges;
}

function cutRange(from: number, to: number, cuts: Uint8Array): [from: number, to: number][] {
  const ranges: [number, number][] = [];
  let start = from;
  for (let i = from + 1; i < to; i += 1)
    if (cuts[i]) {
      ranges.push([start, i]);
      start = i;
    }
  ranges.push([start, to]);
  return ranges;
}
