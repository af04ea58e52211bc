import type { Browser } from 'playwright-core';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, onTestFinished, test } from 'vitest';
import { chromiumPath, type Demo, NO_CHROMIUM, startBrowser, startDemo, type Visitor, visitorOf } from './demo.ts';

const TITLE = chromiumPath ? 'the demo page' : `the demo page (skipped: ${NO_CHROMIUM})`;

describe.skipIf(!chromiumPath)(TITLE, () => {
  let demo: Demo;
  let browser: Browser;
  let visitor: Visitor;
  const asked = new Set<string>();
  const complaints: string[] = [];

  beforeAll(async () => {
    [demo, browser] = await Promise.all([startDemo(), startBrowser()]);
    const page = await browser.newPage({ locale: 'en', reducedMotion: 'reduce' });
    page.setDefaultTimeout(15_000);
    page.on('request', (one) => asked.add(new URL(one.url()).origin));
    page.on('pageerror', ({ message }) => complaints.push(message));
    page.on('console', (message) => message.type() === 'error' && complaints.push(message.text()));
    await page.goto(demo.url);
    visitor = visitorOf(page);
  }, 60_000);
  afterAll(async () => {
    await browser?.close();
    expect(await demo?.stop()).toBe(0);
  });

  beforeEach(() => visitor.arrive());
  afterEach(() => {
    expect([...asked], 'nobody but the demo is asked').toEqual([new URL(demo.url).origin]);
    expect(complaints).toEqual([]);
  });

  const lastCard = () => visitor.page.locator('.card').last();
  const deskLink = () => visitor.page.locator('.card').getByRole('button', { name: 'Open help desk' });

  test('asking for a person leads to a service chat', async () => {
    const { page } = visitor;
    await visitor.write('My VPN is down, I need to talk to a person');
    await deskLink().click();
    const chat = page.getByRole('region', { name: 'Help-desk chat' });
    await chat.getByText('https://applink.feishu.cn/client/chat/open?openChatId=oc_').waitFor();
    await chat.getByText('My VPN is down').waitFor();
    await page.keyboard.press('Escape');
    await deskLink().and(page.locator(':focus')).waitFor();
    expect(await page.locator('#decision').innerText()).toContain('a human');
    expect(await page.locator('#decision mark').allInnerTexts()).not.toEqual([]);
    expect(await page.locator('#record').innerText()).toMatch(/start_service\s+200/);
  });

  test('the menu button leads there too', async () => {
    await visitor.page
      .getByRole('group', { name: 'Bot menu' })
      .getByRole('button', { name: 'Talk to a person' })
      .click();
    await deskLink().waitFor();
  });

  test('an unsure message is asked about; "yes" changes the card and brings the link', async () => {
    await visitor.write('Is anyone there?');
    await visitor.press('Talk to a person');
    await visitor.page.getByRole('status').getByText('I will send you the link').waitFor();
    await deskLink().waitFor();
    expect(await visitor.page.locator('.card').first().innerText()).toContain('All right, I will send you the link.');
  });

  test('"no" says so, and opens nothing', async () => {
    await visitor.write('Is anyone there?');
    await visitor.press('Not now');
    await lastCard().getByText('nothing was created').waitFor();
    expect(await lastCard().locator('header').getAttribute('data-template')).toBe('grey');
    expect(await deskLink().count()).toBe(0);
  });

  test('in another language the page and every card speak it', async () => {
    onTestFinished(() => visitor.choose('English'));
    await visitor.write('talk to a human');
    await deskLink().waitFor();
    await visitor.choose('中文');
    await lastCard().getByRole('button', { name: '进入服务台' }).waitFor();
    expect(await visitor.page.locator('html').getAttribute('lang')).toBe('zh-CN');
    await visitor.choose('日本語');
    await lastCard().getByRole('button', { name: 'サポートを開く' }).waitFor();
    await visitor.page.getByRole('button', { name: '送信' }).waitFor();
    await visitor.page.reload();
    await visitor.page.getByRole('button', { name: '送信' }).waitFor();
  });

  test('a person outside the desk is told calmly, and gets a chat once it lets them in', async () => {
    onTestFinished(() => visitor.choose('All is well'));
    await visitor.choose('154402, no access');
    await visitor.write('talk to a human');
    await lastCard().getByText('outside the "IT 服务台" desk').waitFor();
    expect(await visitor.page.locator('#chat').innerText()).not.toContain('154402');
    await visitor.page.locator('#record').getByText('154402').waitFor();
    await visitor.choose('All is well');
    await visitor.write('talk to a human');
    await visitor.page.locator('.card').nth(1).getByRole('button', { name: 'Open help desk' }).waitFor();
  });

  test('a desk that wants fewer calls is waited for: the link comes by itself', async () => {
    onTestFinished(() => visitor.choose('All is well'));
    await visitor.choose('429, reset in 3 s');
    await visitor.write('talk to a human');
    await visitor.page.locator('#record').getByText('99991400').first().waitFor();
    expect(await deskLink().count()).toBe(0);
    await visitor.choose('All is well');
    await deskLink().waitFor();
  });

  test('an answer that got lost costs the person nothing: one chat, one link', async () => {
    onTestFinished(() => visitor.choose('All is well'));
    await visitor.choose('Answer lost');
    await visitor.write('talk to a human');
    await visitor.page.locator('#record').getByText('answer lost').waitFor();
    await deskLink().waitFor();
    const { page } = visitor;
    const person = await page.locator('#people label:has(:checked)').innerText();
    expect(await page.locator('#record').getByText(`chat opened for ${person}`, { exact: true }).count()).toBe(1);
  });

  test('delivered again, the same event changes nothing', async () => {
    await visitor.write('talk to a human');
    await deskLink().waitFor();
    await visitor.page.getByRole('button', { name: 'Deliver the last event again' }).click();
    await visitor.page.locator('#record').getByText('no. 2').waitFor();
    await visitor.write('Is anyone there?');
    await visitor.page.locator('.card').nth(1).waitFor();
    expect(await deskLink().count()).toBe(1);
  });

  test('a chat that is open comes back with a second button, which opens a new one', async () => {
    await visitor.write('talk to a human');
    await deskLink().waitFor();
    await visitor.write('talk to a human');
    await visitor.press('Open a new one');
    await deskLink().nth(1).waitFor();
    await visitor.page.locator('#record').getByText('chat opened').nth(1).waitFor();
  });

  test('when the agent has closed the ticket, asking again opens a new chat', async () => {
    await visitor.write('talk to a human');
    await deskLink().click();
    const desk = visitor.page.getByRole('region', { name: 'Help-desk chat' });
    await desk.getByRole('button', { name: '(Agent) close the ticket' }).click();
    await desk.getByText('The ticket is closed').waitFor();
    await visitor.page.locator('#record').getByText('ticket.updated').waitFor();
    await desk.getByRole('button', { name: 'Back' }).click();
    await visitor.write('talk to a human');
    await deskLink().nth(1).waitFor();
    expect(await visitor.page.getByRole('button', { name: 'Open a new one' }).count()).toBe(0);
  });

  test('whoever enters is welcomed, and finds a way to a human on the card', async () => {
    await visitor.page.getByRole('button', { name: 'Enter again' }).click();
    await visitor.press('Talk to a person');
    await deskLink().waitFor();
  });

  test('a picture is answered with a guide', async () => {
    await visitor.page.getByRole('button', { name: 'Send a picture' }).click();
    await lastCard().getByText('I can read text only').waitFor();
  });

  test('in a group the bot answers briefly, and the link is private', async () => {
    await visitor.choose('Project group');
    await visitor.write('talk to a human');
    await lastCard().getByText('privately').waitFor();
    expect(await deskLink().count()).toBe(0);
    await visitor.page.getByRole('radio', { name: 'IT 助手' }).check();
    await deskLink().waitFor();
  });

  test('what people write never becomes HTML', async () => {
    const text = '<img src=x onerror=alert(1)> <b>转人工</b>';
    await visitor.write(text);
    await visitor.page.locator('#chat .mine').getByText(text).waitFor();
    await visitor.page.locator('#decision').getByText('<img').waitFor();
    expect(await visitor.page.locator('#chat img, #chat b, #decision img').count()).toBe(0);
  });

  test.each([360, 768, 1280])('nothing lies outside a window %d px wide', async (width) => {
    onTestFinished(() => visitor.page.setViewportSize({ width: 1280, height: 800 }));
    await visitor.page.setViewportSize({ width, height: 800 });
    await visitor.write('talk to a human');
    await deskLink().waitFor();
    expect(await visitor.page.evaluate('document.documentElement.scrollWidth')).toBeLessThanOrEqual(width);
  });
});
