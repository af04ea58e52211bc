/** How a message is put to Feishu, from the best to what nobody refuses. */
export const FORMS = ['card', 'old-card', 'text'] as const;
export type Form = (typeof FORMS)[number];

/** What to try when Feishu refuses a form. */
export const plainerThan = (form: Form): Form | undefined => FORMS[FORMS.indexOf(form) + 1];

const MARKS: Readonly<Record<Form, string>> = { card: '', 'old-card': '1', text: 't' };

/** The way a message takes: its form, and whether what was to be a reply goes to the person since its target is gone. */
interface Way {
  readonly form: Form;
  readonly unreplied?: true;
}

/**
 * The `uuid` under which Feishu shows a message once, of at most 50 characters. Feishu may hold the first one against
 * another content or another way, so each has its own.
 */
export function uuidOf(outboxId: string, { form, unreplied }: Way): string {
  const mark = `${MARKS[form]}${unreplied ? 'p' : ''}`;
  return mark ? `${outboxId}-${mark}` : outboxId;
}
