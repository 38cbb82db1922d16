import { isLithoscopeError } from "../../core/errors.ts";

/**
 * A function that asks one thing at a time: while an answer is on its way only the newest question waits, the others
 * are dropped. So a pointer that moves faster than a file is read does not build a queue.
 */
export function latestOnly<Q, A>(
  ask: (question: Q) => Promise<A>,
  take: (answer: A, question: Q) => void,
  fail: (error: unknown) => void,
): (question: Q) => void {
  let waiting: { readonly question: Q } | undefined;
  let busy = false;
  const next = async () => {
    while (waiting) {
      const { question } = waiting;
      waiting = undefined;
      try {
        take(await ask(question), question);
      } catch (error) {
        if (!isLithoscopeError(error, "Cancelled")) fail(error);
      }
    }
    busy = false;
  };
  return (question) => {
    waiting = { question };
    if (busy) return;
    busy = true;
    void next();
  };
}
