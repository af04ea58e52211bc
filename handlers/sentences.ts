import type { Words } from '../src/bot.ts';

/**
 * Every text a person reads, by the name under which a team's WORDS_FILE replaces it. At most two short sentences each;
 * they say what happens next, promise no time, name no error code and never claim that an agent is there already.
 *
 * `{desk}` is what the desk is called and may stand anywhere. `{bot}` is the bot's own name, `{ref}` what the person can
 * quote, `{time}` a moment: "11月22日 13:42" on a card, "3 minutes ago" where the reader's time zone cannot be known.
 */
export const SENTENCES = {
  linkReady: {
    zh: '已为你创建服务台会话，客服会在里面回复你。',
    en: 'Your help-desk chat is ready. An agent will reply there.',
    ja: 'サポート用チャットを用意しました。担当者がそちらで返信します。',
  },
  linkAgain: {
    zh: '你的会话已在 {time} 打开，入口在这里。',
    en: 'Your chat was opened {time}. Here is the link again.',
    ja: '{time} に開いたチャットがあります。リンクはこちらです。',
  },
  inGroup: { zh: '已把入口私聊发给你。', en: 'I sent you the link privately.', ja: 'リンクを個別に送りました。' },
  unreachable: {
    zh: '我没能私聊你。请在与我的私聊里再发一次，或联系「{desk}」的负责人。',
    en: 'I could not write to you privately. Please ask me in a private chat, or contact the owner of "{desk}".',
    ja: '個別に連絡できませんでした。私とのチャットで送り直すか、「{desk}」の管理者に連絡してください。',
  },
  stillTrying: {
    zh: '服务台暂时没有响应，我们会继续尝试，成功后把入口发给你。',
    en: 'The desk is not responding. We keep trying and will send the link.',
    ja: 'サポート窓口が応答していません。再試行し、成功次第リンクを送ります。',
  },
  noAccess: {
    zh: '你不在「{desk}」的服务范围内，请联系它的负责人。',
    en: 'Your account is outside the "{desk}" desk. Please contact its owner.',
    ja: '「{desk}」の対象範囲外です。管理者に連絡してください。',
  },
  noAccessButDesk: {
    zh: '你不在「{desk}」的服务范围内，请联系它的负责人，或直接打开服务台。',
    en: 'Your account is outside the "{desk}" desk. Please contact its owner, or open the desk directly.',
    ja: '「{desk}」の対象範囲外です。管理者に連絡するか、窓口を直接開いてください。',
  },
  gaveUp: {
    zh: '这次没能创建会话（编号 {ref}）。请稍后再试，或联系「{desk}」的负责人。',
    en: 'We could not create the chat (ref {ref}). Try again later, or contact the owner of "{desk}".',
    ja: 'チャットを作成できませんでした（番号 {ref}）。後でもう一度試すか、「{desk}」の管理者に連絡してください。',
  },
  gaveUpButDesk: {
    zh: '这次没能创建会话（编号 {ref}）。请稍后再试，或直接打开「{desk}」。',
    en: 'We could not create the chat (ref {ref}). Try again later or open "{desk}" directly.',
    ja: 'チャットを作成できませんでした（番号 {ref}）。後でもう一度試すか、「{desk}」を直接開いてください。',
  },
  late: {
    zh: '抱歉，你 {time} 的请求没能及时处理。现在还需要人工吗？',
    en: 'Sorry, we missed your request from {time}. Do you still need a person?',
    ja: '{time} のご依頼に対応できず申し訳ありません。まだ担当者が必要ですか？',
  },
  confirm: { zh: '需要转人工客服吗？', en: 'Would you like to talk to a person?', ja: '担当者におつなぎしますか？' },
  cancelled: {
    zh: '好的，没有创建会话。',
    en: 'All right, nothing was created.',
    ja: '承知しました。チャットは作成していません。',
  },
  onItsWay: {
    zh: '好的，入口会私聊发给你。',
    en: 'All right, I will send you the link.',
    ja: '承知しました。リンクをお送りします。',
  },
  guide: {
    zh: '我只负责帮你联系人工客服，问题本身我回答不了。',
    en: 'I put you through to a person and cannot answer questions myself.',
    ja: '担当者への取り次ぎ専用のため、ご質問にはお答えできません。',
  },
  guideAgain: {
    zh: '看来我没帮上忙，可以直接找人工客服。',
    en: 'It seems that I could not help. You can talk to a person instead.',
    ja: 'お役に立てていないようです。担当者に直接ご相談ください。',
  },
  guideServed: {
    zh: '你已经申请过人工，请在服务台会话里继续沟通。',
    en: 'You have asked for a person already. Please go on in the help-desk chat.',
    ja: '担当者への申し込みは済んでいます。サポート用チャットで続けてください。',
  },
  unreadable: {
    zh: '我只看得懂文字，看不懂图片、语音和文件。需要的话可以转人工。',
    en: 'I can read text only: no images, voice or files. You can talk to a person instead.',
    ja: '読み取れるのは文字だけで、画像・音声・ファイルは読み取れません。担当者にご相談いただけます。',
  },
  unknownMenu: {
    zh: '这个入口正在更新，需要的话可以先转人工。',
    en: 'This menu item is being updated. You can talk to a person meanwhile.',
    ja: 'このメニューは更新中です。担当者にご相談いただけます。',
  },
  welcome: {
    zh: '我是 {bot}，可以帮你联系人工客服。需要时发「转人工」就行。',
    en: 'I am {bot} and can put you through to a person. Write "talk to a person" when you need one.',
    ja: '{bot} です。担当者におつなぎします。必要なときは「担当者につないで」と送ってください。',
  },
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
  yesButton: { zh: '转人工', en: 'Talk to a person', ja: '担当者につなぐ' },
  againButton: { zh: '再发一次入口', en: 'Send the link again', ja: 'リンクをもう一度' },
  noButton: { zh: '不用了', en: 'Not now', ja: '不要です' },
  insteadOfYes: {
    zh: '需要人工请回复「转人工」。',
    en: 'Reply "talk to a person" if you need one.',
    ja: '必要な場合は「担当者につないで」と返信してください。',
  },
  openButton: { zh: '进入服务台', en: 'Open help desk', ja: 'サポートを開く' },
  newButton: { zh: '重新开一个', en: 'Open a new one', ja: '新しく開く' },
  reference: { zh: '编号 {ref}', en: 'Ref {ref}', ja: '番号 {ref}' },
  namelessDesk: { zh: '服务台', en: 'Help desk', ja: 'サポート窓口' },
} as const satisfies Record<string, Words>;

export type SentenceName = keyof typeof SENTENCES;
/** All sentences in the wording in force. */
export type Sentences = Readonly<Record<SentenceName, Words>>;
