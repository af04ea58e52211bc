import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { existsSync } from 'node:fs';
import { createInterface } from 'node:readline';
import { type Browser, chromium, type Page } from 'playwright-core';

const USUAL_PLACES = [
  '/usr/bin/chromium',
  '/usr/bin/chromium-browser',
  '/usr/bin/google-chrome-stable',
  '/usr/bin/google-chrome',
];

/** The browser of this machine: CHROMIUM_PATH, or where Debian and Google put theirs. */
export const chromiumPath: string | undefined = [process.env.CHROMIUM_PATH ?? '', ...USUAL_PLACES].find(
  (path) => path !== '' && existsSync(path),
);

export const NO_CHROMIUM = 'no Chromium found: apt-get install chromium, or set CHROMIUM_PATH';

/** As root Chromium has no sandbox; it sees nothing here but a page of our own. */
export const startBrowser = (): Promise<Browser> =>
  chromium.launch({
    executablePath: chromiumPath ?? '',
    args: process.getuid?.() === 0 ? ['--no-sandbox'] : [],
  });

export interface Demo {
  readonly url: string;
  /** As Ctrl-C does; answers the exit code. */
  stop(): Promise<number | null>;
}

/** `npm run demo` as people run it: resolves when it has played its script and serves the page. */
export async function startDemo(): Promise<Demo> {
  const child = spawn(process.execPath, ['--import', 'tsx', 'demo/main.ts'], { stdio: ['ignore', 'pipe', 'inherit'] });
  return { url: await addressOf(child), stop: () => ended(child) };
}

async function addressOf(child: ChildProcess): Promise<string> {
  if (!child.stdout) throw new Error('the demo has no output');
  for await (const line of createInterface({ input: child.stdout })) {
    const [address] = /http:\S+/.exec(line.startsWith('Now you') ? line : '') ?? [];
    if (address) return address;
  }
  throw new Error('the demo ended before it served its page');
}

async function ended(child: ChildProcess): Promise<number | null> {
  if (child.exitCode !== null) return child.exitCode;
  child.kill('SIGINT');
  const [code] = await once(child, 'exit');
  return code;
}

/** What a visitor does on the page, by its English words. */
export interface Visitor {
  readonly page: Page;
  /** Becomes a colleague nobody has met, in the private chat with the bot. */
  arrive(): Promise<void>;
  write(text: string): Promise<void>;
  press(button: string): Promise<void>;
  /** By the name of a radio button. */
  choose(option: string): Promise<void>;
}

export function visitorOf(page: Page): Visitor {
  return {
    page,
    arrive: async () => {
      const people = page.getByRole('group', { name: /^(You are|你是|あなたは)$/ }).getByRole('radio');
      const before = await people.count();
      await page.locator('#newcomer').click();
      await people.nth(before).and(page.locator(':checked')).waitFor({ state: 'attached' });
      await page.locator('#places input').first().check();
    },
    write: async (text) => {
      await page.locator('#text').fill(text);
      await page.locator('#text').press('Enter');
    },
    press: (button) => page.getByRole('log', { name: 'Messages' }).getByRole('button', { name: button }).last().click(),
    choose: (option) => page.getByRole('radio', { name: option }).check(),
  };
}
