import type { Api } from '../feishu/errors.ts';
import { askPlainly, type PlainRequest } from '../feishu/plain-request.ts';

/** What Feishu answered to one question of the doctor. */
export interface Asked {
  readonly code: number | undefined;
  readonly status: number;
  readonly body: Readonly<Record<string, unknown>>;
  /** By Feishu's clock, to the second; milliseconds since 1970. */
  readonly date: number | undefined;
}

/** Nobody answered, for this reason. */
export interface Unanswered {
  readonly trouble: string;
}

export async function ask(api: Api, url: string, plain: PlainRequest): Promise<Asked | Unanswered> {
  try {
    const { status, headers, body } = await askPlainly(api, url, plain);
    const fields = typeof body === 'object' && body !== null ? (body as Asked['body']) : {};
    const date = Date.parse(headers.date ?? '');
    const code = typeof fields.code === 'number' ? fields.code : undefined;
    return { code, status, body: fields, date: Number.isNaN(date) ? undefined : date };
  } catch (error) {
    return { trouble: error instanceof Error ? error.message : String(error) };
  }
}

/** The answer in a word, for lines that can say no more. */
export const describe = (asked: Asked | Unanswered): string =>
  'trouble' in asked ? asked.trouble : `Feishu answered with code ${asked.code ?? 'none'}, status ${asked.status}`;

/** A scope is missing; Feishu says which. */
export const SCOPE_MISSING = 99991672;
