import { existsSync } from "node:fs";
import { fileURLToPath } from "node:url";
import { Worker } from "node:worker_threads";
import type { Executor } from "../core/analysis.ts";
import { createPool } from "./pool.ts";

/** The built worker: beside the entries of `dist`, one up from its chunks, or in `dist` when run from the sources. */
export function workerFile(): URL {
  const places = ["./worker.js", "../worker.js", "../../dist/worker.js"].map(
    (p) => new URL(p, import.meta.url),
  );
  return places.find((place) => existsSync(fileURLToPath(place))) ?? places[0]!;
}

/** A pool of `worker_threads`. */
export function nodePool(
  workers: number,
  options: { readonly entry?: URL; readonly timeoutMs?: number } = {},
): Executor {
  const { entry = workerFile(), timeoutMs } = options;
  return createPool({
    name: `${workers} worker${workers === 1 ? "" : "s"}`,
    slots: workers,
    ...(timeoutMs !== undefined && { timeoutMs }),
    launch(on) {
      const worker = new Worker(entry, { execArgv: [] });
      worker.on("message", on.message);
      worker.on("messageerror", (error) => on.lost(error.message));
      worker.on("error", (error) =>
        on.lost(error instanceof Error ? (error.stack ?? error.message) : String(error)),
      );
      worker.on("exit", (code) => on.lost(`the worker ended with code ${code}`));
      return { post: (message) => worker.postMessage(message), end: () => worker.terminate() };
    },
  });
}
