import type { Intent } from '../handlers/intent/types.ts';
import { renderExplanation } from './intent-explanation.ts';
import { answerLines } from './intent-lines.ts';
import { scoreFile } from './intent-score.ts';

/** What the command needs of the process; streams, so that tests can hand in their own. */
export interface IntentCommand {
  readonly args: readonly string[];
  readonly stdin: NodeJS.ReadableStream;
  readonly stdout: NodeJS.WritableStream & { readonly isTTY?: boolean };
  readonly stderr: NodeJS.WritableStream;
  readonly intent: Intent;
}

const USAGE = `npm run intent -- "text"          explains one decision
npm run intent -- --jsonl         one {"text":…} line in, one {"text","decision","rule","us"} line out
npm run intent -- --score FILE    precision, recall, reach and card rate on labelled lines, with the wrong ones
npm run intent -- --check         runs the examples of the phrases
`;

/** Gives the exit code: 0, 1 when something is wrong with what was judged, 2 for a call nobody understands. */
export async function runIntentCommand(command: IntentCommand): Promise<number> {
  const { args, stdout, stderr, intent } = command;
  // A reader that has seen enough (`| head`) closes the pipe; that is no error of ours.
  stdout.on('error', ignoreBrokenPipe);
  const [first, second] = args;
  if (first === '--jsonl') return answerLines(command);
  if (first === '--score' && second) return scoreFile(second, command);
  if (first === '--check') return checkPhrases(command);
  if (first === undefined || first.startsWith('--')) {
    stderr.write(USAGE);
    return 2;
  }
  stdout.write(renderExplanation(intent.explain(args.join(' ')), stdout.isTTY === true));
  return 0;
}

function ignoreBrokenPipe(error: NodeJS.ErrnoException): void {
  if (error.code !== 'EPIPE') throw error;
}

function checkPhrases({ intent, stdout }: IntentCommand): number {
  const broken = intent.check();
  for (const { where, of, text, expect, got } of broken)
    stdout.write(`${where}: ${of}: “${text}” should be: ${expect}; it is ${got.decision} by ${got.rule}\n`);
  if (broken.length === 0) stdout.write('every example holds\n');
  return broken.length === 0 ? 0 : 1;
}
