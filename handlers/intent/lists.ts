import type { Collector } from './collector.ts';
import { LIST_NAME } from './pattern.ts';
import type { Phrase, Phrases } from './types.ts';

/** Numbers of the lists that a name, or a row of words and {names}, stands for. Throws for a name nobody defined. */
export type Lists = (words: string | readonly string[]) => readonly number[];

type Attempt = (phrase: Phrase, make: () => void) => unknown;

/** Puts the words of all lists into the collector. A word is kept in its own list only; {name} adds the other list. */
export function createLists(words: Phrases['words'], collector: Collector, attempt: Attempt): Lists {
  const wordsOf = (name: string): readonly Phrase[] => {
    const known = words[name];
    if (!known) throw new Error(`there is no word list {${name}}`);
    return known;
  };
  const resolved = new Map<string, readonly number[]>();
  const named = (name: string, depth = 0): readonly number[] => {
    const known = resolved.get(name);
    if (known) return known;
    if (depth > 3) throw new Error(`{${name}}: lists that name lists that name lists end nowhere`);
    const others = wordsOf(name).flatMap(({ text }) => LIST_NAME.exec(text)?.[1] ?? []);
    const lists = [...new Set([collector.list(name), ...others.flatMap((other) => named(other, depth + 1))])];
    resolved.set(name, lists);
    return lists;
  };
  const unnamed = (choices: readonly string[]): readonly number[] => {
    const own = choices.filter((choice) => !LIST_NAME.test(choice));
    const others = choices.flatMap((choice) => LIST_NAME.exec(choice)?.[1] ?? []);
    return [...new Set([...(own.length > 0 ? [ownList(own)] : []), ...others.flatMap((other) => named(other))])];
  };
  const ownList = (own: readonly string[]): number => {
    const { size } = collector;
    // No list can be named so: (with) is not the list {with}.
    const list = collector.list(`|${own.join('|')}`);
    if (collector.size > size) for (const word of own) collector.add(list, word);
    return list;
  };
  for (const [name, phrases] of Object.entries(words)) {
    const list = collector.list(name);
    for (const phrase of phrases)
      attempt(phrase, () => (LIST_NAME.test(phrase.text) ? void named(name) : collector.add(list, phrase.text)));
  }
  return (source) => (typeof source === 'string' ? named(source) : unnamed(source));
}
