import type { Recording } from './record.ts';

export interface WaitOptions {
  /** 10 s unless given. */
  readonly timeoutMs?: number;
  /** Named in the complaint when it never comes: "a link for ou_…". */
  readonly what?: string;
}

/**
 * Resolves with the first truthy value of `look`, tried now and after every change of the record; there is no polling.
 * Rejects after the timeout, or when `closed` fires, and tells what happened instead.
 */
export function waitUntil<T>(
  recording: Recording,
  look: () => T,
  { timeoutMs = 10_000, what = 'the expected state' }: WaitOptions,
  closed: AbortSignal,
): Promise<NonNullable<T>> {
  return new Promise((resolve, reject) => {
    const give = (settle: () => void) => {
      clearTimeout(timer);
      stopListening();
      closed.removeEventListener('abort', onClose);
      settle();
    };
    const complain = (why: string) =>
      give(() => reject(new Error(`${why} while waiting for ${what}. ${summary(recording)}`)));
    const tryNow = () => {
      try {
        const found = look();
        if (found) give(() => resolve(found));
      } catch (error) {
        give(() => reject(error));
      }
    };
    const onClose = () => complain('The simulator was closed');
    const timer = setTimeout(() => complain(`${timeoutMs} ms went by`), timeoutMs);
    const stopListening = recording.listen(tryNow);
    closed.addEventListener('abort', onClose);
    tryNow();
  });
}

/** What was seen, newest last, short enough for a test's failure. */
export function summary({ calls, tickets, messages, deliveries }: Recording): string {
  const lines = [
    `deliveries ${deliveries.length}`,
    ...deliveries
      .slice(-8)
      .map((one) => `  ${one.eventType ?? 'raw body'} #${one.attempt}: ${one.status} in ${one.ms} ms`),
    `calls ${calls.length}`,
    ...calls.slice(-15).map((one) => `  ${one.api} ${one.outcome} ${one.status ?? '-'} ${one.code ?? '-'}`),
    `tickets ${tickets.length}, messages ${messages.length}`,
    ...messages.slice(-8).map((one) => `  to ${one.to}: ${one.text.replaceAll('\n', ' | ').slice(0, 100)}`),
  ];
  return `Seen so far: ${lines.join('\n')}`;
}
