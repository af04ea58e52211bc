import { describe, expect, test } from 'vitest';
import { TRADITIONAL_PAIRS } from '../../handlers/intent/traditional.ts';
import { makeIntent, readLines } from './fixtures.ts';

const intent = makeIntent();
const lines = readLines('development.jsonl').map(({ text, lang }) => ({
  text,
  lang,
  got: intent.decide(text).decision,
}));

const traditionalOf = new Map<string, string>();
for (let i = 0; i < TRADITIONAL_PAIRS.length; i += 2) {
  const simplified = TRADITIONAL_PAIRS.charAt(i + 1);
  traditionalOf.set(simplified, traditionalOf.get(simplified) ?? TRADITIONAL_PAIRS.charAt(i));
}
const isJapanese = (text: string) => /[\u3041-\u30fa]|担当者/.test(text);
const isCjk = (char: string) => /[\p{sc=Han}\p{sc=Hira}\p{sc=Kana}ー]/u.test(char);

const toFullWidth = (text: string) =>
  text.replace(/[!-~]/g, (char) => String.fromCharCode(char.charCodeAt(0) + 0xfee0)).replaceAll(' ', '\u3000');
const toTraditional = (text: string) =>
  isJapanese(text) ? text : [...text].map((char) => traditionalOf.get(char) ?? char).join('');
const between = (mark: string) => (text: string) =>
  [...text].map((char, i, all) => (i > 0 && isCjk(char) && isCjk(all[i - 1] ?? '') ? mark + char : char)).join('');

/** Ways to write the same. Markup inside a message is left alone by those that would break it. */
const rewritings: readonly (readonly [string, (text: string) => string])[] = [
  ['full width', toFullWidth],
  ['Taiwan and Hong Kong script', toTraditional],
  ['zero-width characters between all', (text) => (text.includes('@') ? text : [...text].join('\u200b'))],
  ['spaces between ideographs', between(' ')],
  ['spaces around', (text) => `  ${text}   `],
  ['spaces doubled', (text) => text.replaceAll(' ', '  ')],
  ['emoji behind', (text) => `${text}😭🙏`],
  ['emoji in front', (text) => `😡 ${text}`],
  ['exclamation marks', (text) => `${text}！！！`],
  ['full stop', (text) => `${text}。`],
  ['dots', (text) => `${text}...`],
  ['a tilde', (text) => `${text}~`],
  ['quotation marks around', (text) => `「${text}」`],
  ['a mention in front', (text) => `@_user_1 ${text}`],
  ['a mention by name in front', (text) => `@IT助手 ${text}`],
  ['a rich-text mention in front', (text) => `<at user_id="ou_1">Bot</at> ${text}`],
  ['a greeting in front', (text) => (isJapanese(text) ? `こんにちは、${text}` : `你好，${text}`)],
  ['an English greeting in front', (text) => `hi, ${text}`],
  ['thanks behind', (text) => (isJapanese(text) ? `${text}、ありがとうございます` : `${text}，谢谢`)],
  ['English thanks behind', (text) => `${text}, thanks`],
  ['upper case', (text) => (text.includes('@_user') ? text : text.toUpperCase())],
  ['doubled', (text) => `${text}${/[a-z]$/i.test(text) ? ' ' : ''}${text}`],
  ['doubled with a comma', (text) => `${text}，${text}`],
];

describe.each(rewritings)('%s', (_name, rewrite) => {
  test('changes no decision', () => {
    const moved = lines
      .map(({ text, got }) => ({ text: rewrite(text), got, now: intent.decide(rewrite(text)).decision }))
      .filter(({ got, now }) => got !== now);
    expect(moved).toEqual([]);
  });
});

const COMMANDS = [
  '转人工',
  '人工',
  '人工客服',
  '找人工客服',
  '转真人',
  '帮我转人工',
  '接人工客服',
  '联系客服',
  '叫真人来',
];
const NEGATORS = [
  '不用',
  '不要',
  '别',
  '先别',
  '不需要',
  '无需',
  '不想',
  '没让你',
  '请不要',
  '唔使',
  '不用再',
  '我不要',
];
const ENGLISH = ['a human', 'an agent', 'a real person', 'a representative', 'a live agent'];
const ENGLISH_NEGATORS = [
  "I don't need",
  "I don't want",
  'no need for',
  "please don't transfer me to",
  "don't connect me to",
  "I'm not asking for",
  "I didn't ask for",
  "I'd rather not talk to",
];
const JAPANESE = ['担当者', 'オペレーター', '人間', '有人対応', '有人サポート'];
const JAPANESE_NEGATORS = ['は不要です', 'はいりません', 'は必要ありません', 'は結構です', 'につながないでください'];

test('a refused request is never handed over', () => {
  const refusals = [
    ...NEGATORS.flatMap((negator) => COMMANDS.map((command) => negator + command)),
    ...ENGLISH_NEGATORS.flatMap((negator) => ENGLISH.map((target) => `${negator} ${target}`)),
    ...JAPANESE_NEGATORS.flatMap((negator) => JAPANESE.map((target) => target + negator)),
  ];
  expect(refusals.filter((text) => intent.decide(text).decision === 'human')).toEqual([]);
});
