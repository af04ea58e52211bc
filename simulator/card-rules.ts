import { isObject } from './json.ts';

/** Why a card is refused: the sub-code within 230099, and its sentence. */
export interface CardFault {
  readonly code: number;
  readonly message: string;
}

/** Looks at one value; the path names its place as Feishu's own messages do. */
export type Rule = (value: unknown, path: string) => CardFault | undefined;

/** The fields a part of a card may have, each with the rule for its value. */
export interface Part {
  readonly fields: Readonly<Record<string, Rule>>;
  readonly required: readonly string[];
}

/** JSON 2.0 refuses every field it does not know. */
export function partFault({ fields, required }: Part, value: unknown, path: string): CardFault | undefined {
  if (!isObject(value)) return invalid('not an object', path);
  const missing = required.find((field) => value[field] === undefined);
  if (missing) return invalid(`property is required, property: ${missing}`, path);
  for (const [field, inner] of Object.entries(value)) {
    if (!Object.hasOwn(fields, field)) return invalid(`unknown property, property: ${field}`, path);
    const found = fields[field]?.(inner, `${path} -> ${field}`);
    if (found) return found;
  }
  return undefined;
}

export const anything: Rule = () => undefined;

export const text: Rule = (value, path) => (typeof value === 'string' ? undefined : invalid('not a string', path));

export const object: Rule = (value, path) => (isObject(value) ? undefined : invalid('not an object', path));

export const link: Rule = (value, path) =>
  /^(https?|lark):\/\/./.test(String(value)) ? undefined : invalid('not a link', path);

/** One of these words. */
export function oneOf(...values: readonly string[]): Rule {
  return (value, path) =>
    values.includes(String(value)) ? undefined : invalid(`unknown value ${String(value)}`, path);
}

/** A list; the first bad item is the fault. */
export function listOf(rule: Rule): Rule {
  return (value, path) => {
    if (!Array.isArray(value)) return invalid('not a list', path);
    return value.map((item, index) => rule(item, `${path} -> [${index}]`)).find(Boolean);
  };
}

/** 200621: the JSON does not have the form of a card. */
export function invalid(why: string, path: string): CardFault {
  return { code: 200621, message: `parse card json err, ${why}, path: ${path}` };
}
