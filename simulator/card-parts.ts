import {
  anything,
  type CardFault,
  invalid,
  link,
  listOf,
  object,
  oneOf,
  type Part,
  partFault,
  type Rule,
  text,
} from './card-rules.ts';
import { type Fields, isObject } from './json.ts';

/** Finds the first fault of a JSON 2.0 card. */
export function modernFault(card: Fields): CardFault | undefined {
  return partFault(root, card, 'ROOT');
}

/** Fields whose values are taken as they are. */
const free = (names: string): Readonly<Record<string, Rule>> =>
  Object.fromEntries(names.split(' ').map((name) => [name, anything]));

const as =
  (part: Part): Rule =>
  (value, path) =>
    partFault(part, value, path);

const locales = 'zh_cn zh_hk zh_tw en_us ja_jp ko_kr id_id vi_vn th_th pt_br es_es de_de fr_fr it_it ru_ru ms_my'.split(
  ' ',
);
const templates = 'blue wathet turquoise green yellow orange red carmine violet purple indigo grey default'.split(' ');

const i18n: Part = { fields: Object.fromEntries(locales.map((locale) => [locale, text])), required: [] };
const words = { content: text, i18n_content: as(i18n) };
const plainText: Part = {
  fields: { ...words, tag: oneOf('plain_text', 'lark_md'), ...free('text_size text_align text_color lines') },
  required: ['tag', 'content'],
};

const element = { tag: text, ...free('element_id margin') };
const spacing = free('direction padding horizontal_spacing horizontal_align vertical_spacing vertical_align');
const elements = listOf((value, path) => elementFault(value, path));

const column: Part = {
  fields: { ...element, ...spacing, ...free('background_style width weight action'), elements },
  required: [],
};

const behaviors: Readonly<Record<string, Part>> = {
  open_url: {
    fields: { type: text, default_url: link, pc_url: link, ios_url: link, android_url: link },
    required: ['default_url'],
  },
  // A string is allowed on paper, and breaks the SDKs that read the callback.
  callback: { fields: { type: text, value: object }, required: ['value'] },
};

const button: Part = {
  fields: {
    ...element,
    text: as(plainText),
    hover_tips: as(plainText),
    disabled_tips: as(plainText),
    behaviors: listOf(behaviorFault),
    ...free('type size width icon disabled confirm name required form_action_type'),
  },
  required: ['text'],
};

const columnSet: Part = {
  fields: {
    ...element,
    columns: listOf(as(column)),
    ...free('horizontal_spacing horizontal_align flex_mode background_style action'),
  },
  required: ['columns'],
};

const elementParts: Readonly<Record<string, Part>> = {
  markdown: { fields: { ...element, ...words, ...free('text_align text_size icon') }, required: ['content'] },
  div: { fields: { ...element, text: as(plainText), ...free('icon width') }, required: ['text'] },
  hr: { fields: element, required: [] },
  button,
  column_set: columnSet,
};

/** Components of JSON 2.0 whose fields are not looked at, because the bot has no use for them. */
const otherElements = new Set(
  [
    'img img_combination person person_list chart table audio form input overflow checker select_static',
    'multi_select_static select_person multi_select_person select_img date_picker picker_time picker_datetime',
    'interactive_container collapsible_panel',
  ].flatMap((names) => names.split(' ')),
);

const header: Part = {
  fields: {
    title: as(plainText),
    subtitle: as(plainText),
    template: oneOf(...templates),
    ...free('text_tag_list i18n_text_tag_list icon padding'),
  },
  required: ['title'],
};

const config: Part = {
  fields: {
    ...free('streaming_mode streaming_config summary locales enable_forward update_multi style'),
    ...free('width_mode use_custom_translation enable_forward_interaction'),
  },
  required: [],
};

const body: Part = { fields: { ...spacing, elements }, required: ['elements'] };

const root: Part = {
  fields: { ...free('schema card_link'), config: as(config), header: as(header), body: as(body) },
  required: ['body'],
};

function elementFault(value: unknown, path: string): CardFault | undefined {
  const tag = isObject(value) ? String(value.tag) : 'none';
  if (otherElements.has(tag)) return undefined;
  const part = Object.hasOwn(elementParts, tag) ? elementParts[tag] : undefined;
  if (!part)
    return { code: 200861, message: `cards of schema V2 no longer support this capability, unsupported tag ${tag}` };
  const where = `${path}(tag: ${tag})`;
  return partFault(part, value, where) ?? (tag === 'button' ? idleFault(value, where) : undefined);
}

/** A button that does nothing is surely a mistake; one of a form submits it. */
function idleFault(button: unknown, path: string): CardFault | undefined {
  const { behaviors: acts, form_action_type, disabled } = isObject(button) ? button : {};
  const idle = (!Array.isArray(acts) || acts.length === 0) && form_action_type === undefined && disabled !== true;
  return idle ? invalid('property is required, property: behaviors', path) : undefined;
}

function behaviorFault(value: unknown, path: string): CardFault | undefined {
  const part = behaviors[String(isObject(value) && value.type)];
  return part ? partFault(part, value, path) : invalid('unknown behavior', path);
}
