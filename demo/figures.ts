/** How many, by queue and state, by outcome. */
export interface Figures {
  readonly queues: Readonly<Record<string, Readonly<Record<string, number>>>>;
  readonly handoffs: Readonly<Record<string, number>>;
  readonly events: Readonly<Record<string, number>>;
}

interface Sample {
  readonly name: string;
  readonly labels: Readonly<Record<string, string>>;
  readonly value: number;
}

/** From the service's `/metrics`, in the text format of Prometheus. What is not there counts as nothing. */
export function readFigures(text: string): Figures {
  const samples = text.split('\n').flatMap(readSample);
  const queues: Record<string, Record<string, number>> = {};
  for (const { labels, value } of samples.filter(({ name }) => name === 'bullmq_job_count')) {
    const { queue = '', state = '' } = labels;
    queues[queue] = { ...queues[queue], [state]: value };
  }
  const byOutcome = (wanted: string) => {
    const sums: Record<string, number> = {};
    for (const { name, labels, value } of samples)
      if (name === wanted && labels.outcome) sums[labels.outcome] = (sums[labels.outcome] ?? 0) + value;
    return sums;
  };
  return { queues, handoffs: byOutcome('handoffs_total'), events: byOutcome('feishu_events_total') };
}

function readSample(line: string): Sample[] {
  const [, name, inner, value] = /^(\w+)\{(.*)\} (\S+)$/.exec(line) ?? [];
  if (name === undefined || inner === undefined) return [];
  const labels = Object.fromEntries(
    [...inner.matchAll(/(\w+)="([^"]*)"/g)].map(([, key = '', text = '']) => [key, text]),
  );
  return [{ name, labels, value: Number(value) }];
}
