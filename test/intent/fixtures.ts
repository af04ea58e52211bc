import { readFileSync } from 'node:fs';
import { createIntent } from '../../handlers/intent/index.ts';
import type { Intent } from '../../handlers/intent/types.ts';
import { readPhrases } from '../../src/phrases.ts';
import { readWeights } from '../../src/weights.ts';

export interface Line {
  readonly text: string;
  readonly label: 'human' | 'other' | 'ambiguous';
  readonly lang: string;
  readonly tag: string;
}

export const pathOf = (name: string): URL => new URL(name, import.meta.url);

export const readText = (name: string): string => readFileSync(pathOf(name), 'utf8');

export const readLines = (name: string): readonly Line[] =>
  readText(name)
    .trim()
    .split('\n')
    .map((line) => JSON.parse(line) as Line);

/** The engine with the phrases of the project, and with a team's file when INTENT_FILE names one: a team's tests. */
export const makeIntent = (): Intent => createIntent(readPhrases({ file: process.env.INTENT_FILE }), readWeights());
