/** One HTTP answer of the API. A string body is sent as it is, like a gateway's page. */
export interface Answer {
  readonly status: number;
  readonly body: Readonly<Record<string, unknown>> | string;
  readonly headers?: Readonly<Record<string, string>>;
}

/** Success, with the fields where that API puts them: most under `data`, a few at top level. */
export function done(fields: Record<string, unknown> = {}): Answer {
  return { status: 200, body: { code: 0, msg: 'success', ...fields } };
}

/** A refusal; the code decides what it means, the status follows the documentation of each API. */
export function refuse(status: number, code: number, msg: string, headers: Record<string, string> = {}): Answer {
  return { status, body: { code, msg }, headers };
}

/** The answer to what no API takes. */
export const notFound: Answer = {
  status: 404,
  body: '<html><head><title>404 Not Found</title></head><body>404 page not found</body></html>',
};
