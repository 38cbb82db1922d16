import { existsSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { FILM_PIXEL, filmFile, nickel } from "../fixtures/make/film.ts";
import { orientation } from "../src/analyses/orientation/analysis.ts";
import { indexScan } from "../src/analyses/orientation/index-scan.ts";
import { PIXEL_CLASSES } from "../src/analyses/orientation/maps.ts";
import type { Executor, Task } from "../src/core/analysis.ts";
import type { Signal, Source } from "../src/core/contracts.ts";
import { LithoscopeError } from "../src/core/errors.ts";
import { inlineExecutor } from "../src/executors/inline.ts";
import { nodePool } from "../src/executors/pool.node.ts";
import { openDataset } from "../src/formats/open.ts";
import { memoryStore } from "../src/recipes/chunk.ts";
import { type Outcome, runAnalysis } from "../src/recipes/run.ts";
import { folderStore } from "../src/recipes/store.node.ts";
import { openFile } from "../src/sources/file.node.ts";
import { memorySource } from "../src/sources/memory.ts";
import { openSource } from "../src/sources/open.node.ts";

const DIR = mkdtempSync(join(tmpdir(), "lithoscope-executors-"));
const SIZE = 64;
const OPTIONS = {
  voltageKv: 200,
  precessionDeg: 0,
  pixelSize: FILM_PIXEL,
  pixelSizeFrom: "flag",
  calibration: "refine",
} as const;
const PARAMS = orientation.params.parse({ ...OPTIONS, crystals: [nickel()] });

let source: Source;
let scan: Signal;
let expected: Outcome;
let setup: Uint8Array;

beforeAll(async () => {
  const path = join(DIR, "film.npy");
  writeFileSync(path, filmFile(9, 16, SIZE));
  source = await openFile(path);
  scan = (await openDataset(source)).items[0] as Signal;
  const store = memoryStore();
  expected = await runWith(inlineExecutor(openSource), { store });
  setup = store.chunks.get("setup")!;
});
afterAll(async () => {
  await source?.close();
  rmSync(DIR, { recursive: true, force: true });
});

/** An outcome whose tables are their columns, to be compared. */
async function plain(outcome: Outcome): Promise<Outcome> {
  const tables: Record<string, unknown> = {};
  for (const [name, { rows, columns, read }] of Object.entries(outcome.tables))
    tables[name] = await Promise.all(columns.map(async (c) => [c, await read(c.name, 0, rows)]));
  return { ...outcome, tables: tables as Outcome["tables"] };
}

async function runWith(
  executor: Executor,
  more: Omit<Parameters<typeof runAnalysis>[3], "executor"> = {},
  input: Signal = scan,
): Promise<Outcome> {
  try {
    return plain(await runAnalysis(orientation, input, PARAMS, { executor, ...more }));
  } finally {
    await executor.close();
  }
}

/** A pool of one whose worker misbehaves `times` times at tile `tile`. */
function strangePool(how: string, tile: number, times: number, timeoutMs?: number): Executor {
  const entry = new URL("./workers/strange.mjs", import.meta.url);
  const mark = join(DIR, `${how}${times}`);
  process.env.LITHOSCOPE_STRANGE = `how=${how}&tile=${tile}&times=${times}&mark=${mark}`;
  return nodePool(1, { entry, ...(timeoutMs !== undefined && { timeoutMs }) });
}

describe("executors", () => {
  it("find something in the film, so that the comparisons below mean it", () => {
    expect(expected.complete).toBe(true);
    expect(expected.maps.phase!.filter((p) => p === 0).length).toBeGreaterThan(30);
    expect(expected.maps.class!.filter((c) => c === PIXEL_CLASSES.indexOf("vacuum")).length).toBe(48);
  });

  it("give the same bits inline, strict, and with one to three workers", async () => {
    expect(await runWith(inlineExecutor(openSource, { strict: true }))).toEqual(expected);
    for (const workers of [1, 2, 3]) expect(await runWith(nodePool(workers))).toEqual(expected);
  });

  it("give the bits of the plain loop", async () => {
    const { width, height, phases, values, notices, ...maps } = await indexScan(scan, [nickel()], OPTIONS);
    expect({ width, height, phases }).toEqual({ width: 16, height: 9, phases: ["Ni"] });
    expect(maps).toEqual(expected.maps);
    expect({ values, notices }).toEqual({ values: expected.values, notices: expected.notices });
  });

  it("hand a source in memory to a worker once and keep tasks below 2 kB", async () => {
    const bytes = filmFile(9, 16, SIZE);
    const input = (await openDataset(memorySource(bytes, "film.npy"))).items[0] as Signal;
    const pool = nodePool(1);
    const sizes: number[] = [];
    const watched: Executor = {
      ...pool,
      run: (tasks, done, stop) => {
        const list: Task[] = [...tasks];
        sizes.push(...list.map((task) => JSON.stringify(task).length));
        return pool.run(list, done, stop);
      },
    };
    expect(await runWith(watched, {}, input)).toEqual(expected);
    expect(sizes.length).toBeGreaterThan(2);
    expect(Math.max(...sizes)).toBeLessThan(2000);
  });

  it("let go of what a run shared, also where it was stopped", async () => {
    const held = new Set<number>();
    const pool = inlineExecutor(openSource);
    const watched: Executor = {
      ...pool,
      share: async (value) => {
        const number = await pool.share(value);
        held.add(number);
        return number;
      },
      free: async (number) => {
        held.delete(number);
        await pool.free(number);
      },
    };
    expect(await runWith(watched)).toEqual(expected);
    expect(held.size).toBe(0);
    const stop = new AbortController();
    const stopped = runWith(watched, { stop: stop.signal, progress: (done) => done > 0 && stop.abort() });
    await expect(stopped).rejects.toMatchObject({ tag: "Cancelled" });
    expect(held.size).toBe(0);
  });

  it("replace a worker that dies, throws or hangs and try its tile once more", async () => {
    expect(await runWith(strangePool("die", 1, 1))).toEqual(expected);
    expect(await runWith(strangePool("throw", 1, 1))).toEqual(expected);
    // The watchdog must not take a busy machine for a hanging worker, so the long setup step is done already.
    const store = memoryStore();
    store.chunks.set("setup", setup);
    expect(await runWith(strangePool("hang", 1, 1, 10_000), { store })).toEqual(expected);
    for (const how of ["die", "throw", "hang"]) expect(existsSync(join(DIR, `${how}1-0`))).toBe(true);
  });

  it("leave a tile that fails twice as a listed gap", async () => {
    const outcome = await runWith(strangePool("die", 0, 2));
    expect(outcome.complete).toBe(false);
    expect(outcome.gaps).toEqual([{ start: [0, 0, 0, 0], stop: [2, 16, SIZE, SIZE] }]);
    expect(outcome.notices.map((n) => n.code)).toContain("tile-lost");
    expect([...outcome.maps.phase!.subarray(0, 32)].every((p) => p === -1)).toBe(true);
    expect(outcome.maps.phase!.subarray(32)).toEqual(expected.maps.phase!.subarray(32));
  });

  it("say so where the worker's script is missing, instead of losing every tile", async () => {
    const entry = new URL("./workers/none.mjs", import.meta.url);
    await expect(runWith(nodePool(2, { entry }))).rejects.toThrow(/could not start/);
  });

  it("bring an error of ours back as the same tagged class", async () => {
    const gone = {
      ...scan,
      ref: { ...scan.ref, source: { kind: "file", path: join(DIR, "gone.npy") } },
    } as Signal;
    const failure = await runWith(nodePool(1), {}, gone).catch((error: unknown) => error);
    expect(failure).toBeInstanceOf(LithoscopeError);
    expect((failure as LithoscopeError).tag).toBe("NotFound");
  });

  it("stop within a tile and go on later to the same bits, in memory and in a folder", async () => {
    const kept = memoryStore();
    for (const store of [kept, folderStore(join(DIR, "store"))]) {
      const stop = new AbortController();
      const stopped = runWith(nodePool(2), {
        store,
        stop: stop.signal,
        progress: (done) => {
          if (done > 0) stop.abort();
        },
      });
      await expect(stopped).rejects.toMatchObject({ tag: "Cancelled" });
      const calls: number[] = [];
      const outcome = await runWith(nodePool(2), { store, progress: (done) => calls.push(done) });
      expect(outcome).toEqual(expected);
      expect(calls[0]).toBeGreaterThan(0);
      expect(calls.at(-1)).toBe(144);
    }
    const name = [...kept.chunks.keys()].find((key) => key.startsWith("tile"))!;
    kept.chunks.get(name)![100]! ^= 1;
    expect(await runWith(inlineExecutor(openSource), { store: kept })).toEqual(expected);
  });

  it("stop before they start, inline too", async () => {
    const stop = new AbortController();
    stop.abort();
    for (const executor of [inlineExecutor(openSource), nodePool(1)])
      await expect(runWith(executor, { stop: stop.signal })).rejects.toMatchObject({ tag: "Cancelled" });
  });

  it("end a run whose store cannot be written", async () => {
    const store = {
      read: async () => undefined,
      write: async (name: string) => {
        if (name !== "setup") throw new LithoscopeError("Output", "the disk is full");
      },
    };
    await expect(runWith(nodePool(1), { store })).rejects.toMatchObject({ tag: "Output" });
  });
});
