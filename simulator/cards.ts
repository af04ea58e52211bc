import { modernFault } from './card-parts.ts';
import { type CardFault, invalid } from './card-rules.ts';
import { type Fields, isObject } from './json.ts';

const elementLimit = 200;

/** What Feishu finds wrong with a card, if anything. JSON 2.0 is strict about its fields, JSON 1.0 ignores unknown ones. */
export function cardFault(card: Fields): CardFault | undefined {
  if (card.type === 'template') return isObject(card.data) ? undefined : invalid('a template needs data', 'ROOT');
  const count = tagsIn(card);
  if (count > elementLimit) return { code: 11310, message: `element exceeds the limit, ${count} of ${elementLimit}` };
  if (card.schema === undefined || card.schema === '1.0') return legacyFault(card);
  if (card.schema !== '2.0') return invalid(`unknown schema ${String(card.schema)}`, 'ROOT');
  const shared = !isObject(card.config) || card.config.update_multi !== false;
  return shared ? modernFault(card) : invalid('update_multi can only be true', 'ROOT -> config');
}

function legacyFault(card: Fields): CardFault | undefined {
  const lists = isObject(card.i18n_elements) ? Object.values(card.i18n_elements) : [card.elements];
  if (!lists.every(Array.isArray)) return invalid('elements is not a list', 'ROOT');
  return lists.flat().map(legacyElementFault).find(Boolean);
}

function legacyElementFault(element: unknown): CardFault | undefined {
  if (!isObject(element) || typeof element.tag !== 'string')
    return invalid('an element needs a tag', 'ROOT -> elements');
  if (element.tag === 'button') return invalid('a button stands within an action', 'ROOT -> elements');
  if (element.tag !== 'action') return undefined;
  return Array.isArray(element.actions) ? undefined : invalid('an action needs actions', 'ROOT -> elements');
}

function tagsIn(value: unknown): number {
  if (Array.isArray(value)) return value.reduce<number>((sum, item) => sum + tagsIn(item), 0);
  if (!isObject(value)) return 0;
  const own = typeof value.tag === 'string' ? 1 : 0;
  return Object.values(value).reduce<number>((sum, inner) => sum + tagsIn(inner), own);
}
