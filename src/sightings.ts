import type { Instant } from './bot.ts';
import type { Ledger } from './ledger.ts';
import type { EventOutcome, Metrics } from './metrics.ts';

/** What `doctor` asks about: which events came lately, and which deliveries were refused for what. */
export type Sight = `event:${string}` | `rejected_${string}` | `menu:${'wanted' | 'unknown'}`;

const REMEMBERED_MS = 24 * 3_600_000;
const AGAIN_AFTER_MS = 60_000;

/** The metrics, with the ledger told of what is counted: of each sight once a minute, and nobody waits for it. */
export function withSightings(metrics: Metrics, ledger: Pick<Ledger, 'see'>): Metrics {
  const told = new Map<Sight, Instant>();
  const see = (sight: Sight | undefined) => {
    const now = Date.now();
    if (!sight || now - (told.get(sight) ?? 0) < AGAIN_AFTER_MS) return;
    told.set(sight, now);
    ledger.see(sight, REMEMBERED_MS).catch(() => told.delete(sight));
  };
  return {
    ...metrics,
    event: (kind, outcome, seconds) => {
      metrics.event(kind, outcome, seconds);
      void Promise.resolve(outcome).then((known) => see(sightOf(kind, known)));
    },
    decided: (decision) => {
      metrics.decided(decision);
      if (decision.rule === 'menu') see('menu:wanted');
      if (decision.rule === 'menu-unknown') see('menu:unknown');
    },
  };
}

function sightOf(kind: string, outcome: EventOutcome): Sight | undefined {
  if (outcome.startsWith('rejected_')) return outcome as `rejected_${string}`;
  return outcome === 'accepted' || outcome === 'duplicate' || outcome === 'ignored' ? `event:${kind}` : undefined;
}
