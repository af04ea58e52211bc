/** What a person can read of a message, and where its links lead. */
export function readable(content: unknown): { readonly text: string; readonly links: readonly string[] } {
  return { text: wordsIn(content).join('\n'), links: linksIn(content) };
}

/** Texts that people read, from the content of a message of any type, in the order they stand there. */
function wordsIn(content: unknown): string[] {
  return found(content, (key, text) => (wordKeys.has(key) ? [withLocalTimes(text)] : []));
}

/** A client draws the time itself, in the zone it is in: here that of this machine. */
function withLocalTimes(text: string): string {
  return text.replace(
    /<local_datetime millisecond='(\d+)' format_type='(date_short|time)'><\/local_datetime>/g,
    (_, at: string, format: string) => new Date(Number(at)).toLocaleString('en', timeFormats[format]),
  );
}

const timeFormats: Readonly<Record<string, Intl.DateTimeFormatOptions>> = {
  date_short: { month: 'short', day: 'numeric' },
  time: { hour: '2-digit', minute: '2-digit', hourCycle: 'h23' },
};

/** Every link, each once: those of buttons, and those within texts. */
function linksIn(content: unknown): string[] {
  return [...new Set(found(content, (_, text) => text.match(/https?:\/\/[^\s"'<>)\]]+/g) ?? []))];
}

const wordKeys = new Set(['content', 'text', 'title']);
// The same sentence in the other languages would only repeat it.
const skipped = new Set(['i18n_content', 'i18n', 'value']);

function found(value: unknown, pick: (key: string, text: string) => string[], key = ''): string[] {
  if (typeof value === 'string') return pick(key, value);
  if (Array.isArray(value)) return value.flatMap((item) => found(item, pick, key));
  if (typeof value !== 'object' || value === null) return [];
  return Object.entries(value).flatMap(([name, inner]) => (skipped.has(name) ? [] : found(inner, pick, name)));
}
