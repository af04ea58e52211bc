import { isBreak, isMark, isWordCode, kindOf, simplify } from './characters.ts';
import { BREAK, type Draft, push, SPACE, separate } from './draft.ts';

/** How a script is read. 、 ends a Japanese clause; in Chinese it stands between the members of a list. */
export interface Script {
  readonly fold: (code: number) => number;
  readonly comma?: number;
}

export const CHINESE: Script = { fold: simplify };
export const JAPANESE: Script = { fold: (code) => code, comma: 0x3001 };
export const AS_WRITTEN: Script = { fold: (code) => code };

/** NFKC makes up to 18 characters of one (ﷺ); none of ours makes more than 4 (㍿). */
export const WIDEST = 4;

/**
 * Lower case, half width, simplified, without what cannot be seen; separators become one space or one break. `base` is
 * where `raw` begins in the original.
 */
export function scan(raw: string, base: number, script: Script, draft: Draft): void {
  let i = 0;
  while (i < raw.length) {
    const code = raw.charCodeAt(i);
    const at = base + i;
    if (isWordCode(code)) push(draft, code, at, at + 1);
    else if (code >= 0x4e00 && code <= 0x9fff) push(draft, script.fold(code), at, at + 1);
    else if (code >= 0x41 && code <= 0x5a) push(draft, code + 32, at, at + 1);
    else if (code === SPACE) separate(draft, SPACE, at, at + 1);
    else if (isBreak(code)) separate(draft, BREAK, at, at + 1);
    else if (code === 0x2e) separate(draft, /[a-z0-9]/i.test(raw.charAt(i + 1)) ? SPACE : BREAK, at, at + 1);
    else if (code < 0x80 && !isMark(raw.charCodeAt(i + 1))) addChar(raw.charAt(i), at, at + 1, script, draft);
    else i = scanRare(raw, i, base, script, draft) - 1;
    i += 1;
  }
}

const ACCENTED = /[\u00c0-\u024f\u1e00-\u1eff]/;

/** One character with the marks that follow it. Gives the offset after it. */
function scanRare(raw: string, start: number, base: number, script: Script, draft: Draft): number {
  let end = start + ((raw.codePointAt(start) ?? SPACE) > 0xffff ? 2 : 1);
  while (isMark(raw.charCodeAt(end))) end += 1;
  const folded = raw.slice(start, end).normalize('NFKC').toLowerCase();
  const plain = ACCENTED.test(folded) ? folded.normalize('NFKD').replace(/\p{M}/gu, '') : folded;
  if (plain.length > WIDEST) separate(draft, SPACE, base + start, base + end);
  else for (const char of plain) addChar(char, base + start, base + end, script, draft);
  return end;
}

function addChar(char: string, start: number, end: number, script: Script, draft: Draft): void {
  const code = char.charCodeAt(0);
  const kind = code === script.comma ? 'break' : kindOf(code, char);
  if (kind === 'drop') return;
  if (kind === 'keep') push(draft, script.fold(code), start, end);
  else separate(draft, kind === 'break' ? BREAK : SPACE, start, end);
}
