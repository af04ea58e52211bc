import { readFileSync, writeFileSync } from 'node:fs';
import { deflateRawSync, inflateRawSync } from 'node:zlib';
import type { Weights } from '../handlers/intent/impression.ts';

const FILE = new URL('../handlers/intent/weights.json', import.meta.url);

/** The weights as a file: the planes packed, and the digest of the lines they were learnt from. */
interface WeightsFile extends Omit<Weights, 'human' | 'unsure'> {
  readonly note: string;
  readonly madeOf: string;
  readonly planes: string;
}

/** Not parsed with a schema: `npm run train` wrote it, and it is part of the project. */
const readFile = (): WeightsFile => JSON.parse(readFileSync(FILE, 'utf8')) as WeightsFile;

/** Half a megabyte once unpacked. */
export function readWeights(): Weights {
  const { bits, step, bias, planes } = readFile();
  const { buffer, byteOffset } = inflateRawSync(Buffer.from(planes, 'base64'));
  const places = 2 ** bits;
  const plane = (index: number) => new Int8Array(buffer, byteOffset + index * places, places);
  return { bits, step, bias, human: plane(0), unsure: plane(1) };
}

const bytesOf = ({ buffer, byteOffset, byteLength }: Int8Array) => new Uint8Array(buffer, byteOffset, byteLength);

export function writeWeights({ human, unsure, ...rest }: Weights, madeOf: string): void {
  const planes = deflateRawSync(Buffer.concat([human, unsure].map(bytesOf)), { level: 9 }).toString('base64');
  const note = 'Made by `npm run train` from the lines in test/intent; do not edit.';
  writeFileSync(FILE, `${JSON.stringify({ note, madeOf, ...rest, planes }, null, 2)}\n`);
}
