import { setTimeout as pause } from 'node:timers/promises';
import type { Simulator } from '../simulator/index.ts';
import type { Crew } from './crew.ts';
import type { Incident } from './incidents.ts';
import type { Disturbance } from './script.ts';
import type { BreakableStore } from './stores.ts';

interface Scene {
  readonly feishu: Simulator;
  readonly store: BreakableStore;
  readonly crew: Crew;
}

interface Play extends Scene {
  readonly durationMs: number;
  /** What went wrong is added as it happens. */
  readonly incidents: Incident[];
  readonly tell: (line: string) => void;
}

/** Lets everything go wrong at its time; resolves when the last of it is over. */
export async function play(
  script: readonly Disturbance[],
  { incidents, durationMs, tell, ...scene }: Play,
): Promise<void> {
  const started = performance.now();
  const one = async (disturbance: Disturbance) => {
    await pause(disturbance.at - (performance.now() - started));
    const incident: Incident = { what: nameOf(disturbance), from: Date.now() };
    incidents.push(incident);
    tell(`${((performance.now() - started) / 1000).toFixed(1).padStart(6)} s  ${incident.what}`);
    await cause(disturbance, scene, incident);
    incident.to = Date.now();
  };
  await Promise.all([...script.map(one), pause(durationMs)]);
}

async function cause(disturbance: Disturbance, { feishu, store, crew }: Scene, incident: Incident): Promise<void> {
  switch (disturbance.what) {
    case 'kill':
      return crew.kill(disturbance.role, disturbance.downMs);
    case 'strike':
      await nextTicket(feishu);
      await pause(disturbance.delayMs);
      incident.from = Date.now();
      return crew.killAll('worker', disturbance.downMs);
    case 'outage':
      return store.takeAway(disturbance.how, disturbance.lastsMs);
    case 'restart':
      return crew.restart();
    case 'disconnect':
      return disturbance.how === 'silence' ? feishu.connections.silence() : feishu.connections.end(disturbance.how);
  }
}

function nameOf(disturbance: Disturbance): string {
  if (disturbance.what === 'kill') return `kill -9 of a ${disturbance.role}`;
  if (disturbance.what === 'strike') return 'kill -9 of every worker, just after Feishu has opened a ticket';
  if (disturbance.what === 'disconnect') return `all long connections: ${disturbance.how}`;
  if (disturbance.what === 'restart') return 'SIGTERM, one after the other';
  return `outage of the store: ${disturbance.how} for ${(disturbance.lastsMs / 1000).toFixed(1)} s`;
}

/** Waits for the next ticket, 3 s at most: there may be no more. */
async function nextTicket(feishu: Simulator): Promise<void> {
  const before = feishu.tickets.length;
  await feishu.waitFor(() => feishu.tickets.length > before, { timeoutMs: 3_000 }).catch(() => {});
}
