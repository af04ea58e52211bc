import { TRADITIONAL_PAIRS } from './traditional.ts';

/** For each character from `FIRST` on the one it is simplified to, or 0: all that is looked up lies close together. */
const FIRST = 0x3400;
const simplified = new Uint16Array(0xa000 - FIRST);
for (let i = 0; i < TRADITIONAL_PAIRS.length; i += 2)
  simplified[TRADITIONAL_PAIRS.charCodeAt(i) - FIRST] = TRADITIONAL_PAIRS.charCodeAt(i + 1);

// OpenCC keeps 覆 for 覆盖, yet Taiwan and Hong Kong write 回覆 and 答覆 for 回复 and 答复; our words are folded alike.
simplified[0x8986 - FIRST] = 0x590d;
// Hong Kong writes 認証 for 认证, and OpenCC knows 證 only.
simplified[0x8a3c - FIRST] = 0x8bc1;

export const simplify = (code: number): number => simplified[code - FIRST] || code;

export const isIdeograph = (code: number): boolean =>
  (code >= 0x4e00 && code <= 0x9fff) || (code >= 0x3400 && code <= 0x4dbf) || code === 0x3005;

const isKana = (code: number): boolean => code >= 0x3041 && code <= 0x30ff && code !== 0x30fb;

/** Written without spaces between words. */
export const isCjk = (code: number): boolean => isIdeograph(code) || isKana(code) || code === 0x3001;

export const isLetter = (code: number): boolean => code >= 0x61 && code <= 0x7a;
export const isDigit = (code: number): boolean => code >= 0x30 && code <= 0x39;
export const isWordCode = (code: number): boolean => isLetter(code) || isDigit(code);

const KANA = /[\u3041-\u3096\u30a1-\u30fa\uff66-\uff9d]/;
export const hasKana = (text: string): boolean => KANA.test(text);

/** Kana, but の alone is a fashion in Chinese; and characters only Japanese writes this way (有人対応希望, 人間希望). */
const JAPANESE =
  /[\u3041-\u306d\u306f-\u3096\u30a1-\u30fa\uff66-\uff9d悪圧囲栄駅円塩応桜仮価拡覚観関帰戯拠挙権顕検験広鉱済雑児実釈縦処焼畳剰浄転伝図対帯択沢単弾鋳庁聴逓鉄転読悩脳拝売発髪払仏変辺歩豊黙薬訳様謡覧両緑霊齢労録込枠働峠畑塀匂]|人\s*間(?!的)|(?:^|[^年])担\s*当/;
export const isJapanese = (text: string): boolean => JAPANESE.test(text);

const DROPPED =
  /\p{Default_Ignorable_Code_Point}|\p{Extended_Pictographic}|\p{Regional_Indicator}|\p{Emoji_Modifier}|\p{Me}|\p{Cc}/u;
const SPACE = /\s/;
const BREAKS = new Set('。！？!?;；,，:：\n\r…—‥｡､'.split('').map((mark) => mark.charCodeAt(0)));
export const isBreak = (code: number): boolean => BREAKS.has(code);
const APOSTROPHES = new Set("'’‘`´".split('').map((mark) => mark.charCodeAt(0)));
const WORDLIKE = /[\p{L}\p{N}]/u;

export type Kind = 'keep' | 'space' | 'break' | 'drop';

/** What becomes of one character (already lower case and in NFKC). */
export const kindOf = (code: number, char: string): Kind => ASCII[code] ?? rareKindOf(code, char);

function rareKindOf(code: number, char: string): Kind {
  if (isWordCode(code) || isCjk(code)) return 'keep';
  if (code === 0x20) return 'space';
  if (isBreak(code)) return 'break';
  if (APOSTROPHES.has(code)) return 'drop';
  if (SPACE.test(char)) return 'space';
  if (DROPPED.test(char)) return 'drop';
  return WORDLIKE.test(char) ? 'keep' : 'space';
}

const ASCII = Array.from({ length: 0x80 }, (_, code) => rareKindOf(code, String.fromCharCode(code)));

/** A mark that NFKC must see together with the character before it (ｶﾞ). */
export const isMark = (code: number): boolean =>
  (code >= 0x300 && code <= 0x36f) || code === 0x3099 || code === 0x309a || code === 0xff9e || code === 0xff9f;
