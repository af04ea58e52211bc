import type { Handlers } from '../src/bot.ts';

/** A press on a menu item that means "a human, please" is an ask; other items belong to somebody else. */
export function createMenuHandler({
  handoffKeys,
}: {
  readonly handoffKeys: readonly string[];
}): Handlers['events']['menu'] {
  return async ({ person, at, key }, { requestHandoff, decided }) => {
    const wanted = handoffKeys.includes(key);
    decided(wanted ? { decision: 'human', rule: 'menu' } : { decision: 'other', rule: 'menu-unknown' });
    if (wanted) await requestHandoff({ person, at, source: 'menu', menuKey: key });
    return undefined;
  };
}
