import type { Executor, FailedTask, Shared, Task } from "../core/analysis.ts";
import { LithoscopeError } from "../core/errors.ts";
import type { FromWorker, ToWorker } from "./work.ts";

/** One worker, whatever the platform calls it. */
export interface Link {
  post(message: ToWorker): void;
  /** Ends the worker at once, also in the middle of a tile. */
  end(): Promise<unknown> | undefined;
}

/** Starts a worker; `lost` is called once if it ends by itself. */
export type Launch = (on: { message: (m: FromWorker) => void; lost: (reason: string) => void }) => Link;

export interface PoolOptions {
  readonly name: string;
  readonly slots: number;
  readonly launch: Launch;
  /** A tile that takes longer is taken for hung and its worker replaced [ms]. */
  readonly timeoutMs?: number;
}

const TIMEOUT_MS = 30 * 60_000;

interface Slot {
  link: Link | undefined;
  ready: boolean;
  /** States that this worker has. */
  readonly has: Set<number>;
  task: Task | undefined;
  timer: ReturnType<typeof setTimeout> | undefined;
}

/**
 * Runs tasks on workers. One that dies or hangs is replaced and its tile tried once more, then given back as failed;
 * an error of ours ends the run. Workers start when there is a tile for them.
 */
export function createPool({ name, slots: count, launch, timeoutMs = TIMEOUT_MS }: PoolOptions): Executor {
  const states = new Map<number, Shared>();
  let next = 0;
  const slots = Array.from(
    { length: count },
    (): Slot => ({ link: undefined, ready: false, has: new Set(), task: undefined, timer: undefined }),
  );
  let running = false;

  /** Takes a slot's task away from it; with `end`, its worker too. */
  function release(slot: Slot, end: boolean): Task | undefined {
    const { task, link } = slot;
    clearTimeout(slot.timer);
    slot.task = undefined;
    if (end) {
      slot.link = undefined;
      slot.ready = false;
      slot.has.clear();
      void link?.end();
    }
    return task;
  }

  function run(tasks: Iterable<Task>, done: Parameters<Executor["run"]>[1], stop?: AbortSignal) {
    return new Promise<readonly FailedTask[]>((resolve, reject) => {
      const waiting = tasks[Symbol.iterator]();
      const again: Task[] = [];
      const tried = new Set<number>();
      const failed: FailedTask[] = [];
      let over = false;

      function finish(settle: () => void) {
        if (over) return;
        over = true;
        running = false;
        stop?.removeEventListener("abort", cancel);
        for (const slot of slots) if (slot.task) release(slot, true);
        settle();
      }
      const fail = (error: unknown) => finish(() => reject(error));
      function cancel() {
        fail(new LithoscopeError("Cancelled", "stopped in the middle of a tile"));
      }

      function lost(slot: Slot, reason: string) {
        const { ready } = slot;
        const task = release(slot, true);
        if (over || !task) return;
        if (!ready) return fail(new Error(`a worker could not start: ${reason}`));
        if (tried.has(task.tile)) failed.push({ ...task, reason });
        else {
          tried.add(task.tile);
          again.push(task);
        }
        feed(slot);
      }

      function hear(slot: Slot, message: FromWorker) {
        if (message.kind === "ready") {
          slot.ready = true;
        } else if (message.kind === "failed") {
          if ("ours" in message.error) return fail(LithoscopeError.fromData(message.error.ours));
          lost(slot, message.error.text);
        } else if (!over && slot.task) {
          release(slot, false);
          try {
            done(message.done);
          } catch (error) {
            return fail(error);
          }
          feed(slot);
        }
      }

      function feed(slot: Slot) {
        if (over) return;
        const task = again.shift() ?? taken();
        if (!task) {
          if (slots.every((s) => !s.task)) finish(() => resolve(failed));
          return;
        }
        slot.task = task;
        slot.timer = setTimeout(() => lost(slot, `no answer within ${timeoutMs / 1000} s`), timeoutMs);
        if (!slot.link) {
          const link: Link = launch({
            message: (m) => slot.link === link && listeners.get(slot)?.hear(m),
            lost: (reason) => slot.link === link && listeners.get(slot)?.lost(reason),
          });
          slot.link = link;
        }
        if (!slot.has.has(task.state)) {
          const value = states.get(task.state);
          if (!value)
            return fail(new Error(`task ${task.tile} asks for state ${task.state}, which is not there`));
          slot.has.add(task.state);
          slot.link.post({ kind: "share", number: task.state, value });
        }
        slot.link.post({ kind: "run", task });
      }

      function taken(): Task | undefined {
        const { done: ended, value } = waiting.next();
        return ended ? undefined : value;
      }

      if (stop?.aborted) return cancel();
      running = true;
      stop?.addEventListener("abort", cancel, { once: true });
      for (const slot of slots)
        listeners.set(slot, { hear: (m) => hear(slot, m), lost: (reason) => lost(slot, reason) });
      for (const slot of slots) {
        feed(slot);
        if (over) break;
      }
    });
  }
  /** Who listens to a slot's worker: the run in progress. */
  const listeners = new Map<Slot, { hear: (m: FromWorker) => void; lost: (reason: string) => void }>();

  return {
    name,
    slots: count,
    async share(value) {
      states.set(next, value as Shared);
      return next++;
    },
    async free(number) {
      states.delete(number);
      for (const slot of slots) if (slot.has.delete(number)) slot.link?.post({ kind: "free", number });
    },
    async run(tasks, done, stop) {
      if (running) throw new Error("this pool is running other tasks");
      return run(tasks, done, stop);
    },
    async close() {
      const links = slots.map(({ link }) => link);
      for (const slot of slots) {
        clearTimeout(slot.timer);
        Object.assign(slot, { link: undefined, task: undefined, ready: false });
        slot.has.clear();
      }
      await Promise.all(links.map((link) => link?.end()));
    },
  };
}
