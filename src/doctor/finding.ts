/** One line of the doctor: what was looked at, how it is, and what mends it. */
export interface Finding {
  readonly check: string;
  readonly verdict: 'well' | 'wrong' | 'could not tell';
  readonly says: string;
  /** The variable at fault. */
  readonly variable?: string;
  /** What mends it, and where. */
  readonly mend?: string;
}

type Cure = Pick<Finding, 'variable' | 'mend'>;

export const well = (check: string, says: string, cure: Cure = {}): Finding => ({
  check,
  verdict: 'well',
  says,
  ...cure,
});
export const wrong = (check: string, says: string, cure: Cure): Finding => ({ check, verdict: 'wrong', says, ...cure });
export const unknown = (check: string, says: string, cure: Cure = {}): Finding => ({
  check,
  verdict: 'could not tell',
  says,
  ...cure,
});

const inConsole = (zh: string, en: string) => `开发者后台 › ${zh} (Developer Console › ${en})`;

/** Pages as they are called in both languages of the console. */
export const PLACES = {
  credentials: inConsole('凭证与基础信息', 'Credentials & Basic Info'),
  bot: `${inConsole('添加应用能力 › 机器人', 'Add Features › Bot')}, then publish a version`,
  scopes: `${inConsole('权限管理', 'Permissions & Scopes')}, then publish a version`,
  encryption: inConsole('事件与回调 › 加密策略', 'Events & Callbacks › Encryption Strategy'),
  events: inConsole('事件与回调 › 事件配置', 'Events & Callbacks › Event Configuration'),
  eventLog: inConsole('日志检索 › 事件日志', 'Log Search › Event Log'),
  menu: inConsole('机器人 › 机器人自定义菜单', 'Bot › Custom Menu'),
  allowList: inConsole('安全设置 › IP 白名单', 'Security Settings › IP Allowlist'),
  desk: '服务台管理后台 › 设置 › API 凭证 (Help Desk admin › Settings › API credentials)',
} as const;

/** Where the value of a variable is found. */
export const PLACE_OF: Readonly<Record<string, string>> = {
  FEISHU_APP_ID: PLACES.credentials,
  FEISHU_APP_SECRET: PLACES.credentials,
  FEISHU_ENCRYPT_KEY: PLACES.encryption,
  FEISHU_VERIFICATION_TOKEN: PLACES.encryption,
  FEISHU_HELPDESK_ID: PLACES.desk,
  FEISHU_HELPDESK_TOKEN: PLACES.desk,
  FEISHU_HANDOFF_MENU_KEYS: PLACES.menu,
};
