/** The API calls we make, as they are called in logs and metrics. */
export type Api = 'token' | 'endpoint' | 'bot_info' | 'scopes' | 'start_service' | 'tickets' | 'send' | 'reply';

/** The header with the id under which Feishu's support finds a call. */
export const LOG_ID = 'x-tt-logid';

/** Feishu answered, and the answer is no. `code` is absent when a gateway answered instead of Feishu. */
export class FeishuRefused extends Error {
  override readonly name = 'FeishuRefused';
  readonly api: Api;
  readonly status: number;
  readonly code: number | undefined;
  readonly logId: string | undefined;
  /** How long the answer asks to wait, when it does. */
  readonly resetMs: number | undefined;

  constructor(api: Api, answer: Answer) {
    const { code, msg } = readBody(answer.body);
    const logId = answer.headers[LOG_ID];
    const words = code !== undefined && HARMLESS.has(code) ? `: ${msg}` : '';
    // A number alone quotes nothing of the request.
    const fault = /ErrCode: (\d+)/.exec(msg)?.[1];
    super(
      `${api} refused: code ${code ?? 'none'}${fault ? ` (${fault})` : ''}, status ${answer.status}, log id ${logId ?? 'none'}${words}`,
    );
    this.api = api;
    this.status = answer.status;
    this.code = code;
    this.logId = logId;
    this.resetMs = readReset(answer.headers['x-ogw-ratelimit-reset']);
  }
}

/** Where Feishu's support finds the call that failed, when it was answered. */
export const logIdOf = (error: unknown): string | undefined =>
  error instanceof FeishuRefused ? error.logId : undefined;

/** Only these say in words what cannot be looked up: the missing scopes, the refused address. Others may quote the request. */
const HARMLESS: ReadonlySet<number> = new Set([99991672, 99991401]);

/** Nobody answered in time, or the connection broke. Feishu may have acted all the same. */
export class FeishuUnreachable extends Error {
  override readonly name = 'FeishuUnreachable';
  readonly api: Api;

  /** Takes only the message of the cause: an HTTP client's error carries headers and bodies, secrets among them. */
  constructor(api: Api, cause: unknown) {
    // A name with several addresses fails once for each, and says nothing itself.
    const first: unknown = cause instanceof AggregateError ? cause.errors[0] : cause;
    super(`${api} got no answer: ${first instanceof Error ? first.message : String(first)}`);
    this.api = api;
  }
}

/** An HTTP answer, whoever received it. Header names are lower-case. */
export interface Answer {
  readonly status: number;
  readonly headers: { readonly [name: string]: string | undefined };
  readonly body: unknown;
}

/**
 * Feishu's own word on whether it did what was asked: `code` 0 in the body, not the HTTP status.
 *
 * @throws FeishuRefused
 */
export function accepted(api: Api, answer: Answer): { readonly [key: string]: unknown } {
  if (answer.status < 300 && isObject(answer.body) && answer.body.code === 0) return answer.body;
  throw new FeishuRefused(api, answer);
}

function readBody(body: unknown): { code: number | undefined; msg: string } {
  if (!isObject(body)) return { code: undefined, msg: 'not JSON' };
  return {
    code: typeof body.code === 'number' ? body.code : undefined,
    msg: typeof body.msg === 'string' ? body.msg.slice(0, 300) : '',
  };
}

/** The header counts seconds. */
function readReset(header: string | undefined): number | undefined {
  const seconds = Number(header);
  return header !== undefined && Number.isFinite(seconds) && seconds >= 0 ? seconds * 1000 : undefined;
}

function isObject(value: unknown): value is { readonly [key: string]: unknown } {
  return typeof value === 'object' && value !== null;
}
