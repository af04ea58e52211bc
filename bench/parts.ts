import type { Ground } from './contestants.ts';
import { benchDrain, showDrain } from './drain.ts';
import { benchGrowth, showGrowth } from './growth.ts';
import { benchIntent, showIntent } from './intent.ts';
import { benchLink, showLink } from './link.ts';
import { benchReceive, showReceive } from './receive.ts';
import type { Scale } from './scale.ts';
import { benchStarts, showStarts } from './starts.ts';

export type PartName = 'receive' | 'link' | 'drain' | 'intent' | 'growth' | 'start';

interface Measured {
  /** For `results.json`. */
  readonly rows: unknown;
  /** For people. */
  readonly text: string;
}

type Part = (ground: Ground, scale: Scale) => Promise<Measured>;

/** What can be measured, in the order it is. */
export const PARTS: Readonly<Record<PartName, Part>> = {
  start: async (ground, scale) => shown(await benchStarts(ground, scale), showStarts),
  intent: async () => shown(benchIntent(), showIntent),
  receive: async (ground, scale) => shown(await benchReceive(ground, scale), showReceive),
  link: async (ground, scale) => shown(await benchLink(ground, scale), showLink),
  growth: async ({ redis, postgres }, { kept }) => shown(await benchGrowth(redis.url, postgres.url, kept), showGrowth),
  drain: async (ground, scale) => shown(await benchDrain(ground, scale), showDrain),
};

const shown = <Rows>(rows: Rows, show: (rows: Rows) => string): Measured => ({ rows, text: show(rows) });
