import type { Candidate, Compiled } from './compile.ts';
import { createFinder } from './finder.ts';
import type { Hits } from './hits.ts';
import { createEar, type Ear, type Weights } from './impression.ts';
import { createLexicon, type Lexicon } from './lexicon.ts';
import { newScratch } from './match.ts';
import type { Spelling } from './normalise.ts';
import { createSpelling } from './spelling.ts';

/** What the stages look things up in. */
export interface Grammar {
  readonly lexicon: Lexicon;
  readonly known: Compiled['known'];
  readonly spell: Spelling;
  readonly ear: Ear;
  readonly scratch: Uint8Array;
  /** The patterns that can fit where these words stand, in order: masks, then frames. */
  candidates(hits: Hits): readonly Candidate[];
}

export function createGrammar({ vocabulary, known, masks, frames, spelling }: Compiled, weights: Weights): Grammar {
  return {
    lexicon: createLexicon(vocabulary),
    known,
    spell: createSpelling(spelling, new Set(vocabulary.latin)),
    ear: createEar(weights, [...known.filler, ...known['ja-filler']]),
    scratch: newScratch(),
    candidates: createFinder([...masks, ...frames]),
  };
}
