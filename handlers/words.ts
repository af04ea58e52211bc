import type { Card, CardButton, OpenId, Words } from '../src/bot.ts';

/** What the desk is called and where it is, when we know. */
export interface Desk {
  readonly name?: string;
  /** The desk's own link, from its admin page: the way out when a chat cannot be opened. */
  readonly link?: string;
}

interface Situation {
  readonly tone: Card['tone'];
  readonly body: Words;
}

/**
 * Every sentence a person reads. At most two short ones each; they say what happens next, promise no time, name no
 * error code and never claim that an agent is there already.
 */
const SITUATIONS = {
  linkReady: {
    tone: 'ready',
    body: {
      zh: '已为你创建服务台会话，客服会在里面回复你。',
      en: 'Your help-desk chat is ready. An agent will reply there.',
      ja: 'サポート用チャットを用意しました。担当者がそちらで返信します。',
    },
  },
  linkAgain: {
    tone: 'ready',
    body: {
      zh: '你刚刚已经申请过，入口在这里。',
      en: 'You asked a moment ago; here is the link again.',
      ja: '先ほどのお申し込みのリンクです。',
    },
  },
  inGroup: {
    tone: 'ready',
    body: { zh: '已把入口私聊发给你。', en: 'I sent you the link privately.', ja: 'リンクを個別に送りました。' },
  },
  stillTrying: {
    tone: 'problem',
    body: {
      zh: '服务台暂时没有响应，我们会继续尝试，成功后把入口发给你。',
      en: 'The desk is not responding. We keep trying and will send the link.',
      ja: 'サポート窓口が応答していません。再試行し、成功次第リンクを送ります。',
    },
  },
  noAccess: {
    tone: 'closed',
    body: {
      zh: '你不在「{desk}」的服务范围内，请联系它的负责人，或直接打开服务台。',
      en: 'Your account is outside the "{desk}" desk. Please contact its owner, or open the desk directly.',
      ja: '「{desk}」の対象範囲外です。管理者に連絡するか、窓口を直接開いてください。',
    },
  },
  gaveUp: {
    tone: 'problem',
    body: {
      zh: '这次没能创建会话（编号 {ref}）。请稍后再试，或直接打开「{desk}」。',
      en: 'We could not create the chat (ref {ref}). Try again later or open "{desk}" directly.',
      ja: 'チャットを作成できませんでした（番号 {ref}）。後でもう一度試すか、「{desk}」を直接開いてください。',
    },
  },
  late: {
    tone: 'problem',
    body: {
      zh: '抱歉，你之前的请求没能及时处理。现在还需要人工吗？',
      en: 'Sorry, we missed your earlier request. Do you still need a person?',
      ja: '先ほどのご依頼に対応できず申し訳ありません。まだ担当者が必要ですか？',
    },
  },
  confirm: {
    tone: 'ready',
    body: { zh: '需要转人工客服吗？', en: 'Would you like to talk to a person?', ja: '担当者におつなぎしますか？' },
  },
  cancelled: {
    tone: 'closed',
    body: {
      zh: '好的，没有创建会话。',
      en: 'All right, nothing was created.',
      ja: '承知しました。チャットは作成していません。',
    },
  },
  onItsWay: {
    tone: 'ready',
    body: {
      zh: '好的，入口会私聊发给你。',
      en: 'All right, I will send you the link.',
      ja: '承知しました。リンクをお送りします。',
    },
  },
} as const satisfies Record<string, Situation>;

const NAMELESS_DESK: Words = { zh: '服务台', en: 'Help desk', ja: 'サポート窓口' };
/** What a press is answered with at once, above the chat. */
export const NOTICES = {
  onItsWay: SITUATIONS.onItsWay.body,
  cancelled: SITUATIONS.cancelled.body,
  notYours: {
    zh: '这个按钮不是给你的。',
    en: 'This button is not for you.',
    ja: 'このボタンはあなた宛ではありません。',
  },
  pressAgain: {
    zh: '暂时没有成功，请再点一次。',
    en: 'That did not work. Please press again.',
    ja: '処理できませんでした。もう一度押してください。',
  },
} as const satisfies Record<string, Words>;

const YES: Words = { zh: '转人工', en: 'Talk to a person', ja: '担当者につなぐ' };
const NO: Words = { zh: '不用了', en: 'Not now', ja: '不要です' };
const OPEN_CHAT: Words = { zh: '进入服务台', en: 'Open help desk', ja: 'サポートを開く' };
const REFERENCE: Words = { zh: '编号 {ref}', en: 'Ref {ref}', ja: '番号 {ref}' };

export interface CardFacts {
  readonly desk: Desk;
  /** What the person can quote; the log finds the request by it. */
  readonly reference?: string;
  readonly buttons?: readonly CardButton[];
}

/** A button that leads somewhere; none where there is nowhere to lead. */
export const openButton = (link: string | undefined): readonly CardButton[] =>
  link ? [{ label: OPEN_CHAT, link }] : [];

/** "Yes" first. Only this person may press them. */
export const yesOrNo = (person: OpenId): readonly CardButton[] => [
  { label: YES, press: { does: 'handoff', person } },
  { label: NO, press: { does: 'dismiss', person } },
];

/** The card for a situation, in all languages at once. */
export function cardFor(situation: keyof typeof SITUATIONS, { desk, reference = '', buttons = [] }: CardFacts): Card {
  const { tone, body }: Situation = SITUATIONS[situation];
  const deskName = desk.name ? { zh: desk.name, en: desk.name, ja: desk.name } : NAMELESS_DESK;
  const fill = (words: Words) =>
    inEach((language) => words[language].replaceAll('{desk}', deskName[language]).replaceAll('{ref}', reference));
  return {
    title: deskName,
    tone,
    body: fill(body),
    buttons,
    ...(reference && !body.zh.includes('{ref}') && { footer: fill(REFERENCE) }),
  };
}

const inEach = (say: (language: keyof Words) => string): Words => ({ zh: say('zh'), en: say('en'), ja: say('ja') });
