/** A text while it is being normalised: growing lists, one entry per character. */
export interface Draft {
  codes: number[];
  /** For each character the offsets in the original it came from. */
  starts: number[];
  ends: number[];
}

export const SPACE = 0x20;
/** Stands where a clause ends. */
export const BREAK = 0x0a;

export const emptyDraft = (): Draft => ({ codes: [], starts: [], ends: [] });

export function push(draft: Draft, code: number, start: number, end: number): void {
  draft.codes.push(code);
  draft.starts.push(start);
  draft.ends.push(end);
}

export const copy = (draft: Draft, from: Draft, i: number, end = from.ends[i] ?? 0): void =>
  push(draft, from.codes[i] ?? SPACE, from.starts[i] ?? 0, end);

/** The draft without some of its characters; the very same where all are kept. */
export function dropped(from: Draft, isDropped: (i: number) => boolean): Draft {
  let first = 0;
  while (first < from.codes.length && !isDropped(first)) first += 1;
  if (first === from.codes.length) return from;
  const draft = startOf(from, first);
  for (let i = first + 1; i < from.codes.length; i += 1) if (!isDropped(i)) copy(draft, from, i);
  return draft;
}

/** The first characters. */
export const startOf = ({ codes, starts, ends }: Draft, count: number): Draft => ({
  codes: codes.slice(0, count),
  starts: starts.slice(0, count),
  ends: ends.slice(0, count),
});

/** A separator; several become one, and a break is stronger than a space. */
export function separate(draft: Draft, code: number, start: number, end: number): void {
  const last = draft.codes.length - 1;
  const previous = draft.codes[last];
  if (previous !== SPACE && previous !== BREAK) push(draft, code, start, end);
  else if (code === BREAK) draft.codes[last] = BREAK;
}

export const isSeparator = (code: number | undefined): boolean =>
  code === undefined || code === SPACE || code === BREAK;

export const textOf = ({ codes }: Draft): string => String.fromCharCode(...codes);
