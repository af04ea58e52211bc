import type { Answer } from '../answer.ts';
import type { Directory } from '../directory.ts';
import type { Settings } from '../options.ts';
import type { ApiName, Call, Recording } from '../record.ts';
import type { SocketDesk } from '../socket/connections.ts';
import type { Tokens } from '../tokens.ts';

export interface ApiRequest {
  /** What the path's groups matched. */
  readonly params: readonly string[];
  readonly query: URLSearchParams;
  readonly body: unknown;
  readonly headers: Readonly<Record<string, string | undefined>>;
}

/** What the simulated Feishu consists of, as its APIs use it. */
export interface Tenant {
  readonly settings: Settings;
  readonly directory: Directory;
  readonly tokens: Tokens;
  readonly recording: Recording;
  readonly sockets: SocketDesk;
}

/** Does what was asked, and answers. */
export type Effect = () => Answer;

/** One API. Whatever it needs to be called properly is said here, and refused in `gate.ts`. */
export interface Api {
  readonly name: ApiName;
  readonly method: 'GET' | 'POST' | 'PATCH';
  readonly path: RegExp;
  /** `desk` is the tenant token *and* the helpdesk header. */
  readonly needs: 'nothing' | 'tenant' | 'desk';
  /** Any one of them will do; none is needed where there are none. */
  readonly scopes?: readonly string[];
  /** APIs of one class share their windows of 50/s and 1000/min. */
  readonly quota?: string;
  /** Whom the call is about, its `uuid` and what it would show; for the record, and for faults of some calls alone. */
  about?(request: ApiRequest): Pick<Call, 'person' | 'uuid' | 'form'>;
  /** Refuses at once what breaks the contract; else gives what is to be done once the latency is over. */
  accept(request: ApiRequest): Answer | Effect;
}
