/** Feishu docs: a mention in text is `@_user_1` or `@_all`; rich text may carry `<at …>…</at>`, `<p>`, `<b>`. */
const MARKUP = [
  /@_(?:user_\d{1,6}|all)\b/g,
  /＠＿(?:ｕｓｅｒ＿[０-９]{1,6}|ａｌｌ)/g,
  /<at\b[^<>]{0,200}>[^<>]{0,100}<\/at>/gi,
  /<\/?[a-z][^<>]{0,200}>/gi,
  /https?:\/\/[\w.~:/?#@!$&'()*+;=%-]{1,2000}/gi,
  /[\w.+-]{1,64}@[\w-]{1,64}(?:\.[\w-]{1,32}){1,4}/g,
];
/** A mention typed by hand or copied, with a space after the name. */
const LEADING_MENTION = /^\s{0,20}@\S{1,30}\s/;

/** Nothing of all this is written without one of these. */
const SIGNS = /[@＠</]/;

const blank = (match: string): string => ' '.repeat(match.length);

/** Blanks mentions, tags and addresses. The length stays, so every offset still points into the original. */
export function blankMarkup(text: string): string {
  if (!SIGNS.test(text)) return text;
  let result = text;
  for (const pattern of MARKUP) result = result.replace(pattern, blank);
  return result.replace(LEADING_MENTION, blank);
}
