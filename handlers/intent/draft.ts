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
