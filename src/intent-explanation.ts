import type { Explanation, Span, Trial } from '../handlers/intent/types.ts';

const COLOURS = { human: 32, unsure: 33, other: 90, cancel: 35 } as const;

const MEANINGS = {
  human: 'opens a chat with a human',
  unsure: 'asks back with a card',
  other: 'is none of our business',
  cancel: 'takes a request back',
} as const;

/** A decision and everything that led to it, for a terminal. */
export function renderExplanation(explanation: Explanation, colour: boolean): string {
  const { text, decision, rule, lang, evidence, normalised, masks, parts, sounds } = explanation;
  const paint = (code: number, words: string) => (colour ? `\u001b[${code}m${words}\u001b[0m` : words);
  const title = (words: string) => paint(2, words.padEnd(10));
  const lines = [
    `${title('decision')} ${paint(COLOURS[decision], decision)}: it ${MEANINGS[decision]}`,
    `${title('rule')} ${rule}${evidence.length > 0 ? `  ${quote(evidence)}` : ''}`,
    `${title('language')} ${lang}`,
    `${title('text')} ${markEvidence(text, evidence, (words) => paint(4, words))}`,
    ...(sounds
      ? [`${title('sounds')} ${share(sounds.human)} like asking for a human, ${share(sounds.unsure)} like perhaps`]
      : []),
    `${title('read as')} ${normalised.replaceAll('\n', ' ⏎ ')}`,
    ...masks.map((mask) => `${title('masked')} ${quote(mask.evidence)}  ${mask.rule}`),
    ...parts.flatMap((part) => [
      `${title('part')} ${part.text.replaceAll('\n', ' ⏎ ')}`,
      ...part.trials.map((trial, place) => renderTrial(trial, place === 0, paint)),
    ]),
  ];
  return `${lines.join('\n')}\n`;
}

function renderTrial(trial: Trial, wins: boolean, paint: (code: number, words: string) => string): string {
  const words = `${trial.stage}/${trial.rule}  ${quote(trial.evidence)}`;
  return `${' '.repeat(11)}${wins ? `→ ${words}` : paint(2, `  ${words}`)}`;
}

const share = (probability: number): string => `${Math.round(probability * 100)} %`;

const quote = (evidence: readonly Span[]): string => evidence.map(({ text }) => `“${text}”`).join(' ');

/** Underlines the evidence; overlapping spans are joined by their order. */
function markEvidence(text: string, evidence: readonly Span[], mark: (words: string) => string): string {
  let result = '';
  let at = 0;
  for (const { start, end } of evidence.toSorted((a, b) => a.start - b.start)) {
    if (start < at) continue;
    result += text.slice(at, start) + mark(text.slice(start, end));
    at = end;
  }
  return (result + text.slice(at)).replaceAll('\n', ' ⏎ ');
}
