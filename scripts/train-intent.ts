import { createHash } from 'node:crypto';
import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { compile } from '../handlers/intent/compile.ts';
import { createGrammar } from '../handlers/intent/grammar.ts';
import { CELL, cellOf, type Weights } from '../handlers/intent/impression.ts';
import { judge } from '../handlers/intent/judge.ts';
import { read } from '../handlers/intent/reading.ts';
import { signsOf } from '../handlers/intent/settle.ts';
import { STAGES } from '../handlers/intent/types.ts';
import { readPhrases } from '../src/phrases.ts';
import { writeWeights } from '../src/weights.ts';
import { type Plane, regress } from './regression.ts';

/**
 * `npm run train`: learns the weights of handlers/intent/impression.ts from the labelled lines in test/intent, by
 * logistic regression over pieces of text and what the rules find in it. Same lines and phrases, same weights.
 */

interface Line {
  readonly text: string;
  readonly label: 'human' | 'ambiguous' | 'other';
}

const FOLDER = 'test/intent';
/** Kept out, so that they can measure what was learnt. */
const KEPT_OUT = ['development.jsonl', 'unseen.jsonl'];

const BITS = 18;
/** A piece that stands in one line only says more about that line than about the language. */
const MET = 2;
const LABELS = ['human', 'ambiguous', 'other'] as const;

const filesOfLines = (): string[] =>
  readdirSync(FOLDER)
    .filter((name) => name.endsWith('.jsonl'))
    .sort();
const inFolder = (name: string): string => join(FOLDER, name);
const trainingFiles = (): string[] =>
  filesOfLines()
    .filter((name) => !KEPT_OUT.includes(name))
    .map(inFolder);

/** Tells whether the lines are those that given weights were learnt from, or kept out of. */
export function digestOfLines(): string {
  const hash = createHash('sha256');
  for (const file of filesOfLines().map(inFolder)) hash.update(readFileSync(file)).update('\0');
  return hash.digest('hex').slice(0, 16);
}

const readLines = (file: string): Line[] =>
  readFileSync(file, 'utf8')
    .trim()
    .split('\n')
    .map((line) => JSON.parse(line) as Line);

/** The examples of the phrases are labelled lines too; what a counter-example is instead, nobody says. */
const examples = (): Line[] => {
  const phrases = readPhrases({});
  const stages = new Map(phrases.frames.map(({ name, stage }) => [name, STAGES[stage]]));
  return phrases.examples.flatMap(({ text, of, expect }) => {
    const verdict = expect === 'human' ? 'human' : expect === 'fits' && stages.get(of);
    return verdict ? [{ text, label: LABEL_OF[verdict] }] : [];
  });
};

const LABEL_OF = { human: 'human', unsure: 'ambiguous', other: 'other', cancel: 'other' } as const;

/** Weights that know nothing: for reading texts while there are none. */
const untrained = (): Weights => ({
  bits: 0,
  cells: new Int8Array(CELL),
  step: 1,
  signs: {},
  bias: { human: 0, unsure: 0 },
});

/** What is learnt from: the pieces of a text, each once, and its signs. */
interface Learnt {
  readonly normalised: string;
  readonly keys: readonly number[];
  readonly signs: readonly string[];
}

function createHearing(): (text: string) => Learnt {
  const grammar = createGrammar(compile(readPhrases({})), untrained());
  return (text) => {
    const reading = read(text, grammar);
    const keys = [...new Set(grammar.ear.pieces(reading).keys)];
    return { normalised: reading.normal.text, keys, signs: signsOf(judge(grammar, reading), reading) };
  };
}

/** Gives each piece that was met often enough its cell; of two with the same, to the one met more often. */
function cellsFor(texts: readonly Learnt[]): Int8Array {
  const met = new Map<number, number>();
  for (const { keys } of texts) for (const key of keys) met.set(key, (met.get(key) ?? 0) + 1);
  const most = new Uint32Array(2 ** BITS);
  const cells = new Int8Array(CELL * 2 ** BITS);
  for (const [key, times] of met) {
    const { at, check } = cellOf(key, BITS);
    if (times < MET || times <= (most[at / CELL] ?? 0)) continue;
    most[at / CELL] = times;
    cells[at] = check;
  }
  return cells;
}

/** The places of the pieces that have a cell. */
const placesOf = (keys: readonly number[], cells: Int8Array): Uint32Array =>
  Uint32Array.from(
    new Set(
      keys
        .map((key) => cellOf(key, BITS))
        .filter(({ at, check }) => cells[at] === check)
        .map(({ at }) => at / CELL),
    ),
  );

/** Learns from the lines, but for those that differ from a line kept out in writing alone. */
function train(lines: readonly Line[], keptOut: readonly Line[]): Weights {
  const hear = createHearing();
  const barred = new Set(keptOut.map(({ text }) => hear(text).normalised));
  const heard = lines
    .map(({ text, label }) => ({ ...hear(text), label: LABELS.indexOf(label) }))
    .filter(({ normalised }) => !barred.has(normalised));
  const cells = cellsFor(heard);
  const signs = [...new Set(heard.flatMap((line) => line.signs))].sort();
  const examples = heard
    .map(({ keys, label, ...line }) => ({
      places: placesOf(keys, cells),
      signs: line.signs.map((sign) => 2 ** BITS + signs.indexOf(sign)),
      label,
    }))
    // Mere politeness has no pieces.
    .filter(({ places }) => places.length > 0);
  return weightsOf(regress(examples, LABELS.length, 2 ** BITS + signs.length), cells, signs);
}

/** Against "other"; those of pieces in whole steps: a byte tells a weight well enough. */
function weightsOf([human, unsure, other]: readonly Plane[], cells: Int8Array, signs: readonly string[]): Weights {
  if (!human || !unsure || !other) throw new Error('three planes are needed');
  const against = ({ weights }: Plane) => weights.map((weight, place) => weight - (other.weights[place] ?? 0));
  const [forHuman, forUnsure] = [against(human), against(unsure)];
  const ofPieces = [...forHuman.subarray(0, 2 ** BITS), ...forUnsure.subarray(0, 2 ** BITS)];
  const step = ofPieces.reduce((most, weight) => Math.max(most, Math.abs(weight)), 0) / 127;
  const filled = cells.map((check, at) => {
    const plane = [undefined, forHuman, forUnsure][at % CELL];
    return plane ? Math.round((plane[Math.floor(at / CELL)] ?? 0) / step) : check;
  });
  const oddsAt = (place: number) => ({ human: forHuman[place] ?? 0, unsure: forUnsure[place] ?? 0 });
  return {
    bits: BITS,
    cells: filled,
    step,
    signs: Object.fromEntries(signs.map((sign, index) => [sign, oddsAt(2 ** BITS + index)])),
    bias: { human: human.bias - other.bias, unsure: unsure.bias - other.bias },
  };
}

if (import.meta.url === pathToFileURL(process.argv[1] ?? '').href) {
  const lines = [...trainingFiles().flatMap(readLines), ...examples()];
  writeWeights(train(lines, KEPT_OUT.map(inFolder).flatMap(readLines)), digestOfLines());
  process.stdout.write(`learnt from ${lines.length} lines\n`);
}
