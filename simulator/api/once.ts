import { type Answer, refuse } from '../answer.ts';

const windowMs = 60 * 60 * 1000;

/** Feishu docs, send message: at most one success for each `uuid` within one hour. */
export interface Once {
  /** The answer to a repeat, if it is one; else the `uuid` counts as in flight. */
  begin(uuid: string | undefined): Answer | undefined;
  /** Nothing was sent: the `uuid` is free again. */
  forget(uuid: string | undefined): void;
  remember(uuid: string | undefined, answer: Answer): Answer;
}

/** Remembers the answer of the first success; a `uuid` in flight is refused with 230049. */
export function createOnce(now: () => number): Once {
  const inFlight = new Set<string>();
  const sent = new Map<string, { readonly at: number; readonly answer: Answer }>();
  return {
    begin(uuid) {
      if (uuid === undefined) return undefined;
      const earlier = sent.get(uuid);
      if (earlier && now() - earlier.at < windowMs) return earlier.answer;
      if (inFlight.has(uuid)) return refuse(400, 230049, 'The message is being sent.');
      inFlight.add(uuid);
      return undefined;
    },
    forget: (uuid) => void (uuid !== undefined && inFlight.delete(uuid)),
    remember(uuid, answer) {
      if (uuid === undefined) return answer;
      inFlight.delete(uuid);
      sent.set(uuid, { at: now(), answer });
      return answer;
    },
  };
}
