import { describe, expect, test } from 'vitest';
import { cardFault } from '../../simulator/cards.ts';

const link = 'https://applink.feishu.cn/client/chat/open?openChatId=oc_demo';
const plain = (content: string) => ({ tag: 'plain_text', content, i18n_content: { zh_cn: content, ja_jp: content } });
const button = {
  tag: 'button',
  type: 'primary',
  text: plain('Open'),
  behaviors: [{ type: 'open_url', default_url: link }],
};
const good = {
  schema: '2.0',
  config: { update_multi: true },
  header: { template: 'blue', title: plain('Desk') },
  body: { elements: [{ tag: 'markdown', content: 'Ready.' }, button, { tag: 'hr' }] },
};
const withElement = (element: object) => ({ ...good, body: { elements: [element] } });

test('a good card of JSON 2.0 passes', () => {
  expect(cardFault(good)).toBeUndefined();
  const column = { tag: 'column', width: 'weighted', weight: 1, elements: [button] };
  expect(cardFault(withElement({ tag: 'column_set', columns: [column] }))).toBeUndefined();
  const press = { ...button, behaviors: [{ type: 'callback', value: { action: 'yes' } }] };
  expect(cardFault(withElement(press))).toBeUndefined();
});

describe('JSON 2.0 refuses', () => {
  test.each([
    ['an unknown field of the card', { ...good, elements: [] }, 200621],
    ['an unknown field of an element', withElement({ tag: 'markdown', content: 'x', colour: 'red' }), 200621],
    ['the button link of 1.0', withElement({ ...button, url: link }), 200621],
    ['a button that does nothing', withElement({ tag: 'button', text: plain('Open') }), 200621],
    [
      'a callback whose value is a string',
      withElement({ ...button, behaviors: [{ type: 'callback', value: 'x' }] }),
      200621,
    ],
    ['a link that is none', withElement({ ...button, behaviors: [{ type: 'open_url', default_url: '' }] }), 200621],
    [
      'a language Feishu does not know',
      withElement({ tag: 'markdown', content: 'x', i18n_content: { zh: 'x' } }),
      200621,
    ],
    ['a text without content', withElement({ tag: 'div', text: { tag: 'plain_text' } }), 200621],
    ['an unknown colour', { ...good, header: { ...good.header, template: 'pink' } }, 200621],
    ['a card that is not shared', { ...good, config: { update_multi: false } }, 200621],
    ['the action of 1.0', withElement({ tag: 'action', actions: [button] }), 200861],
    ['the note of 1.0', withElement({ tag: 'note', elements: [plain('x')] }), 200861],
    ['too many elements', { ...good, body: { elements: Array(201).fill({ tag: 'hr' }) } }, 11310],
  ])('%s', (_, card, code) => expect(cardFault(card)).toMatchObject({ code }));
});

test('the fault names the field and its place', () => {
  expect(cardFault(withElement({ tag: 'hr', colour: 'red' }))?.message).toContain(
    'unknown property, property: colour, path: ROOT -> body -> elements -> [0](tag: hr)',
  );
});

test('JSON 1.0 ignores unknown fields but wants its buttons within an action', () => {
  const legacy = { tag: 'button', text: plain('Open'), url: link };
  expect(cardFault({ oddity: 1, elements: [{ tag: 'action', actions: [legacy] }] })).toBeUndefined();
  expect(cardFault({ elements: [legacy] })).toMatchObject({ code: 200621 });
  expect(cardFault({ config: {} })).toMatchObject({ code: 200621 });
});
