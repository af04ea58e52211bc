import type { Fault, Simulator } from '../simulator/index.ts';

const slowDown = { code: 99991400, headers: { 'x-ogw-ratelimit-limit': '50', 'x-ogw-ratelimit-reset': '1' } };

/** What can go wrong with a call and passes by itself. The last four lie or keep silent about what they did. */
const PASSING: readonly Omit<Fault, 'api'>[] = [
  { status: 500, code: 155000 },
  { status: 502, body: '<html><body>bad gateway</body></html>' },
  { drop: 'before' },
  { hang: 'before' },
  { delayMs: 2_500 },
  // Longer than any caller waits: the effect comes when nobody listens any more.
  { delayMs: 9_000 },
  { drop: 'after' },
  { hang: 'after' },
  { status: 500, code: 155000, afterEffect: true },
];

/** Rarer: each of these makes the whole service pause for a second. */
const SLOWDOWNS: readonly Omit<Fault, 'api'>[] = [
  { status: 429, ...slowDown },
  { status: 400, ...slowDown },
];
const SLOWDOWN = 0.005;

/** One ask in this many meets a refusal that does not pass, and so ends in an apology. */
const HOPELESS = 1 / 200;

/** Feishu has bad weather until the returned function is called: so many of all calls go wrong, all kinds alike. */
export function startWeather(feishu: Simulator, share: number): () => void {
  // Faults are tried in line, each on what the ones before let pass.
  const probability = 1 - (1 - share) ** (1 / PASSING.length);
  const faults = [
    ...PASSING.map((fault) => feishu.fault({ api: 'any', probability, ...fault })),
    ...SLOWDOWNS.map((fault) => feishu.fault({ api: 'any', probability: SLOWDOWN, ...fault })),
    feishu.fault({ api: 'start_service', probability: HOPELESS, status: 404, code: 154004 }),
  ];
  return () => {
    for (const fault of faults) fault.remove();
  };
}
