/** The value below which this share of the sorted values lies. */
export const quantile = (sorted: readonly number[], share: number): number =>
  sorted[Math.min(sorted.length - 1, Math.floor(sorted.length * share))] ?? 0;

const ascending = (values: readonly number[]): number[] => [...values].sort((a, b) => a - b);

/** Several measurements of the same thing. */
export interface Figure {
  readonly median: number;
  readonly least: number;
  readonly most: number;
  /** In the order they were taken. */
  readonly all: readonly number[];
}

export function figure(values: readonly number[]): Figure {
  const sorted = ascending(values);
  const rounded = values.map((value) => Number(value.toPrecision(4)));
  const [median = 0, least = 0, most = 0] = [0.5, 0, 1].map((share) => quantile(sorted, share));
  return { median, least, most, all: rounded };
}

/** Median and 99th percentile of single times. */
export interface Times {
  readonly median: number;
  readonly p99: number;
  readonly most: number;
  readonly count: number;
}

export function times(values: readonly number[]): Times {
  const sorted = ascending(values);
  const [median = 0, p99 = 0, most = 0] = [0.5, 0.99, 1].map((share) => quantile(sorted, share));
  return { median, p99, most, count: sorted.length };
}

/** Enough digits to compare by, and no more. */
export const short = (value: number): string =>
  value >= 100 ? Math.round(value).toLocaleString('en-US') : value.toFixed(value < 10 ? 2 : 1);

/** `median (least – most)`. */
export const spread = ({ median, least, most }: Figure): string =>
  `${short(median)} (${short(least)} – ${short(most)})`;

/** Columns of text, the first to the left and all others to the right. */
export function table(head: readonly string[], rows: ReadonlyArray<readonly string[]>): string {
  const all = [head, ...rows];
  const widths = head.map((_, column) => Math.max(...all.map((row) => (row[column] ?? '').length)));
  const line = (row: readonly string[]) =>
    widths
      .map((width, column) => (column === 0 ? (row[column] ?? '').padEnd(width) : (row[column] ?? '').padStart(width)))
      .join('  ')
      .trimEnd();
  return `${[line(head), widths.map((width) => '-'.repeat(width)).join('  '), ...rows.map(line)].join('\n')}\n`;
}
