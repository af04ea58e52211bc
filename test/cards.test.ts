import { describe, expect, test } from 'vitest';
import { createIntent } from '../handlers/intent/index.ts';
import { SENTENCES } from '../handlers/sentences.ts';
import { createWriter, SITUATIONS } from '../handlers/words.ts';
import { cardFault } from '../simulator/cards.ts';
import type { Card, Language, OpenId } from '../src/bot.ts';
import { toPressReply } from '../src/feishu/cards.ts';
import { toContent } from '../src/feishu/content.ts';
import type { Form } from '../src/forms.ts';
import { readPhrases } from '../src/phrases.ts';
import { readWeights } from '../src/weights.ts';

const LINK = `https://applink.feishu.cn/client/chat/open?openChatId=oc_${'0'.repeat(32)}`;
const PERSON = 'ou_1' as OpenId;
const AT = Date.UTC(2026, 10, 22, 5, 42);
const HOUR = 3_600_000;
const LANGUAGES = ['zh', 'en', 'ja'] as const;
/** As long as the configuration allows, in characters that take three bytes. */
const LONGEST_NAME = '服'.repeat(100);

const writer = createWriter({ sentences: () => SENTENCES, desk: () => ({ name: LONGEST_NAME, link: LINK }) });
/** With all that a card may carry. */
const fullCard = (situation: (typeof SITUATIONS)[number]): Card =>
  writer.card(situation, {
    reference: '7K3F00',
    time: AT,
    buttons: [...writer.openButton(LINK), ...writer.yesOrNo({ person: PERSON }), writer.newButton(PERSON, AT)],
  });

const render = (card: Card, form: Form, language: Language = 'zh') =>
  toContent({ card, form, language }, AT + 3 * HOUR);

/** Every text of a card with its translations: whatever has a `content`. */
function textsIn(value: unknown): { content: string; i18n_content?: Record<string, string> }[] {
  if (typeof value !== 'object' || value === null) return [];
  const own = 'content' in value ? [value as { content: string }] : [];
  return [...own, ...Object.entries(value).flatMap(([key, inner]) => (key === 'i18n_content' ? [] : textsIn(inner)))];
}

describe.each(SITUATIONS)('%s', (situation) => {
  test.each(['card', 'old-card'] as const)(
    'as %s is one that Feishu takes, however long the name of the desk',
    (form) => {
      const { msg_type, content } = render(fullCard(situation), form);
      expect(msg_type).toBe('interactive');
      expect(cardFault(JSON.parse(content))).toBeUndefined();
      expect(Buffer.byteLength(content)).toBeLessThan(30 * 1024);
    },
  );

  test.each(['card', 'old-card'] as const)(
    'as %s says everything in three languages, with every gap filled',
    (form) => {
      const texts = textsIn(JSON.parse(render(fullCard(situation), form).content));
      expect(texts.length).toBeGreaterThanOrEqual(5);
      for (const { i18n_content: i18n = {}, content } of texts) {
        expect(Object.keys(i18n).sort()).toEqual(['en_us', 'ja_jp', 'zh_cn']);
        for (const text of [content, ...Object.values(i18n)]) expect(text).toMatch(/^[^{}]+$/);
      }
    },
  );

  test('as text is read in each language, without markup, the link on a line of its own', () => {
    for (const language of LANGUAGES) {
      const { msg_type, content } = render(fullCard(situation), 'text', language);
      const { text } = JSON.parse(content) as { text: string };
      expect(msg_type).toBe('text');
      expect(text.split('\n')).toContain(LINK);
      expect(text).not.toMatch(/[{}<>]|undefined/);
    }
  });

  test('names no code, and no person in its title', () => {
    const { title, body } = fullCard(situation);
    expect(Object.values(title)).toEqual([LONGEST_NAME, LONGEST_NAME, LONGEST_NAME]);
    expect(JSON.stringify(body)).not.toMatch(/\d{5,}/);
  });
});

test('where the button is what matters, it stands above the text in both kinds of cards', () => {
  const card: Card = { ...writer.card('guideAgain', { buttons: writer.yes('ou_1' as OpenId) }), buttonsFirst: true };
  const { body } = JSON.parse(render(card, 'card').content) as { body: { elements: { tag: string }[] } };
  const { elements } = JSON.parse(render(card, 'old-card').content) as { elements: { tag: string }[] };
  expect(body.elements.map(({ tag }) => tag)).toEqual(['button', 'markdown']);
  expect(elements.map(({ tag }) => tag)).toEqual(['action', 'markdown']);
  expect(cardFault(JSON.parse(render(card, 'card').content))).toBeUndefined();
});

test.each(Object.entries(SENTENCES))('the sentence %s is written in each language', (_, { zh, en, ja }) => {
  expect(zh).toMatch(/\p{Script=Han}/u);
  expect(ja).toMatch(/[\p{Script=Hiragana}\p{Script=Katakana}]|番号/u);
  expect(en).toMatch(/^[\x20-\x7e]+$/);
});

test.each(Object.entries(SENTENCES))('the sentence %s has the same gaps in each language', (_, words) => {
  const gaps = Object.values(words).map((text) => (text.match(/\{\w+\}/g) ?? []).sort());
  expect(gaps[1]).toEqual(gaps[0]);
  expect(gaps[2]).toEqual(gaps[0]);
});

test('a name is shown as it is, whatever is in it', () => {
  const name = 'R$&D $1 {ref}';
  const named = createWriter({ sentences: () => SENTENCES, desk: () => ({ name }) });
  expect(named.card('noAccess').body.en).toContain('R$&D $1');
});

test('buttons that come first do so in both versions of a card', () => {
  const first = { ...fullCard('guideAgain'), buttonsFirst: true } as const;
  const tags = (form: Form) => {
    const content = JSON.parse(render(first, form).content);
    return (content.body?.elements ?? content.elements).map(({ tag }: { tag: string }) => tag);
  };
  expect(tags('card')[0]).toBe('button');
  expect(tags('old-card').slice(0, 2)).toEqual(['action', 'markdown']);
});

test('a time is drawn by the client in its own zone, and told as how long ago where it cannot be', () => {
  const late = fullCard('late');
  const drawn = JSON.parse(render(late, 'card').content).body.elements[0].i18n_content;
  for (const text of Object.values(drawn))
    expect(text).toContain(`<local_datetime millisecond='${AT}' format_type='time'></local_datetime>`);
  const told = (language: Language) => JSON.parse(render(late, 'text', language).content).text.split('\n')[0];
  expect([told('zh'), told('en'), told('ja')]).toEqual([
    expect.stringContaining('3小时前'),
    expect.stringContaining('3 hours ago'),
    expect.stringContaining('3 時間前'),
  ]);
});

test('what a text tells to reply is understood as a request for a human', () => {
  const intent = createIntent(readPhrases({}), readWeights());
  for (const language of LANGUAGES) {
    const [, quoted = ''] = /[「"](.+)[」"]/.exec(SENTENCES.insteadOfYes[language]) ?? [];
    expect([quoted, intent.decide(quoted).decision]).toEqual([quoted, 'human']);
  }
});

test('the answer to a press is a toast in three languages with a card that Feishu takes', () => {
  const reply = toPressReply({ notice: writer.words('cancelled'), tone: 'info', card: fullCard('cancelled') });
  expect(reply).toMatchObject({ toast: { type: 'info', i18n: { zh_cn: SENTENCES.cancelled.zh } } });
  expect(cardFault((reply as { card: { data: Record<string, unknown> } }).card.data)).toBeUndefined();
});
