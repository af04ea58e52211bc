import { mkdir } from 'node:fs/promises';
import { join } from 'node:path';
import type { Page } from 'playwright-core';
import { chromiumPath, NO_CHROMIUM, startBrowser, startDemo, type Visitor, visitorOf } from './demo.ts';

/** `npm run screenshots`: each state of the page in three languages and both colour schemes, for somebody to look at. */
const FOLDER = 'screenshots';
const LANGUAGES = { zh: '中文', ja: '日本語', en: 'English' } as const;

/** Plays in English, and is looked at in all languages: the cards stay the same. */
const STATES: Readonly<Record<string, (visitor: Visitor) => Promise<unknown>>> = {
  nothing: async ({ page }) => page.locator('.empty').waitFor(),
  link: async (visitor) => {
    await visitor.write('My VPN is down, I need to talk to a person');
    await cards(visitor, 1);
  },
  'in-chinese': async (visitor) => {
    await visitor.write('打印机一直卡纸，帮我转人工');
    await cards(visitor, 1);
    await visitor.write('有人吗');
    await cards(visitor, 2);
  },
  'link-again': async (visitor) => {
    await visitor.write('talk to a human');
    await cards(visitor, 1);
    await visitor.write('talk to a human');
    await cards(visitor, 2);
  },
  desk: async (visitor) => {
    await visitor.write('My VPN is down, I need to talk to a person');
    await visitor.press('Open help desk');
  },
  unsure: async (visitor) => {
    await visitor.write('Is anyone there?');
    await cards(visitor, 1);
  },
  yes: async (visitor) => {
    await visitor.write('Is anyone there?');
    await visitor.press('Talk to a person');
    await cards(visitor, 2);
  },
  no: async (visitor) => {
    await visitor.write('Is anyone there?');
    await visitor.press('Not now');
    await visitor.page.locator('.card').getByText('nothing was created').waitFor();
  },
  question: async (visitor) => {
    await visitor.write('How do I book a room?');
    await cards(visitor, 1);
  },
  picture: async (visitor) => {
    await visitor.page.locator('#picture').click();
    await cards(visitor, 1);
  },
  'welcome-and-menu': async (visitor) => {
    await visitor.page.locator('#enter').click();
    await cards(visitor, 1);
    await visitor.page.locator('[data-menu=faq]').click();
    await cards(visitor, 2);
  },
  group: async (visitor) => {
    await visitor.choose('Project group');
    await visitor.write('talk to a human');
    await cards(visitor, 1);
  },
  'no-access': withTrouble('154402, no access', (visitor) => cards(visitor, 1)),
  late: withTrouble('Events 20 min late', (visitor) => cards(visitor, 1)),
  'old-card': withTrouble('Cards 2.0 refused', (visitor) => cards(visitor, 1)),
  'no-card': withTrouble('All cards refused', ({ page }) => page.locator('#chat .bot .bubble').waitFor()),
  // The person is told when it has gone on for 20 s, at the next try.
  'still-trying': withTrouble('155000', (visitor) => cards(visitor, 1, 60_000)),
  recovered: async (visitor) => {
    await visitor.choose('155000');
    await visitor.write('talk to a human');
    await cards(visitor, 1, 60_000);
    await visitor.choose('All is well');
    await cards(visitor, 2, 60_000);
  },
};

function withTrouble(trouble: string, until: (visitor: Visitor) => Promise<unknown>) {
  return async (visitor: Visitor) => {
    await visitor.choose(trouble);
    await visitor.write('talk to a human');
    await until(visitor);
  };
}

const cards = ({ page }: Visitor, count: number, timeout = 15_000) =>
  page
    .locator('.card')
    .nth(count - 1)
    .waitFor({ timeout });

async function shoot(page: Page, name: string): Promise<void> {
  for (const [language, choice] of Object.entries(LANGUAGES)) {
    // Under the panel of a service chat the choice of language stays where it is.
    await page.getByRole('radio', { name: choice }).check();
    for (const colorScheme of ['light', 'dark'] as const) {
      await page.emulateMedia({ colorScheme });
      await page.screenshot({ path: join(FOLDER, `${name}-${language}-${colorScheme}.png`) });
    }
  }
}

async function main(wanted: readonly string[]): Promise<void> {
  if (!chromiumPath) throw new Error(NO_CHROMIUM);
  await mkdir(FOLDER, { recursive: true });
  const [demo, browser] = await Promise.all([startDemo(), startBrowser()]);
  try {
    const page = await browser.newPage({
      viewport: { width: 1180, height: 760 },
      locale: 'en',
      reducedMotion: 'reduce',
    });
    await page.goto(demo.url);
    const visitor = visitorOf(page);
    for (const [name, play] of Object.entries(STATES)) {
      if (wanted.length > 0 && !wanted.includes(name)) continue;
      await visitor.arrive();
      await visitor.choose('All is well');
      await play(visitor);
      await shoot(page, name);
      process.stdout.write(`${name}\n`);
    }
  } finally {
    await browser.close();
    await demo.stop();
  }
}

await main(process.argv.slice(2));
