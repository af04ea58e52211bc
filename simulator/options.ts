import { createHash, randomBytes } from 'node:crypto';

/** The custom app as the developer console knows it. */
export interface App {
  readonly id: string;
  readonly secret: string;
  readonly encryptKey: string;
  readonly verificationToken: string;
  readonly botOpenId: string;
  readonly botName: string;
  /** 2 is enabled: Feishu docs, bot info. Absent: the app has no bot at all. */
  readonly botStatus?: number;
  /** What the tenant's administrator granted. */
  readonly scopes: readonly string[];
}

/** The service desk and the token of its admin console. */
export interface Desk {
  readonly id: string;
  readonly token: string;
}

/** What clients of the long connection are told to keep to. */
export interface Pace {
  readonly pingSeconds: number;
  /** Between two attempts to connect, after a first one that comes within the jitter. */
  readonly reconnectSeconds: number;
  readonly reconnectJitterSeconds: number;
  /** -1: without end. */
  readonly reconnectCount: number;
}

export interface SimulatorOptions {
  /** 0, the default, takes a free port. */
  readonly port?: number;
  /** Without an id the app gets a random one, so that two tests never share data kept by app. */
  readonly app?: Partial<App>;
  readonly desk?: Partial<Desk>;
  /** How the app gets its events, as set in the developer console; `webhook` unless given. */
  readonly subscription?: Subscription;
  /** Where events are delivered; may be set later, once the service listens. */
  readonly webhook?: string;
  /** Feishu itself says 120, 120, 30 and -1; the simulator is quicker unless told otherwise. */
  readonly pace?: Partial<Pace>;
  /** Every API call takes this long, its effect coming at the end. */
  readonly latencyMs?: number;
  readonly enforceQuota?: boolean;
  /** Compresses the redelivery ladder: 1/1000 makes 15 s of 15 ms. */
  readonly timeScale?: number;
  /** Milliseconds since 1970; decides event times, quota windows and the hour of a `uuid`. */
  readonly now?: () => number;
  /** Repeats the dice of faults with a probability. */
  readonly seed?: number;
  /** Answers under `/simulator/` too: for people and scripts. */
  readonly control?: boolean;
}

export type Subscription = 'webhook' | 'websocket';

export interface Settings {
  readonly port: number;
  readonly app: App;
  readonly desk: Desk;
  readonly subscription: Subscription;
  readonly pace: Pace;
  readonly latencyMs: number;
  readonly enforceQuota: boolean;
  readonly timeScale: number;
  readonly now: () => number;
  readonly seed: number;
  readonly control: boolean;
}

/** Known to everyone and good for nothing: what `npm run simulator` uses and `.env.example` holds. */
export const demoApp: App = {
  // The long connection takes no id but `cli_` and sixteen hexadecimal digits.
  id: 'cli_dec0de0000000000',
  secret: 'demo-app-secret',
  encryptKey: 'demo-encrypt-key',
  verificationToken: 'demo-verification-token',
  botOpenId: 'ou_demo00000000000000000000000000b0',
  botName: 'demo-bot',
  botStatus: 2,
  scopes: [
    'im:message.p2p_msg:readonly',
    'im:message.group_at_msg:readonly',
    'im:message:send_as_bot',
    'helpdesk:helpdesk:access',
    'helpdesk:all:readonly',
    'helpdesk:all',
  ],
};

export const demoDesk: Desk = { id: '1234567890123456789', token: 'demo-helpdesk-token' };

/** Options with every gap filled. */
export function settle(options: SimulatorOptions): Settings {
  return {
    port: options.port ?? 0,
    app: { ...demoApp, id: randomAppId(), ...options.app },
    desk: { ...demoDesk, ...options.desk },
    subscription: options.subscription ?? 'webhook',
    pace: { pingSeconds: 1, reconnectSeconds: 0.2, reconnectJitterSeconds: 0.1, reconnectCount: -1, ...options.pace },
    latencyMs: options.latencyMs ?? 0,
    enforceQuota: options.enforceQuota ?? true,
    timeScale: options.timeScale ?? 1 / 1000,
    now: options.now ?? Date.now,
    seed: options.seed ?? 1,
    control: options.control ?? false,
  };
}

/** The environment a service needs to talk to a simulator of these settings at this address. */
export function environment({ app, desk, subscription }: Settings, url: string): Record<string, string> {
  return {
    FEISHU_APP_ID: app.id,
    FEISHU_APP_SECRET: app.secret,
    FEISHU_ENCRYPT_KEY: app.encryptKey,
    FEISHU_VERIFICATION_TOKEN: app.verificationToken,
    FEISHU_HELPDESK_ID: desk.id,
    FEISHU_HELPDESK_TOKEN: desk.token,
    FEISHU_API_URL: url,
    ...(subscription === 'websocket' && { FEISHU_EVENTS: subscription }),
  };
}

/** An id in Feishu's form: `ou_`, `om_`, `oc_`, `on_` and 32 hexadecimal digits; from a seed always the same. */
export function newId(prefix: 'ou' | 'om' | 'oc' | 'on', seed?: string): string {
  const digits = seed === undefined ? randomBytes(16).toString('hex') : hash(seed).slice(0, 32);
  return `${prefix}_${digits}`;
}

function randomAppId(): string {
  return `cli_${randomBytes(8).toString('hex')}`;
}

function hash(text: string): string {
  return createHash('sha256').update(text).digest('hex');
}
