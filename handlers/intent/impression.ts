import { type Grams, gramsOf } from './grams.ts';
import { createHeard } from './heard.ts';
import { type Range, rangesIn } from './hits.ts';
import type { Reading } from './reading.ts';

/** Log odds against neither. */
export interface Odds {
  readonly human: number;
  readonly unsure: number;
}

/** What `npm run train` learnt from the lines in test/intent: how much each piece of text, and each sign, speaks. */
export interface Weights {
  /** There are 2^bits places; a piece has the one its hash says, unless a commoner piece has it. */
  readonly bits: number;
  /** `CELL` bytes for each place: the check of the piece that has it, 0 for none, and what it speaks for, in `step`s. */
  readonly cells: Int8Array;
  readonly step: number;
  /** By name, see `signsOf`. */
  readonly signs: Readonly<Record<string, Odds>>;
  readonly bias: Odds;
}

export const CELL = 3;

/** Where a piece has its cell, and the check that tells it from most others of the same place. */
export const cellOf = (key: number, bits: number) => ({
  at: CELL * (key & (2 ** bits - 1)),
  check: ((key >>> bits) % 127) + 1,
});

/** How a message sounds as a whole: probabilities, which with that of neither make 1. */
export interface Impression {
  readonly human: number;
  readonly unsure: number;
}

export interface Ear {
  /** Undefined where no piece is known, in mere politeness for one. `part` is a stretch of the normalised text; without it, all. */
  listen(reading: Reading, signs: readonly string[], part?: Range): Impression | undefined;
  /** Every piece; one that repeats comes again. */
  pieces(reading: Reading, part?: Range): Grams;
  /** The pieces that speak most for a human being wanted, as ranges of the normalised text, in order. */
  evidence(reading: Reading): readonly Range[];
}

const EVIDENCE = 3;

/** Hears what no phrase says: a line that is built of the pieces requests are built of, in words nobody listed. */
export function createEar({ bits, cells, step, signs, bias }: Weights, fillers: readonly number[]): Ear {
  // A piece counts once, however often it is said.
  const heard = createHeard();
  const pieces: Ear['pieces'] = ({ normal: { text }, page }, part = [0, text.length]) =>
    gramsOf(text, part, rangesIn(page.hits, fillers));
  const visitKnown = (reading: Reading, visit: (cell: number, start: number, end: number) => void, part?: Range) => {
    const { keys, starts, ends } = pieces(reading, part);
    heard.begin(keys.length);
    for (let i = 0; i < keys.length; i += 1) {
      const { at, check } = cellOf(keys[i] ?? 0, bits);
      if (cells[at] === check && heard.add(at)) visit(at, starts[i] ?? 0, ends[i] ?? 0);
    }
  };
  return {
    pieces,
    listen: (reading, given, part) => {
      const sum = { human: 0, unsure: 0, pieces: 0 };
      const weigh = (cell: number) => {
        sum.human += cells[cell + 1] ?? 0;
        sum.unsure += cells[cell + 2] ?? 0;
        sum.pieces += 1;
      };
      visitKnown(reading, weigh, part);
      if (sum.pieces === 0) return undefined;
      const unit = step / Math.sqrt(sum.pieces);
      const said = (kind: keyof Odds) =>
        given.reduce((odds, sign) => odds + (signs[sign]?.[kind] ?? 0), bias[kind] + sum[kind] * unit);
      const odds = { human: Math.exp(said('human')), unsure: Math.exp(said('unsure')) };
      const all = odds.human + odds.unsure + 1;
      return { human: odds.human / all, unsure: odds.unsure / all };
    },
    evidence: (reading) => {
      const known: { weight: number; range: Range }[] = [];
      visitKnown(reading, (cell, start, end) => {
        const weight = cells[cell + 1] ?? 0;
        if (weight > 0) known.push({ weight, range: [start, end] });
      });
      const strongest = known.sort((a, b) => b.weight - a.weight);
      return strongest.slice(0, EVIDENCE).map(({ range }) => range);
    },
  };
}
