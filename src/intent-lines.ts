import { once } from 'node:events';
import { createInterface } from 'node:readline';
import { z } from 'zod';
import type { Intent } from '../handlers/intent/types.ts';

interface Lines {
  readonly stdin: NodeJS.ReadableStream;
  readonly stdout: NodeJS.WritableStream;
  readonly stderr: NodeJS.WritableStream;
  readonly intent: Intent;
}

const lineSchema = z.object({ text: z.string() });

/** Answers each line with one line, in order. A bad line is named on stderr and makes the exit code 1 at the end. */
export async function answerLines({ stdin, stdout, stderr, intent }: Lines): Promise<number> {
  let number = 0;
  let bad = 0;
  for await (const line of createInterface({ input: stdin, crlfDelay: Number.POSITIVE_INFINITY })) {
    number += 1;
    if (line.trim() === '') continue;
    const text = textOf(line);
    if (text === undefined) {
      bad += 1;
      stderr.write(`line ${number}: not {"text": "…"}\n`);
    } else if (!stdout.writable) break;
    else if (!stdout.write(`${answer(text, intent)}\n`)) await drained(stdout);
  }
  return bad > 0 ? 1 : 0;
}

/** Until the reader wants more, or has gone. */
async function drained(stdout: NodeJS.WritableStream): Promise<void> {
  const listening = new AbortController();
  const { signal } = listening;
  await Promise.race(['drain', 'close'].map((event) => once(stdout, event, { signal }).catch(() => undefined)));
  listening.abort();
}

function textOf(line: string): string | undefined {
  try {
    return lineSchema.parse(JSON.parse(line)).text;
  } catch {
    return undefined;
  }
}

function answer(text: string, intent: Intent): string {
  const start = performance.now();
  const { decision, rule } = intent.decide(text);
  const us = Math.round((performance.now() - start) * 10_000) / 10;
  return JSON.stringify({ text, decision, rule, us });
}
