import { describe, expect, test } from 'vitest';
import type { ChatId, OpenId, ServiceChat } from '../src/bot.ts';
import { endReuse, type Ledger, PLACES, type Quota } from '../src/ledger.ts';
import { type OpenedStore, openedStores, until } from './support/service.ts';
import { openStore } from './support/store.ts';

const PERSON = 'ou_1' as OpenId;
const CHAT: ServiceChat = { chatId: 'oc_1' as ChatId, ticketId: '7', openedAt: 5 };
const A_WHILE = 60_000;

const openLedger = async (store: OpenedStore): Promise<Ledger> => (await openStore(store)).ledger;

const quota = (limits: Partial<Quota>): Quota => ({
  name: 'all',
  calls: 1_000,
  windowMs: 60_000,
  spacingMs: 0,
  ...limits,
});

describe.each(openedStores())('on %s', (store) => {
  test('of many asks of one person at once, exactly one goes on', async () => {
    const ledger = await openLedger(store);
    const claims = await Promise.all(Array.from({ length: 20 }, (_, n) => ledger.claim(PERSON, `h${n}`, 0, A_WHILE)));
    expect(claims.map(({ state }) => state).sort()).toEqual([...Array(19).fill('busy'), 'mine']);
  });

  test('the same job may claim again, after a crash', async () => {
    const ledger = await openLedger(store);
    await ledger.claim(PERSON, 'h1', 0, A_WHILE);
    expect(await ledger.claim(PERSON, 'h1', 0, A_WHILE)).toEqual({ state: 'mine' });
  });

  test('a kept chat answers every ask until its link is sent, then those that were made before its end', async () => {
    const ledger = await openLedger(store);
    const kept = { state: 'chat', chat: CHAT };
    const end = Date.now() + 30_000;
    await ledger.claim(PERSON, 'h1', 0, A_WHILE);
    await ledger.keep(PERSON, CHAT, A_WHILE);
    expect(await ledger.claim(PERSON, 'h2', end + 1, A_WHILE)).toEqual(kept);
    await ledger.endAt(PERSON, CHAT, end);
    expect(await ledger.claim(PERSON, 'h3', end, A_WHILE)).toEqual(kept);
    expect(await ledger.claim(PERSON, 'h4', end + 1, A_WHILE)).toEqual({ state: 'mine' });
    expect(await ledger.claim(PERSON, 'h5', end, A_WHILE)).toEqual({ state: 'busy' });
  });

  test('a late link ends nothing but the reuse of its own chat', async () => {
    const ledger = await openLedger(store);
    await ledger.claim(PERSON, 'h1', 0, A_WHILE);
    await ledger.endAt(PERSON, CHAT, 1);
    expect(await ledger.claim(PERSON, 'h2', 5, A_WHILE)).toEqual({ state: 'busy' });
    await ledger.keep(PERSON, CHAT, A_WHILE);
    await ledger.endAt(PERSON, { ...CHAT, chatId: 'oc_2' as ChatId }, 1);
    expect(await ledger.claim(PERSON, 'h2', 5, A_WHILE)).toEqual({ state: 'chat', chat: CHAT });
  });

  test('a reuse that is ended answers nobody any more, and only the chat that is meant ends', async () => {
    const ledger = await openLedger(store);
    expect(await ledger.kept(PERSON)).toBeUndefined();
    await ledger.claim(PERSON, 'h1', 0, A_WHILE);
    expect(await ledger.kept(PERSON)).toBeUndefined();
    await ledger.keep(PERSON, CHAT, A_WHILE);
    expect(await ledger.kept(PERSON)).toEqual(CHAT);
    await endReuse(ledger, PERSON, ({ openedAt }) => openedAt === CHAT.openedAt + 1);
    expect(await ledger.claim(PERSON, 'h2', 5, A_WHILE)).toEqual({ state: 'chat', chat: CHAT });
    await endReuse(ledger, PERSON, ({ openedAt }) => openedAt === CHAT.openedAt);
    expect(await ledger.claim(PERSON, 'h3', 5, A_WHILE)).toEqual({ state: 'mine' });
  });

  test('a claim ends by its own job, or by time', async () => {
    const ledger = await openLedger(store);
    await ledger.claim(PERSON, 'h1', 0, A_WHILE);
    await ledger.release(PERSON, 'h2');
    expect(await ledger.claim(PERSON, 'h2', 0, A_WHILE)).toEqual({ state: 'busy' });
    await ledger.release(PERSON, 'h1');
    expect(await ledger.claim(PERSON, 'h2', 0, 1)).toEqual({ state: 'mine' });
    await expect.poll(() => ledger.claim(PERSON, 'h3', 0, A_WHILE)).toEqual({ state: 'mine' });
  });

  test('moments are handed out one by one, so far apart as the quota says', async () => {
    const ledger = await openLedger(store);
    const started = performance.now();
    const taken = await Promise.all(
      Array.from({ length: 40 }, async () => {
        const { inMs } = await ledger.reserve([quota({ spacingMs: 20 })], A_WHILE);
        return performance.now() - started + inMs;
      }),
    );
    const moments = taken.sort((a, b) => a - b);
    expect(moments.at(-1)).toBeGreaterThanOrEqual(39 * 20);
    expect(moments.at(-1)).toBeLessThan(39 * 20 + 1_000);
  });

  test('a full window gives nothing before its oldest moment has left it', async () => {
    const ledger = await openLedger(store);
    const three = quota({ calls: 3, windowMs: 5_000 });
    for (const _ of [1, 2, 3]) expect(await ledger.reserve([three], 1_000)).toMatchObject({ taken: true });
    const full = await ledger.reserve([three], 1_000);
    expect(full.taken).toBe(false);
    expect(full.inMs).toBeGreaterThan(4_000);
    expect(full.inMs).toBeLessThanOrEqual(5_000);
    expect(await ledger.reserve([three], 10_000)).toMatchObject({ taken: true });
  });

  test('a moment that was missed makes room for the next one of the same call, and only there', async () => {
    const ledger = await openLedger(store);
    const [all, one] = [quota({ calls: 3, spacingMs: 50 }), quota({ name: 'one', calls: 3 })];
    const first = await ledger.reserve([all, one], 10_000);
    for (const _ of [2, 3]) await ledger.reserve([all, one], 10_000);
    expect(await ledger.reserve([all, one], 10_000)).toMatchObject({ taken: false });
    const next = await ledger.reserve([all, one], 10_000, first.moment);
    expect(next).toMatchObject({ taken: true });
    expect(Number(next.moment) - Number(first.moment)).toBeGreaterThanOrEqual(149);
    expect(await ledger.reserve([all, one], 10_000)).toMatchObject({ taken: false });
    expect(await ledger.reserve([all, one], 2 * A_WHILE)).toMatchObject({ taken: true });
  });

  test('a missed moment that others have taken over since makes no room any more', async () => {
    const ledger = await openLedger(store);
    const two = quota({ calls: 2, windowMs: 200 });
    const missed = await ledger.reserve([two], 0);
    await until(async () => (await ledger.reserve([two], 0)).taken, 'the second moment');
    await until(async () => (await ledger.reserve([two], 0)).taken, 'the first to leave the window');
    const full = quota({ calls: 2, windowMs: A_WHILE });
    await until(async () => !(await ledger.reserve([full], 0)).taken, 'a full window');
    expect(await ledger.reserve([full], 1_000, missed.moment)).toMatchObject({ taken: false });
  });

  test("one person's full window takes no moment from everybody's", async () => {
    const ledger = await openLedger(store);
    const [all, one, other] = [
      quota({ spacingMs: 50 }),
      quota({ name: 'one', calls: 1 }),
      quota({ name: 'other', calls: 1 }),
    ];
    expect(await ledger.reserve([all, one], 1_000)).toMatchObject({ taken: true });
    expect(await ledger.reserve([all, one], 1_000)).toMatchObject({ taken: false });
    const { taken, inMs } = await ledger.reserve([all, other], 1_000);
    expect(taken).toBe(true);
    expect(inMs).toBeLessThanOrEqual(50);
  });

  test('a pause holds everybody, and a shorter one does not end a longer', async () => {
    const ledger = await openLedger(store);
    await ledger.pause(quota({}), 5_000);
    await ledger.pause(quota({}), 10);
    const { taken, inMs } = await ledger.reserve([quota({})], 1_000);
    expect(taken).toBe(false);
    expect(inMs).toBeGreaterThan(4_000);
    expect(await ledger.paused(quota({}))).toBeGreaterThan(4_000);
    expect(await ledger.paused(quota({ name: 'another' }))).toBe(0);
    expect(await ledger.reserve([quota({ name: 'another' })], 1_000)).toMatchObject({ taken: true });
  });

  test('of many who do a deed at once, one is the first, and again when its time is over', async () => {
    const ledger = await openLedger(store);
    const firsts = await Promise.all(Array.from({ length: 10 }, () => ledger.first('greeted', A_WHILE)));
    expect(firsts.filter(Boolean)).toHaveLength(1);
    expect(await ledger.first('greeted', A_WHILE)).toBe(false);
    await ledger.first('alerted', 1);
    await expect.poll(() => ledger.first('alerted', A_WHILE)).toBe(true);
  });

  test('of many who do a deed at once each has a place of its own, and keeps it when it comes again', async () => {
    const ledger = await openLedger(store);
    const row = ['a', 'b', 'c', 'd'];
    const places = await Promise.all(row.map((by) => ledger.placeOf('guided', by, A_WHILE)));
    expect(places.toSorted()).toEqual([1, 2, 3, 4]);
    expect(await Promise.all(row.map((by) => ledger.placeOf('guided', by, A_WHILE)))).toEqual(places);
    expect(await ledger.placeOf('welcomed', 'b', A_WHILE)).toBe(1);
  });

  test('places are given out anew when their time is over or they are forgotten, and the row does not grow for ever', async () => {
    const ledger = await openLedger(store);
    for (let n = 1; n <= PLACES + 3; n += 1)
      expect(await ledger.placeOf('row', `e${n}`, A_WHILE)).toBe(Math.min(n, PLACES + 1));
    await ledger.forget('row');
    expect(await ledger.placeOf('row', 'e5', A_WHILE)).toBe(1);
    await ledger.placeOf('short', 'e1', 1);
    await expect.poll(() => ledger.placeOf('short', 'e2', A_WHILE)).toBe(1);
  });

  test('a person is served while an ask of theirs is at work, and until their chat has ended', async () => {
    const ledger = await openLedger(store);
    expect(await ledger.served(PERSON)).toBe(false);
    await ledger.claim(PERSON, 'h1', 0, A_WHILE);
    expect(await ledger.served(PERSON)).toBe(true);
    await ledger.keep(PERSON, CHAT, A_WHILE);
    await ledger.endAt(PERSON, CHAT, Date.now() + A_WHILE);
    expect(await ledger.served(PERSON)).toBe(true);
    await ledger.endAt(PERSON, CHAT, Date.now() - 1);
    expect(await ledger.served(PERSON)).toBe(false);
  });
});
