import { gramsOf } from './grams.ts';
import { createHeard } from './heard.ts';
import { type Range, rangesIn } from './hits.ts';
import type { Reading } from './reading.ts';

/**
 * What `npm run train` learnt from the lines in test/intent: for each piece of text how much it speaks for a human being
 * wanted, or perhaps wanted, against neither. Log odds, in `step`s.
 */
export interface Weights {
  /** The planes have 2^bits places; pieces share them by their hash. */
  readonly bits: number;
  readonly step: number;
  readonly bias: { readonly human: number; readonly unsure: number };
  readonly human: Int8Array;
  readonly unsure: Int8Array;
}

/** How a message sounds as a whole: probabilities, which with that of neither make 1. */
export interface Impression {
  readonly human: number;
  readonly unsure: number;
}

export interface Ear {
  /** Undefined where there is nothing but politeness. `part` is a stretch of the normalised text; without it, all. */
  listen(reading: Reading, part?: Range): Impression | undefined;
  /** Visits the place of each piece, once. */
  pieces(reading: Reading, visit: (place: number, start: number, end: number) => void, part?: Range): void;
  /** The pieces that speak most for a human being wanted, as ranges of the normalised text, in order. */
  evidence(reading: Reading): readonly Range[];
}

const EVIDENCE = 3;

/** Hears what no phrase says: a line that is built of the pieces requests are built of, in words nobody listed. */
export function createEar({ bits, step, bias, human, unsure }: Weights, fillers: readonly number[]): Ear {
  const mask = 2 ** bits - 1;
  // A piece counts once, however often it is said.
  const heard = createHeard();
  const visitPieces: Ear['pieces'] = ({ normal: { text }, page }, visit, part = [0, text.length]) => {
    const { keys, starts, ends } = gramsOf(text, part, rangesIn(page.hits, fillers));
    heard.begin(keys.length);
    for (let i = 0; i < keys.length; i += 1) {
      const place = (keys[i] ?? 0) & mask;
      if (heard.add(place)) visit(place, starts[i] ?? 0, ends[i] ?? 0);
    }
  };
  return {
    pieces: visitPieces,
    listen: (reading, part) => {
      const sum = { human: 0, unsure: 0, pieces: 0 };
      const weigh = (place: number) => {
        sum.human += human[place] ?? 0;
        sum.unsure += unsure[place] ?? 0;
        sum.pieces += 1;
      };
      visitPieces(reading, weigh, part);
      if (sum.pieces === 0) return undefined;
      const unit = step / Math.sqrt(sum.pieces);
      const odds = {
        human: Math.exp(bias.human + sum.human * unit),
        unsure: Math.exp(bias.unsure + sum.unsure * unit),
      };
      const all = odds.human + odds.unsure + 1;
      return { human: odds.human / all, unsure: odds.unsure / all };
    },
    evidence: (reading) => {
      const pieces: { weight: number; range: Range }[] = [];
      visitPieces(reading, (place, start, end) => {
        const weight = human[place] ?? 0;
        if (weight > 0) pieces.push({ weight, range: [start, end] });
      });
      const strongest = pieces.sort((a, b) => b.weight - a.weight);
      return strongest.slice(0, EVIDENCE).map(({ range }) => range);
    },
  };
}
