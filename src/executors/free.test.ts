import { describe, expect, it } from "vitest";
import type { Shared, Task } from "../core/analysis.ts";
import type { Source } from "../core/contracts.ts";
import { encodeNpy } from "../formats/npy/encode.ts";
import { memorySource } from "../sources/memory.ts";
import { createPool } from "./pool.ts";
import { createWork, type ToWorker } from "./work.ts";

const BYTES = encodeNpy(new Float64Array(16), [1, 1, 4, 4]);

function task(state: number): Task {
  return {
    tile: 0,
    analysis: "orientation-setup",
    input: { source: { kind: "file", path: "scan.npy" }, format: "npy", item: 0 },
    region: { start: [0, 0, 0, 0], stop: [1, 1, 4, 4] },
    state,
    seed: "",
  };
}

const shared = (): Shared => ({ state: { frames: [], size: 4, params: {} }, outputs: {} });

describe("states of finished runs", () => {
  it("are forgotten by a worker, and their inputs closed", async () => {
    const open = new Set<Source>();
    const work = createWork(async () => {
      const source: Source = {
        ...memorySource(BYTES, "scan.npy"),
        close: async () => void open.delete(source),
      };
      open.add(source);
      return source;
    });
    for (const number of [0, 1]) work.share(number, shared());
    // The kernel cannot work on this state, but its input is open by then.
    for (const number of [0, 1]) await expect(work.run(task(number))).rejects.toThrow();
    expect(open.size).toBe(2);
    await work.free(0);
    expect(open.size).toBe(1);
    await expect(work.run(task(0))).rejects.toThrow("asks for orientation-setup, state 0");
    await work.close();
    expect(open.size).toBe(0);
  });

  it("are forgotten by a pool and by those of its workers that had them", async () => {
    const posted: string[][] = [];
    const pool = createPool({
      name: "two",
      slots: 2,
      launch(on) {
        const own: string[] = [];
        posted.push(own);
        return {
          post(message: ToWorker) {
            own.push(
              message.kind === "run" ? `run ${message.task.state}` : `${message.kind} ${message.number}`,
            );
            if (message.kind !== "run") return;
            const { tile, region } = message.task;
            queueMicrotask(() => on.message({ kind: "done", done: { tile, region, outputs: {} } }));
          },
          end: () => undefined,
        };
      },
    });
    const [first, second] = [await pool.share(shared()), await pool.share(shared())];
    await pool.run([task(first)], () => {});
    await pool.run([task(second), { ...task(second), tile: 1 }], () => {});
    await pool.free(first);
    await pool.free(second);
    expect(posted).toEqual([
      ["share 0", "run 0", "share 1", "run 1", "free 0", "free 1"],
      ["share 1", "run 1", "free 1"],
    ]);
    await expect(pool.run([task(first)], () => {})).rejects.toThrow("asks for state 0, which is not there");
    await pool.close();
  });
});
