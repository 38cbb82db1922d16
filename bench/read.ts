/**
 * npm run bench -- read [--python PATH] [--folder DIR]: how fast frames are read, from the page cache, as shares of what
 * the same bytes cost otherwise in the same run. Writes files of 2 GB one after the other and deletes them.
 */
import { spawnSync } from "node:child_process";
import { mkdtemp, open, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { parseArgs } from "node:util";
import { Worker } from "node:worker_threads";
import { File, ready } from "h5wasm/node";
import type { Signal } from "../src/core/contracts.ts";
import { openDataset } from "../src/formats/open.ts";
import { openFile } from "../src/sources/file.node.ts";
import { writeBlo, writeDm, writeMib } from "./read-files.ts";

const ROUNDS = 5;
const WORKERS = 2;
const STEP = 2 ** 23;

const say = (line: string) => process.stdout.write(`${line}\n`);

/** Processor time of this process and its threads [s]: from the page cache nothing waits, and other load stays out. */
function spent(): number {
  const { user, system } = process.cpuUsage();
  return (user + system) / 1e6;
}

/** Seconds of each one's cheapest round; they take turns, so that other load slows all of them. */
async function fastest(...works: readonly (() => Promise<unknown>)[]): Promise<number[]> {
  const best = works.map(() => Number.POSITIVE_INFINITY);
  for (let round = 0; round < ROUNDS; round++)
    for (const [i, work] of works.entries()) {
      const begin = spent();
      await work();
      best[i] = Math.min(best[i]!, spent() - begin);
    }
  return best;
}

/** Every byte once, in order, into one buffer. */
async function plainRead(path: string): Promise<number> {
  const file = await open(path, "r");
  const buffer = new Uint8Array(STEP);
  let total = 0;
  for (;;) {
    const { bytesRead } = await file.read(buffer, 0, STEP, total);
    if (bytesRead === 0) break;
    total += bytesRead;
  }
  await file.close();
  return total;
}

/** Processor seconds per thread for the sum of all frames, from the moment that they have opened the file. */
async function sumByThreads(path: string): Promise<{ seconds: number; total: number }> {
  const threads = Array.from({ length: WORKERS }, (_, worker) => {
    const ref = { kind: "file", path };
    return new Worker(new URL("../read-worker.js", import.meta.url), {
      workerData: { ref, worker, workers: WORKERS },
    });
  });
  const answer = (thread: Worker) =>
    new Promise<unknown>((resolve, reject) => {
      thread.once("message", resolve);
      thread.once("error", reject);
    });
  await Promise.all(threads.map(answer));
  const begin = spent();
  for (const thread of threads) thread.postMessage("go");
  const sums = (await Promise.all(threads.map(answer))) as number[];
  const seconds = (spent() - begin) / WORKERS;
  await Promise.all(threads.map((thread) => thread.terminate()));
  return { seconds, total: sums.reduce((a, b) => a + b, 0) };
}

/** What RosettaSciIO takes for the same sum: data in memory on one core, or by dask on two, whichever is faster. */
const PYTHON = `
import sys, time, importlib, numpy
path, plugin = sys.argv[1:3]
reader = importlib.import_module("rsciio." + plugin).file_reader
best, total = 1e9, 0
for lazy in (False, True):
    for _ in range(2):
        begin = time.process_time()
        data = reader(path, lazy=lazy)[0]["data"]
        s = data.sum(axis=(-2, -1), dtype="u8")
        total = int((s.compute() if lazy else s).sum())
        best = min(best, (time.process_time() - begin) / (2 if lazy else 1))
        del data, s
print(best, total)
`;

function rosetta(python: string, path: string, plugin: string): { seconds: number; total: number } | string {
  const { stdout, stderr } = spawnSync(python, ["-c", PYTHON, path, plugin], { encoding: "utf8" });
  // It writes its warnings to the same place, before.
  const [seconds, total] = ((stdout ?? "").trim().split("\n").at(-1) ?? "").split(" ").map(Number);
  if (seconds && total !== undefined) return { seconds, total };
  return (stderr ?? "").trim().split("\n").at(-1) ?? "it did not run";
}

const FILES = [
  { name: "scan.blo", plugin: "blockfile", write: writeBlo },
  { name: "scan.mib", plugin: "quantumdetector", write: writeMib },
  { name: "scan.dm4", plugin: "digitalmicrograph", write: writeDm },
] as const;

async function benchFile(
  folder: string,
  file: (typeof FILES)[number],
  python: string | undefined,
): Promise<void> {
  const path = join(folder, file.name);
  await file.write(path);
  const size = await plainRead(path);
  const [plain] = (await fastest(() => plainRead(path))) as [number];
  let best = { seconds: Number.POSITIVE_INFINITY, total: 0 };
  for (let round = 0; round < ROUNDS; round++) {
    const found = await sumByThreads(path);
    if (found.seconds < best.seconds) best = found;
  }
  const rate = (seconds: number) => `${(size / 1e9 / seconds).toFixed(2)} GB/s`;
  const share = `${Math.round((100 * plain) / best.seconds)} % of a plain read (${rate(plain)})`;
  let against = "";
  if (python !== undefined) {
    const other = rosetta(python, path, file.plugin);
    if (typeof other === "string") against = `, rosettasciio: ${other}`;
    else {
      const sum = other.total === best.total ? "same sum" : `sum ${other.total} against ${best.total}`;
      against = `, ${(other.seconds / best.seconds).toFixed(1)} × rosettasciio (${rate(other.seconds)}, ${sum})`;
    }
  }
  say(
    `  ${file.name.padEnd(10)} ${(size / 1e9).toFixed(2)} GB, ${WORKERS} workers ${rate(best.seconds)}: ${share}${against}`,
  );
  await rm(path);
}

/** Berkeley EMD of 32 × 64 frames of 256² counts, contiguous and in chunks of a frame. */
async function benchEmd(folder: string, chunked: boolean): Promise<void> {
  const path = join(folder, "scan.emd");
  await ready;
  const [ny, nx, side] = [32, 64, 256];
  const data = Uint16Array.from({ length: ny * nx * side * side }, (_, i) => i % 997);
  const made = new File(path, "w");
  const group = made.create_group("data");
  const shape = [ny, nx, side, side];
  const chunks = chunked ? { chunks: [1, 1, side, side] } : {};
  group.create_dataset({ name: "data", data, shape, dtype: "<H", ...chunks });
  for (const [i, size] of shape.entries())
    group.create_dataset({ name: `dim${i + 1}`, data: Float64Array.from({ length: size }, (_, k) => k) });
  made.close();
  let total = 0;
  const file = new File(path, "r");
  const dataset = file.get("data/data") as { slice(ranges: number[][]): Uint16Array };
  const slices = async () => {
    total = 0;
    for (let y = 0; y < ny; y++)
      total += dataset.slice([[y, y + 1], [], [], []].map((r) => r as number[])).length;
  };
  const source = await openFile(path);
  const signal = (await openDataset(source)).items[0] as Signal;
  let ours = 0;
  const tiles = async () => {
    ours = 0;
    for (let y = 0; y < ny; y++)
      ours += (await signal.tile({ start: [y, 0, 0, 0], stop: [y + 1, nx, side, side] })).length;
  };
  const [library, own] = (await fastest(slices, tiles)) as [number, number];
  file.close();
  await source.close();
  const rate = (seconds: number) => `${((2 * total) / 1e9 / seconds).toFixed(2)} GB/s`;
  const name = `scan.emd, ${chunked ? "a chunk per frame" : "contiguous"}`;
  const same = ours === total ? "" : ", lengths differ";
  say(
    `  ${name.padEnd(28)} ${rate(own)}: ${Math.round((100 * library) / own)} % of the library's own slices (${rate(library)})${same}`,
  );
  await rm(path);
}

export async function benchRead(args: readonly string[]): Promise<void> {
  const { values } = parseArgs({
    args: [...args],
    options: { python: { type: "string" }, folder: { type: "string" }, only: { type: "string" } },
  });
  const folder = await mkdtemp(join(values.folder ?? tmpdir(), "lithoscope-read-"));
  try {
    say(
      `Node ${process.versions.node}; sums of all frames from the page cache, processor time per thread, best of ${ROUNDS} rounds`,
    );
    for (const file of FILES)
      if (values.only === undefined || file.name.endsWith(values.only))
        await benchFile(folder, file, values.python);
    if (values.only === undefined || values.only === "emd")
      for (const chunked of [false, true]) await benchEmd(folder, chunked);
    if (values.python === undefined)
      say("  for rosettasciio on the same files: --python PATH of a Python that has it");
  } finally {
    await rm(folder, { recursive: true });
  }
}
