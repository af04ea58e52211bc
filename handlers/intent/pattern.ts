/** One step of a pattern. `words` is the name of a list, or the words themselves. */
export interface Step {
  readonly words: string | readonly string[];
  readonly times: 'once' | 'optional' | 'any';
  /** How many words or characters may stand before it; unlimited nowhere. */
  readonly gap: number;
}

export interface Pattern {
  readonly steps: readonly Step[];
  /** How much may stand between the start of the clause and the first step; undefined: anything. */
  readonly head: number | undefined;
  readonly tail: number | undefined;
  /** Names of lists of which no word stands in the clause. */
  readonly without: readonly string[];
}

/** The most words a pattern may have: room for its states is made once per message. */
export const STEP_LIMIT = 15;
const GAP_LIMIT = 30;
const EXPANSION_LIMIT = 1000;
const VARIANT_LIMIT = 16;

const TOKEN =
  /\s+|\^|\$|!\{([a-z][a-z0-9-]*)\}|\{gap:(\d{1,3})\}|\{([a-z][a-z0-9-]*)([?*]?)\}|\(([^()]*)\)([?*+]?)|([^\s^${}()|?*+!]+(?: +[^\s^${}()|?*+!]+)*)/y;

interface Part {
  readonly words: Step['words'];
  readonly times: '' | '?' | '*' | '+';
  readonly gap: number;
}

/**
 * Reads the notation explained at the head of phrases.zh.yaml. Throws an `Error` whose message is for its writer. One
 * source may make several patterns: a gap belongs to the word after it, so a word that may be missing makes two.
 */
export function parsePattern(source: string): readonly Pattern[] {
  const parts: Part[] = [];
  const without: string[] = [];
  let gap = 0;
  let opened = false;
  let closed = false;
  for (const [token, absent, width, list, listTimes, choice, choiceTimes, literal] of tokens(source)) {
    if (/^\s/.test(token)) continue;
    if (absent !== undefined) {
      without.push(absent);
      continue;
    }
    if (closed) throw new Error('only !{name} may follow $');
    if (token === '^') {
      if (parts.length > 0 || gap > 0 || opened) throw new Error('^ only stands at the start');
      opened = true;
    } else if (token === '$') closed = true;
    else if (width !== undefined) {
      gap = Number(width);
      if (gap > GAP_LIMIT) throw new Error(`a gap is at most ${GAP_LIMIT}`);
    } else {
      const words = list ?? (choice ?? literal ?? '').split('|').map((word) => word.trim());
      parts.push({ words, times: (listTimes || choiceTimes || '') as Part['times'], gap });
      gap = 0;
    }
  }
  const rows = variants(parts).filter(({ steps }) => steps.some(({ times }) => times === 'once'));
  if (rows.some(({ steps }) => steps.length > STEP_LIMIT)) throw new Error(`a pattern has at most ${STEP_LIMIT} words`);
  if (rows.length === 0) throw new Error('a pattern needs one word that is not optional');
  return rows.map(({ steps, pending }) => ({
    steps,
    head: opened ? (steps[0]?.gap ?? 0) : undefined,
    tail: closed ? gap + pending : undefined,
    without,
  }));
}

interface Row {
  readonly steps: readonly Step[];
  /** A gap whose word is missing; it goes to the next. */
  readonly pending: number;
}

function variants(parts: readonly Part[]): readonly Row[] {
  let rows: readonly Row[] = [{ steps: [], pending: 0 }];
  for (const part of parts) rows = rows.flatMap((row) => extended(row, part));
  if (rows.length > VARIANT_LIMIT) throw new Error('too many words that may be missing stand after a {gap}');
  return rows;
}

function extended({ steps, pending }: Row, { words, times, gap }: Part): readonly Row[] {
  const reach = gap + pending;
  const repeated: readonly Step[] = times === '*' || times === '+' ? [{ words, times: 'any', gap: 0 }] : [];
  const present: Row = { steps: [...steps, { words, times: 'once', gap: reach }, ...repeated], pending: 0 };
  if (times === '' || times === '+') return [present];
  if (reach > 0) return [present, { steps, pending: reach }];
  return [{ steps: [...steps, { words, times: times === '?' ? 'optional' : 'any', gap: 0 }], pending: 0 }];
}

function* tokens(source: string): Generator<RegExpExecArray> {
  TOKEN.lastIndex = 0;
  while (TOKEN.lastIndex < source.length) {
    const at = TOKEN.lastIndex;
    const match = TOKEN.exec(source);
    if (!match) throw new Error(`cannot read “${source.slice(at, at + 12)}”`);
    yield match;
  }
}

/** {name} among words stands for all words of that list. */
export const LIST_NAME = /^\{([a-z][a-z0-9-]*)\}$/;

/** 转(人|仁)工 → 转人工, 转仁工. An empty alternative makes a part optional. */
export function expandWord(source: string): readonly string[] {
  if (!/[(){}|^$]/.test(source)) return [source];
  let words = [''];
  for (const part of source.split(/(\([^()]*\))/)) {
    const choices = part.startsWith('(') ? part.slice(1, -1).split('|') : [part];
    words = words.flatMap((word) => choices.map((choice) => word + choice));
    if (words.length > EXPANSION_LIMIT) throw new Error(`“${source}” makes more than ${EXPANSION_LIMIT} words`);
  }
  if (words.some((word) => /[(){}|^$]/.test(word) && !LIST_NAME.test(word)))
    throw new Error(`cannot read “${source}”: a word has ( ) and | only`);
  return words;
}
