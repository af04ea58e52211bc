import { visitGrams } from './grams.ts';
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
  pieces(reading: Reading, visit: (place: number, range: Range) => void, part?: Range): void;
  /** The pieces that speak most for a human being wanted, as ranges of the normalised text, in order. */
  evidence(reading: Reading): readonly Range[];
}

const EVIDENCE = 3;

/** Hears what no phrase says: a line that is built of the pieces requests are built of, in words nobody listed. */
export function createEar({ bits, step, bias, human, unsure }: Weights, fillers: readonly number[]): Ear {
  const mask = 2 ** bits - 1;
  // A piece counts once, however often it is said; a stamp per place is cheaper than a set per message.
  const heard = new Uint32Array(2 ** bits);
  let message = 0;
  const visitPieces: Ear['pieces'] = ({ normal: { text }, page }, visit, part = [0, text.length]) => {
    message += 1;
    visitGrams(text, part, rangesIn(page.hits, fillers), (key, start, end) => {
      const place = key & mask;
      if (heard[place] === message) return;
      heard[place] = message;
      visit(place, [start, end]);
    });
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
      visitPieces(reading, (place, range) => pieces.push({ weight: human[place] ?? 0, range }));
      const strongest = pieces.filter(({ weight }) => weight > 0).sort((a, b) => b.weight - a.weight);
      return strongest.slice(0, EVIDENCE).map(({ range }) => range);
    },
  };
}
