/**
 * Multinomial logistic regression with AdaGrad (Duchi, Hazan and Singer, 2011) and dropout of what it learns from
 * (Srivastava and others, 2014). The same examples give the same weights.
 */

export interface Example {
  /** What stands in it: each counts the less the more there are. */
  readonly places: Uint32Array;
  /** What is known of it, however many places there are. */
  readonly signs: readonly number[];
  /** Which of the planes should win. */
  readonly label: number;
}

/** The weights for one label, by place and sign. */
export interface Plane {
  readonly weights: Float32Array;
  bias: number;
}

interface Learning extends Plane {
  /** Sum of the squares of all steps so far: what moved much moves less. */
  readonly moved: Float32Array;
}

const EPOCHS = 16;
const RATE = 0.25;
const BIAS_RATE = 0.01;
/** The part of the places that is left out each time an example is learnt from, so that no single one decides. */
const DROPPED = 0.3;

/** @param size of a plane: places and signs are numbers below it. */
export function regress(examples: readonly Example[], labels: number, size: number): Plane[] {
  const planes = Array.from({ length: labels }, () => newPlane(size));
  const random = createRandom();
  for (let round = 0; round < EPOCHS; round += 1)
    for (const index of shuffled(examples.length, random)) {
      const example = examples[index];
      if (example) learn(planes, { ...example, places: example.places.filter(() => random() >= DROPPED) });
    }
  // All the places that were left out in turn are there when the weights are used. Signs never were left out, but are
  // trusted less all the same: whoever makes them has seen many of the examples, and knows others not so well.
  return planes.map(({ weights, bias }) => ({ weights: weights.map((weight) => (1 - DROPPED) * weight), bias }));
}

const newPlane = (size: number): Learning => ({
  weights: new Float32Array(size),
  moved: new Float32Array(size).fill(1e-6),
  bias: 0,
});

function learn(planes: readonly Learning[], { places, signs, label }: Example): void {
  const unit = Math.sqrt((1 - DROPPED) / Math.max(1, places.length));
  const scores = planes.map(({ weights, bias }) => bias + unit * sumOf(weights, places) + sumOf(weights, signs));
  const highest = Math.max(...scores);
  const powers = scores.map((score) => Math.exp(score - highest));
  const all = powers.reduce((sum, power) => sum + power, 0);
  planes.forEach((plane, index) => {
    const slope = (powers[index] ?? 0) / all - (index === label ? 1 : 0);
    plane.bias -= BIAS_RATE * slope;
    move(plane, places, slope * unit);
    move(plane, signs, slope);
  });
}

function sumOf(weights: Float32Array, places: Iterable<number>): number {
  let sum = 0;
  for (const place of places) sum += weights[place] ?? 0;
  return sum;
}

function move({ weights, moved }: Learning, places: Iterable<number>, slope: number): void {
  for (const place of places) {
    moved[place] = (moved[place] ?? 0) + slope ** 2;
    weights[place] = (weights[place] ?? 0) - (RATE * slope) / Math.sqrt(moved[place] ?? 1);
  }
}

/** The same numbers each time, from 0 up to 1. */
function createRandom(): () => number {
  let seed = 1;
  return () => {
    seed = (Math.imul(seed, 1_103_515_245) + 12_345) & 0x7fffffff;
    return seed / 2 ** 31;
  };
}

function shuffled(count: number, random: () => number): number[] {
  const order = Array.from({ length: count }, (_, index) => index);
  for (let i = count - 1; i > 0; i -= 1) {
    const j = Math.floor(random() * (i + 1));
    [order[i], order[j]] = [order[j] ?? 0, order[i] ?? 0];
  }
  return order;
}
