import { createHash } from "node:crypto";
import { mkdir, mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import { Worker } from "node:worker_threads";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import type { FixtureCase } from "../../fixtures/cases/case.ts";
import { casesOf } from "../../fixtures/cases/index.ts";
import type { Dataset, Item, OpenOptions, Region, Signal, Source, Table } from "../../src/core/contracts.ts";
import { isLithoscopeError } from "../../src/core/errors.ts";
import { formats, openWith } from "../../src/formats/index.ts";
import { blobSource } from "../../src/sources/blob.ts";
import { openFile } from "../../src/sources/file.node.ts";
import { beside } from "./beside.ts";
import { whole } from "./format.ts";

/** Formats of which one case is the same code as the next are slow to open; these many are enough. */
const MOST_CASES = 6;
const DIR = await mkdtemp(join(tmpdir(), "lithoscope-formats-"));
afterAll(() => rm(DIR, { recursive: true }));

const all = (
  await Promise.all(formats.map(async (format) => ({ format, cases: await casesOf(format.id) })))
).map(({ format, cases }) => ({
  format,
  cases: cases.filter(({ refused }) => !refused).slice(0, MOST_CASES),
}));
const named = all.flatMap(({ format, cases }) =>
  cases.map((one) => [`${format.id}: ${one.name}`, format, one] as const),
);

function hash(values: ArrayBufferView | readonly string[]): string {
  const bytes = ArrayBuffer.isView(values)
    ? new Uint8Array(values.buffer, values.byteOffset, values.byteLength)
    : JSON.stringify(values);
  return createHash("sha256").update(bytes).digest("hex").slice(0, 16);
}

const signalsOf = ({ items }: Dataset) => items.filter((item): item is Signal => item.kind === "signal");
const tableOf = (item: Item): Table | undefined =>
  item.kind === "stream" ? item.table : item.kind === "table" ? item : undefined;

/** Everything in an item as short text: the same bits give the same text. */
async function print(item: Item): Promise<unknown> {
  if (item.kind === "signal") {
    const { title, axes, dtype, meta } = item;
    const values = await item.tile(whole(item)).catch((error) => {
      // Some values have no exact number here; that must be said the same way everywhere.
      if (isLithoscopeError(error, "Unsupported")) return [error.message];
      throw error;
    });
    return [title, axes, dtype, meta, hash(values)];
  }
  const table = tableOf(item);
  if (table) {
    const columns = table.columns.map(async (column) => [
      column,
      hash(await table.read(column.name, 0, table.rows)),
    ]);
    return [table.title, table.rows, await Promise.all(columns)];
  }
  if (item.kind === "points") {
    const positions = item.navigation.reduce((product, { size }) => product * size, 1);
    const { offsets, columns } = await item.points(0, positions);
    return [item.title, hash(offsets), Object.entries(columns).map(([name, values]) => [name, hash(values)])];
  }
  return JSON.parse(JSON.stringify(item));
}

const prints = async ({ items }: Dataset) => Promise.all(items.map(print));

/** Puts the files of a case into a folder of their own. */
async function onDisk(id: string, { name, files }: FixtureCase): Promise<string> {
  const folder = await mkdtemp(join(DIR, `${id}-`));
  for (const [path, bytes] of Object.entries(files)) {
    await mkdir(dirname(join(folder, path)), { recursive: true });
    await writeFile(join(folder, path), bytes);
  }
  return join(folder, name);
}

describe("a file, a blob and memory give the same bits", () => {
  it.each(named)("%s", async (_, format, one) => {
    const inMemory = await prints(
      await openWith(format, beside(one.name, one.files), undefined, one.options),
    );
    const source = await openFile(await onDisk(format.id, one));
    expect(await prints(await openWith(format, source, undefined, one.options))).toEqual(inMemory);
    await source.close();
    // A blob has no neighbours: a format that needs some says so, and never gives other bits.
    const blob = blobSource(new Blob([Uint8Array.from(one.files[one.name]!)]), one.name);
    const alone = Object.keys(one.files).length === 1;
    try {
      const fromBlob = await prints(await openWith(format, blob, undefined, one.options));
      if (alone) expect(fromBlob).toEqual(inMemory);
    } catch (error) {
      if (alone || !isLithoscopeError(error)) throw error;
    }
  });
});

/** Cuts a table's rows in two at every place that matters. */
async function splits(table: Table): Promise<void> {
  for (const { name } of table.columns) {
    const full = [...(await table.read(name, 0, table.rows))];
    for (const at of new Set([0, 1, table.rows >> 1, table.rows])) {
      const [from, to] = [Math.min(at, table.rows), table.rows];
      const parts = [...(await table.read(name, 0, from)), ...(await table.read(name, from, to))];
      expect(parts).toEqual(full);
    }
  }
}

describe("any rows of a table and any positions of a list are those of the whole", () => {
  it.each(named)("%s", async (_, format, one) => {
    const { items } = await openWith(format, beside(one.name, one.files), undefined, one.options);
    for (const item of items.slice(0, 8)) {
      const table = tableOf(item);
      if (table) await splits(table);
      if (item.kind !== "points") continue;
      const positions = item.navigation.reduce((product, { size }) => product * size, 1);
      const full = await item.points(0, positions);
      const from = positions >> 1;
      const rest = await item.points(from, positions);
      for (const [name, values] of Object.entries(rest.columns))
        expect([...values]).toEqual([...full.columns[name]!.subarray(full.offsets[from]!)]);
    }
  });
});

/** A source that is cancelled at its read number `at`, and counts what is asked of it afterwards. */
function cancelledAt(source: Source, at: number) {
  const controller = new AbortController();
  const counts = { reads: 0, after: 0 };
  const wrap = (inner: Source): Source => ({
    ...inner,
    async read(offset, length, stop) {
      counts.reads++;
      if (controller.signal.aborted && !stop) counts.after++;
      if (counts.reads === at) controller.abort();
      return inner.read(offset, length, stop);
    },
    async sibling(name) {
      const found = await inner.sibling(name);
      return found && wrap(found);
    },
  });
  return { source: wrap(source), stop: controller.signal, counts };
}

async function openAndRead(
  { load }: (typeof formats)[number],
  source: Source,
  options: OpenOptions | undefined,
  stop?: AbortSignal,
): Promise<void> {
  const dataset = await (await load()).open(source, stop, options ?? {});
  for (const signal of signalsOf(dataset).slice(0, 2)) await signal.tile(whole(signal), stop);
  for (const item of dataset.items.slice(0, 2)) {
    const table = tableOf(item);
    if (table?.columns[0]) await table.read(table.columns[0].name, 0, table.rows, stop);
  }
}

describe("a cancelled read asks the source for nothing more", () => {
  it.each(named)("%s", async (_, format, one) => {
    const before = new AbortController();
    before.abort();
    const opened = openWith(format, beside(one.name, one.files), before.signal, one.options);
    await expect(opened).rejects.toMatchObject({ tag: "Cancelled" });
    const full = cancelledAt(beside(one.name, one.files), Number.POSITIVE_INFINITY);
    await openAndRead(format, full.source, one.options);
    const last = Math.min(full.counts.reads, 12);
    for (let at = 1; at <= last; at++) {
      const { source, stop, counts } = cancelledAt(beside(one.name, one.files), at);
      await expect(openAndRead(format, source, one.options, stop), `at read ${at}`).rejects.toMatchObject({
        tag: "Cancelled",
      });
      // A library that decodes does not pass a signal on while it reads a directory.
      expect(counts.after, `reads without the signal after read ${at}`).toBeLessThanOrEqual(3);
    }
  });
});

/** A region in the middle of each axis. */
function middle(signal: Signal): Region {
  return {
    start: signal.axes.map(({ size }) => size >> 2),
    stop: signal.axes.map(({ size }) => Math.max((size >> 2) + 1, size - (size >> 2))),
  };
}

describe("a worker reopens a signal from its ref (needs the build)", () => {
  let worker: Worker;
  beforeAll(() => {
    worker = new Worker(new URL("../workers/reopen.mjs", import.meta.url));
  });
  afterAll(() => worker.terminate());
  const ask = (question: unknown) =>
    new Promise<{ values?: ArrayBufferView; error?: string }>((resolve, reject) => {
      worker.once("message", resolve);
      worker.once("error", reject);
      worker.postMessage(question);
    });

  it.each(named)("%s", async (_, format, one) => {
    const source = await openFile(await onDisk(format.id, one));
    const dataset = await openWith(format, source, undefined, one.options);
    for (const signal of signalsOf(dataset).slice(0, 3)) {
      const region = middle(signal);
      const { values, error } = await ask({ ref: signal.ref, region });
      expect(error).toBeUndefined();
      expect(hash(values!)).toBe(hash(await signal.tile(region)));
    }
    await source.close();
  });
});
