import type { Executor, FailedTask, Shared } from "../core/analysis.ts";
import type { Signal } from "../core/contracts.ts";
import { isLithoscopeError, LithoscopeError } from "../core/errors.ts";
import { createWork, type OpenSource } from "./work.ts";

export interface InlineOptions {
  /** Puts every task, state and output through structuredClone, so that cloning mistakes show without a worker. */
  readonly strict?: boolean;
  /** The input of every task, where it need not be reopened from its ref. */
  readonly signal?: Signal;
}

/** Runs tasks one after the other on the caller's thread. */
export function inlineExecutor(openSource: OpenSource, options: InlineOptions = {}): Executor {
  const { strict = false, signal } = options;
  const through = <T>(value: T): T => (strict ? structuredClone(value) : value);
  const work = createWork(openSource, signal);
  let next = 0;
  return {
    name: strict ? "inline, strict" : "inline",
    slots: 1,

    async share(value) {
      work.share(next, through(value as Shared));
      return next++;
    },

    free: (number) => work.free(number),

    async run(tasks, done, stop) {
      const failed: FailedTask[] = [];
      for (const task of tasks) {
        for (let attempt = 0; attempt < 2; attempt++) {
          // A turn of the event loop, so that a signal to stop can arrive.
          await new Promise<void>((resolve) => setTimeout(resolve, 0));
          if (stop?.aborted) throw new LithoscopeError("Cancelled", "stopped between two tiles");
          try {
            done(through(await work.run(through(task), stop)));
            break;
          } catch (error) {
            if (isLithoscopeError(error)) throw error;
            if (attempt === 1) failed.push({ ...task, reason: String(error) });
          }
        }
      }
      return failed;
    },

    close: () => work.close(),
  };
}
