import { isIdeograph } from './characters.ts';
import type { Normal } from './normalise.ts';
import type { Lang } from './types.ts';

const PINYIN = /ren ?gong|zhen ?ren|ke ?fu|\bz?rg(?:kf)?\b/;

/** Letters alone are English unless they spell a Chinese keyword. */
export function languageOf({ text, japanese }: Normal): Lang {
  if (japanese) return 'ja';
  let ideographs = 0;
  for (let i = 0; i < text.length; i += 1) if (isIdeograph(text.charCodeAt(i))) ideographs += 1;
  if (ideographs === 0) return PINYIN.test(text) ? 'zh' : 'en';
  return /[a-z]{2,}/.test(text) ? 'mixed' : 'zh';
}
