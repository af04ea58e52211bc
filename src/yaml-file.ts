import { readFileSync, statSync } from 'node:fs';
import { basename } from 'node:path';
import { type Document, isMap, isNode, isScalar, LineCounter, parseDocument } from 'yaml';
import type { z } from 'zod';

/** A support team's words fill some kilobytes; what is larger is another file by mistake. */
const BYTE_LIMIT = 500_000;

/** A YAML file (JSON is YAML too) with the places of what stands in it. */
export interface Source {
  readonly document: Document;
  /** What faults name. */
  readonly file: string;
  readonly lineOf: (offset: number) => number;
}

/** A file that can be looked at, or what is wrong with it, with file, line and reason. */
export type Opened = { readonly source: Source } | { readonly faults: readonly string[] };

/** Never throws for what a file says. */
export function openYaml(path: string): Opened {
  const file = basename(path);
  const stat = statSync(path, { throwIfNoEntry: false });
  if (!stat?.isFile()) return { faults: [`${path}: there is no such file`] };
  if (stat.size > BYTE_LIMIT) return { faults: [`${file}: ${stat.size} bytes; at most ${BYTE_LIMIT} are read`] };
  const lineCounter = new LineCounter();
  const document = parseDocument(readFileSync(path, 'utf8'), { lineCounter, prettyErrors: false });
  const lineOf = (offset: number) => lineCounter.linePos(offset).line;
  const syntax = document.errors.map(({ pos, message }) => `${file}:${lineOf(pos[0])}: ${message}`);
  return syntax.length > 0 ? { faults: syntax } : { source: { document, file, lineOf } };
}

/** The file as a schema wants it; an empty one counts as an empty map. */
export function checkYaml<T>(
  source: Source,
  schema: z.ZodType<T>,
): { readonly value: T } | { readonly faults: readonly string[] } {
  const result = schema.safeParse(toPlain(source.document) ?? {});
  if (result.success) return { value: result.data };
  const faults = result.error.issues.flatMap((issue) => {
    const paths = issue.code === 'unrecognized_keys' ? issue.keys.map((key) => [...issue.path, key]) : [issue.path];
    return paths.map((path) => faultAt(source, path.map(String), issue.message));
  });
  return { faults: faults.sort((a, b) => a.line - b.line).map(({ text }) => text) };
}

function faultAt({ document, file, lineOf }: Source, path: readonly string[], message: string) {
  const line = lineOf(offsetAt(document, path));
  return { line, text: `${file}:${line}: ${path.join('.') || 'the file'}: ${message}` };
}

/** Aliases are refused by their number, so a small file cannot unfold into a huge one. */
function toPlain(document: Document): unknown {
  try {
    return document.toJS({ maxAliasCount: 20 });
  } catch (error) {
    return error instanceof Error ? [error.message] : [];
  }
}

/** Where the key of a path stands, or the nearest thing around it. */
function offsetAt(document: Document, path: readonly string[]): number {
  let node: unknown = document.contents;
  let offset = 0;
  for (const name of path) {
    if (!isMap(node)) break;
    const pair = node.items.find(({ key }) => isScalar(key) && String(key.value) === name);
    if (isNode(pair?.key)) offset = pair.key.range?.[0] ?? offset;
    node = pair?.value;
  }
  return offset;
}
