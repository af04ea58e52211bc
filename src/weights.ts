import { readFileSync, writeFileSync } from 'node:fs';
import { deflateRawSync, inflateRawSync } from 'node:zlib';
import type { Weights } from '../handlers/intent/impression.ts';

const FILE = new URL('../handlers/intent/weights.json', import.meta.url);

/** The weights as a file: the cells packed, and the digest of the lines they were learnt from. */
interface WeightsFile extends Omit<Weights, 'cells'> {
  readonly note: string;
  readonly madeOf: string;
  readonly packed: string;
}

/** Not parsed with a schema: `npm run train` wrote it, and it is part of the project. */
const readFile = (): WeightsFile => JSON.parse(readFileSync(FILE, 'utf8')) as WeightsFile;

/** Three quarters of a megabyte once unpacked. */
export function readWeights(): Weights {
  const { bits, step, signs, bias, packed } = readFile();
  const { buffer, byteOffset, byteLength } = inflateRawSync(Buffer.from(packed, 'base64'));
  return { bits, cells: new Int8Array(buffer, byteOffset, byteLength), step, signs, bias };
}

export function writeWeights({ cells, ...rest }: Weights, madeOf: string): void {
  const { buffer, byteOffset, byteLength } = cells;
  const packed = deflateRawSync(new Uint8Array(buffer, byteOffset, byteLength), { level: 9 }).toString('base64');
  const note = 'Made by `npm run train` from the lines in test/intent; do not edit.';
  writeFileSync(FILE, `${JSON.stringify({ note, madeOf, ...rest, packed }, null, 2)}\n`);
}
