import type { Finding } from './finding.ts';

const MARKS = { well: '✓', wrong: '✗', 'could not tell': '?' } as const;
/** Green, red, yellow; dim for what mends. */
const COLOURS = { well: 32, wrong: 31, 'could not tell': 33 } as const;
const DIM = 2;

/** The findings for a person at a terminal; `colours` only where there is one. */
export function print(findings: readonly Finding[], colours: boolean): string {
  const paint = (code: number, text: string) => (colours ? `\u001b[${code}m${text}\u001b[0m` : text);
  const width = Math.max(...findings.map(({ check }) => check.length));
  const lines = findings.flatMap(({ check, verdict, says, variable, mend }) => {
    const cures = [variable, mend].filter((each) => each !== undefined && !says.startsWith(each));
    const indent = ' '.repeat(width + 6);
    return [
      `  ${paint(COLOURS[verdict], MARKS[verdict])} ${check.padEnd(width)}  ${says}`,
      ...cures.map((cure) => paint(DIM, `${indent}→ ${cure}`)),
    ];
  });
  const counts = (['well', 'wrong', 'could not tell'] as const).map((verdict) => {
    const count = findings.filter((finding) => finding.verdict === verdict).length;
    return paint(count > 0 ? COLOURS[verdict] : DIM, `${count} ${verdict}`);
  });
  return ['', ...lines, '', `  ${counts.join(' · ')}`, '', ''].join('\n');
}
