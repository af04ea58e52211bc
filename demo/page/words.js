/** @typedef {import('./card.js').Language} Language */

/** What the page itself says. Sentences of the bot are not here: they come with its messages. */
const WORDS = {
  language: ['语言', 'Language', '言語'],
  personTitle: ['飞书', 'Feishu', 'Feishu'],
  you: ['你是', 'You are', 'あなたは'],
  newcomer: ['新同事', 'New colleague', '新しい同僚'],
  colleague: ['同事 {n}', 'Colleague {n}', '同僚 {n}'],
  places: ['会话', 'Chats', 'チャット'],
  group: ['项目群', 'Project group', 'プロジェクト'],
  messages: ['消息', 'Messages', 'メッセージ'],
  examples: ['可以这样说', 'Things to say', '入力例'],
  menu: ['机器人菜单', 'Bot menu', 'ボットメニュー'],
  write: ['写消息', 'Write a message', 'メッセージを書く'],
  toBot: ['发消息给 {bot}', 'Message {bot}', '{bot} へメッセージ'],
  toGroup: ['@{bot}', '@{bot}', '@{bot}'],
  send: ['发送', 'Send', '送信'],
  menuHuman: ['转人工', 'Talk to a person', '担当者につなぐ'],
  menuOther: ['常见问题', 'FAQ', 'よくある質問'],
  picture: ['发图片', 'Send a picture', '画像を送る'],
  enter: ['重新进入', 'Enter again', '入り直す'],
  aPicture: ['图片', 'Picture', '画像'],
  pressedMenu: ['点了菜单「{text}」', 'Pressed “{text}” in the menu', 'メニュー「{text}」を押しました'],
  entered: ['进入了会话', 'Entered the chat', 'チャットに入りました'],
  empty: [
    '说点什么，或点下面的菜单。',
    'Say something, or press a button of the menu below.',
    '何か書くか、下のメニューを押してください。',
  ],
  replyTo: ['回复：{text}', 'Reply to: {text}', '返信先：{text}'],
  unanswered: ['机器人没有及时响应，请重试', 'The bot did not respond. Please try again', 'ボットが応答しませんでした'],
  demoAway: ['演示程序没有响应', 'The demo does not answer', 'デモが応答しません'],
  wireUp: ['实时', 'live', 'ライブ'],
  wireDown: ['连接已断开，正在重连…', 'disconnected, trying again …', '切断されました。再接続中…'],

  back: ['返回', 'Back', '戻る'],
  deskTitle: ['服务台会话', 'Help-desk chat', 'サポートチャット'],
  elsewhereTitle: ['外部链接', 'A link that leads out', '外部リンク'],
  leadsTo: ['按钮打开的链接', 'Where the button leads', 'ボタンのリンク先'],
  deskOpened: [
    '飞书会打开这个会话。演示到这里为止，没有访问任何外部地址。',
    'Feishu would open this chat. The demo ends here: nothing outside was asked for.',
    'Feishu ならこのチャットが開きます。デモはここまでで、外部には接続していません。',
  ],
  elsewhere: [
    '飞书会打开这个页面，例如服务台自己的入口。演示没有访问它。',
    'Feishu would open this page, such as the desk’s own. The demo did not ask for it.',
    'Feishu ならこのページ（窓口の入口など）が開きます。デモは接続していません。',
  ],
  ticket: ['工单', 'Ticket', 'チケット'],
  noteForAgent: ['客服先看到', 'The agent reads first', '担当者が最初に読む内容'],
  closeTicket: ['（客服）结束这个工单', '(Agent) close the ticket', '（担当者）対応を完了する'],
  ticketClosed: ['工单已结束', 'The ticket is closed', 'チケットは完了しました'],

  operations: ['运维视角', 'Operations', '運用'],
  troubles: ['制造故障', 'Make trouble', '障害を起こす'],
  none: ['一切正常', 'All is well', '正常'],
  failing: [
    '155000 服务台出错，20 秒后告知用户',
    '155000, desk fails; told after 20 s',
    '155000 窓口が失敗、20 秒後に本人へ通知',
  ],
  limited: ['429，3 秒后重置', '429, reset in 3 s', '429、3 秒後に解除'],
  'no-access': ['154402 无权限', '154402, no access', '154402 対象外'],
  slow: ['服务台慢 4 秒', 'Desk slow by 4 s', '窓口が 4 秒遅い'],
  lost: ['建了会话，响应丢失', 'Answer lost', '開設後に応答消失'],
  late: ['事件晚到 20 分钟', 'Events 20 min late', 'イベントが 20 分遅延'],
  'old-card': ['不收 2.0 卡片', 'Cards 2.0 refused', 'カード 2.0 を拒否'],
  'no-card': ['不收任何卡片', 'All cards refused', 'カードをすべて拒否'],
  redeliver: ['把上一个事件再投递一次', 'Deliver the last event again', '直前のイベントを再配信'],

  decisionTitle: ['怎么理解这句话', 'How it was read', '意図の判定'],
  noDecision: ['还没有消息。', 'No message yet.', 'まだメッセージがありません。'],
  human: ['转人工', 'a human', '有人対応'],
  unsure: ['不确定，先问', 'unsure: ask', '不確か・確認する'],
  other: ['与转人工无关', 'something else', '対象外'],
  cancel: ['不要人工', 'no human wanted', '有人対応は不要'],
  rule: ['规则', 'rule', 'ルール'],

  figures: ['队列', 'Queues', 'キュー'],
  waiting: ['等待', 'waiting', '待機'],
  active: ['处理中', 'active', '処理中'],
  delayed: ['延后', 'delayed', '延期'],
  completed: ['完成', 'done', '完了'],
  failed: ['失败', 'failed', '失敗'],

  record: ['飞书看到的', 'What Feishu saw', 'Feishu が見たもの'],
  didWrite: ['{who} 发消息', '{who} writes', '{who} が送信'],
  didPicture: ['{who} 发图片', '{who} sends a picture', '{who} が画像を送信'],
  didMenu: ['{who} 点菜单 {text}', '{who} presses {text}', '{who} がメニュー {text}'],
  didEnter: ['{who} 进入会话', '{who} enters the chat', '{who} がチャットに入る'],
  event: ['事件 {what}', 'event {what}', 'イベント {what}'],
  again: ['第 {n} 次', 'no. {n}', '{n} 回目'],
  noAnswer: ['无响应', 'no answer', '応答なし'],
  dropped: ['响应丢失', 'answer lost', '応答消失'],
  sent: ['消息 → {who}', 'message → {who}', 'メッセージ → {who}'],
  changed: ['卡片已更新', 'card updated', 'カード更新'],
  opened: ['为 {who} 创建会话', 'chat opened for {who}', '{who} のチャットを開設'],
  closed: ['客服结束了工单', 'an agent closed the ticket', '担当者がチケットを完了'],
};

/** @typedef {keyof typeof WORDS} Name */

const PLACES = { zh: 0, en: 1, ja: 2 };

/**
 * @param {Language} lang
 * @param {Name} name
 * @param {Readonly<Record<string, string | number>>} [facts]
 * @returns {string}
 */
export function say(lang, name, facts = {}) {
  const words = WORDS[name][PLACES[lang]] ?? '';
  return words.replace(/\{(\w+)\}/g, (_, fact) => String(facts[fact] ?? ''));
}

/**
 * Whether the page has words of this name; names from index.html are data.
 *
 * @param {string | undefined} name
 * @returns {name is Name}
 */
export const isName = (name) => name !== undefined && Object.hasOwn(WORDS, name);

/** One that asks for a human, one that may, one that does not, and one that takes it back. */
export const EXAMPLES = {
  zh: ['打印机一直卡纸，帮我转人工', '有人吗', '年假还剩几天怎么查？', '不用转人工了'],
  en: [
    'My VPN is down, I need to talk to a person',
    'Is anyone there?',
    'How do I book a room?',
    'No need for an agent',
  ],
  ja: ['VPN が切れました。担当者につないでください', '誰かいますか', '有給は何日残っていますか', '担当者は不要です'],
};

const PEOPLE = [
  ['林晓', 'Lin', '林'],
  ['佐藤', 'Sato', '佐藤'],
  ['艾玛', 'Emma', 'エマ'],
];

/** @param {Language} lang @param {number} index */
export const nameOf = (lang, index) => PEOPLE[index]?.[PLACES[lang]] ?? say(lang, 'colleague', { n: index + 1 });
