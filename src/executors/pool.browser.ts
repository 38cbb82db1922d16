import type { Executor } from "../core/analysis.ts";
import { createPool } from "./pool.ts";

/** A pool of Web Workers; `entry` is the script made of `worker.browser.ts`. */
export function browserPool(
  workers: number,
  entry: URL | string,
  options: { readonly timeoutMs?: number } = {},
): Executor {
  return createPool({
    name: `${workers} worker${workers === 1 ? "" : "s"}`,
    slots: workers,
    ...options,
    launch(on) {
      // Scripts that stand in the page itself are classic: from file:// no others start.
      const type = `${entry}`.startsWith("blob:") ? "classic" : "module";
      const worker = new Worker(entry, { type });
      worker.onmessage = ({ data }) => on.message(data);
      worker.onmessageerror = () => on.lost("an answer could not be read");
      worker.onerror = (event) => {
        event.preventDefault();
        on.lost(event.message || "the worker script could not be loaded");
      };
      return {
        post: (message) => worker.postMessage(message),
        end: () => {
          worker.terminate();
          return undefined;
        },
      };
    },
  });
}
