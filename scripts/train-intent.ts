import { createHash } from 'node:crypto';
import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { compile } from '../handlers/intent/compile.ts';
import { createGrammar } from '../handlers/intent/grammar.ts';
import type { Weights } from '../handlers/intent/impression.ts';
import { read } from '../handlers/intent/reading.ts';
import { STAGES } from '../handlers/intent/types.ts';
import { readPhrases } from '../src/phrases.ts';
import { writeWeights } from '../src/weights.ts';

/**
 * `npm run train`: learns the weights of handlers/intent/impression.ts from the labelled lines in test/intent, by
 * logistic regression over pieces of text with AdaGrad (Duchi, Hazan and Singer, 2011). Same lines, same weights.
 */

export interface Line {
  readonly text: string;
  readonly label: 'human' | 'ambiguous' | 'other';
}

const FOLDER = 'test/intent';
/** Kept out, so that they can measure what was learnt. */
const KEPT_OUT = ['development.jsonl', 'unseen.jsonl'];

const BITS = 18;
const EPOCHS = 16;
const RATE = 0.25;
const LABELS = ['human', 'ambiguous', 'other'] as const;

const trainingFiles = (): string[] =>
  readdirSync(FOLDER)
    .filter((name) => name.endsWith('.jsonl') && !KEPT_OUT.includes(name))
    .sort()
    .map((name) => join(FOLDER, name));

/** Tells whether the lines are those that given weights were learnt from. */
export function digestOfLines(): string {
  const hash = createHash('sha256');
  for (const file of trainingFiles()) hash.update(readFileSync(file)).update('\0');
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

/** Weights that are 0 everywhere: for reading texts while there are none. */
const untrained = (): Weights => ({
  bits: BITS,
  step: 1,
  bias: { human: 0, unsure: 0 },
  human: new Int8Array(2 ** BITS),
  unsure: new Int8Array(2 ** BITS),
});

/** The places of a text's pieces, each once. */
function createPlaces(): (text: string) => Uint32Array {
  const grammar = createGrammar(compile(readPhrases({})), untrained());
  return (text) => {
    const places: number[] = [];
    grammar.ear.pieces(read(text, grammar), (place) => places.push(place));
    return Uint32Array.from(places);
  };
}

/** A shuffle that is the same each time. */
function shuffled(count: number, round: number): number[] {
  let seed = round + 1;
  const order = Array.from({ length: count }, (_, index) => index);
  for (let i = count - 1; i > 0; i -= 1) {
    seed = (Math.imul(seed, 1_103_515_245) + 12_345) & 0x7fffffff;
    const j = seed % (i + 1);
    [order[i], order[j]] = [order[j] ?? 0, order[i] ?? 0];
  }
  return order;
}

interface Plane {
  readonly weights: Float32Array;
  /** Sum of the squares of all steps so far: what moved much moves less. */
  readonly moved: Float32Array;
  bias: number;
}

const newPlane = (): Plane => ({
  weights: new Float32Array(2 ** BITS),
  moved: new Float32Array(2 ** BITS).fill(1e-6),
  bias: 0,
});

/** Learns from the lines. Exported for measuring on lines that were left out. */
export function train(lines: readonly Line[], placesOf = createPlaces()): Weights {
  const texts = lines
    .map(({ text, label }) => ({ places: placesOf(text), label: LABELS.indexOf(label) }))
    // Mere politeness has no pieces.
    .filter(({ places }) => places.length > 0);
  const planes = LABELS.map(newPlane);
  for (let round = 0; round < EPOCHS; round += 1)
    for (const index of shuffled(texts.length, round)) {
      const text = texts[index];
      if (text) learn(planes, text.places, text.label);
    }
  return quantised(planes);
}

function learn(planes: readonly Plane[], places: Uint32Array, label: number): void {
  const unit = 1 / Math.sqrt(places.length);
  const scores = planes.map(({ weights, bias }) => bias + unit * places.reduce((sum, p) => sum + (weights[p] ?? 0), 0));
  const highest = Math.max(...scores);
  const powers = scores.map((score) => Math.exp(score - highest));
  const all = powers.reduce((sum, power) => sum + power, 0);
  planes.forEach((plane, index) => {
    const slope = (powers[index] ?? 0) / all - (index === label ? 1 : 0);
    plane.bias -= 0.01 * slope;
    for (const place of places) {
      plane.moved[place] = (plane.moved[place] ?? 0) + (slope * unit) ** 2;
      plane.weights[place] = (plane.weights[place] ?? 0) - (RATE * slope * unit) / Math.sqrt(plane.moved[place] ?? 1);
    }
  });
}

/** Against "other", in whole steps: a byte tells a weight well enough. */
function quantised([human, unsure, other]: readonly Plane[]): Weights {
  if (!human || !unsure || !other) throw new Error('three planes are needed');
  const against = ({ weights }: Plane) => weights.map((weight, place) => weight - (other.weights[place] ?? 0));
  const [forHuman, forUnsure] = [against(human), against(unsure)];
  const widest = [...forHuman, ...forUnsure].reduce((most, weight) => Math.max(most, Math.abs(weight)), 0);
  const step = widest / 127;
  const rounded = (plane: Float32Array) => Int8Array.from(plane, (weight) => Math.round(weight / step));
  return {
    bits: BITS,
    step,
    bias: { human: human.bias - other.bias, unsure: unsure.bias - other.bias },
    human: rounded(forHuman),
    unsure: rounded(forUnsure),
  };
}

if (import.meta.url === pathToFileURL(process.argv[1] ?? '').href) {
  const lines = [...trainingFiles().flatMap(readLines), ...examples()];
  writeWeights(train(lines), digestOfLines());
  process.stdout.write(`learnt from ${lines.length} lines\n`);
}
