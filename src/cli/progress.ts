import { type Invocation, usage } from "./command.ts";

/** Milliseconds between two lines of plain progress. */
const PLAIN_MS = 2000;

/**
 * Progress on stderr: one JSON document a step, a line now and then, or a bar that stays on its line. Without a
 * wish a terminal gets the bar and everything else nothing.
 *
 * @throws Usage for another wish than plain or json
 */
export function progressTo(
  write: (text: string) => void,
  wish: string | undefined,
  terminal: boolean,
): Invocation["progress"] {
  if (wish !== undefined && wish !== "plain" && wish !== "json")
    throw usage("--progress", `wanted plain or json, found "${wish}"`, "plain or json");
  const start = performance.now();
  let first: number | undefined;
  let last = Number.NEGATIVE_INFINITY;
  return (done, total) => {
    const now = performance.now();
    const elapsed = (now - start) / 1000;
    first ??= done;
    if (wish === "json") write(`${JSON.stringify({ done, total, elapsed_s: Number(elapsed.toFixed(2)) })}\n`);
    else if (wish === "plain") {
      if (done < total && now - last < PLAIN_MS) return;
      last = now;
      const rate = (done - first) / elapsed;
      const left = rate > 0 && done < total ? `, ${Math.ceil((total - done) / rate)} s left` : "";
      write(`${done} of ${total}, ${Math.floor((100 * done) / Math.max(1, total))} %${left}\n`);
    } else if (terminal) write(`\r${done}/${total}${done === total ? "\n" : ""}`);
  };
}
