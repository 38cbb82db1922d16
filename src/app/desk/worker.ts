import { failureOf } from "../../executors/work.ts";
import { methods } from "./methods.ts";
import type { Context, FromDesk, ToDesk } from "./protocol.ts";

// Typed by hand: the window's postMessage has other parameters than a worker's.
const scope = globalThis as unknown as {
  postMessage(message: FromDesk): void;
  onmessage: ((event: MessageEvent<ToDesk>) => void) | null;
};
const running = new Map<number, AbortController>();

async function answer(message: ToDesk & { kind: "call" }): Promise<void> {
  const { id, method, args } = message;
  const stop = new AbortController();
  running.set(id, stop);
  const context: Context = {
    progress: (value) => scope.postMessage({ kind: "progress", id, value }),
    stop: stop.signal,
  };
  try {
    const call = methods[method] as (args: unknown, context: Context) => Promise<unknown>;
    scope.postMessage({ kind: "done", id, value: await call(args, context) });
  } catch (error) {
    scope.postMessage({ kind: "failed", id, error: failureOf(error) });
  } finally {
    running.delete(id);
  }
}

scope.onmessage = ({ data }) => {
  if (data.kind === "stop") running.get(data.id)?.abort();
  else void answer(data);
};
