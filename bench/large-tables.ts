/**
 * npm run bench -- tables [--folder DIR]: what a table of 10⁷ rows costs from the page cache, as EC-Lab's binary and as text.
 * Writes files of some 400 MB, deletes them. Processor time of all threads, best of three; memory is the peak of the process.
 */
import { mkdtemp, open, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { parseArgs } from "node:util";
import { makeMpr } from "../fixtures/make/mpr.ts";
import type { Table } from "../src/core/contracts.ts";
import { sampledTable } from "../src/core/sampled-table.ts";
import { openDataset } from "../src/formats/open.ts";
import { openFile } from "../src/sources/file.node.ts";

const ROWS = 1e7;
const STEP = 1e5;
const ROUNDS = 3;

const say = (line: string) => process.stdout.write(`${line}\n`);

/** What a slow cell does: a triangle of potential, a current with a ripple, a new cycle every million rows. */
function measured(row: number) {
  const phase = (row % 1e6) / 5e5;
  const potential = 3 + 1.2 * (phase < 1 ? phase : 2 - phase);
  const current = (phase < 1 ? 0.05 : -0.05) * (1 + 0.2 * Math.sin(row / 4e4)) + 1e-4 * Math.sin(row);
  return { time: 0.01 * row, potential, current, cycle: Math.floor(row / 1e6) };
}

async function writeMpr(path: string): Promise<void> {
  const ids = [1, 4, 6, 8, 39, 24];
  const made = (from: number, rows: number) => {
    const all = Array.from({ length: rows }, (_, i) => measured(from + i));
    return makeMpr({
      ids,
      values: [
        { type: "u1", values: all.map(() => 2) },
        { type: "f8", values: all.map(({ time }) => time) },
        { type: "f4", values: all.map(({ potential }) => potential) },
        { type: "f4", values: all.map(({ current }) => current) },
        { type: "u2", values: all.map(() => 37) },
        { type: "f8", values: all.map(({ cycle }) => cycle) },
      ],
    });
  };
  const record = made(0, 2).length - made(0, 1).length;
  const head = made(0, 1).slice(0, -record);
  const view = new DataView(head.buffer);
  const data = head.length - 1007;
  view.setUint32(data, ROWS, true);
  // The length stands 20 bytes before the data: length, version, version, date.
  view.setUint32(data - 20, 1007 + ROWS * record, true);
  const file = await open(path, "w");
  await file.write(head);
  for (let from = 0; from < ROWS; from += STEP) await file.write(made(from, STEP).subarray(head.length));
  await file.close();
}

async function writeCsv(path: string): Promise<void> {
  const file = await open(path, "w");
  await file.write("time/s,Ewe/V,I/mA,cycle number\n");
  for (let from = 0; from < ROWS; from += STEP) {
    let text = "";
    for (let row = from; row < from + STEP; row++) {
      const { time, potential, current, cycle } = measured(row);
      text += `${time.toFixed(2)},${potential.toFixed(6)},${current.toFixed(9)},${cycle}\n`;
    }
    await file.write(text);
  }
  await file.close();
}

/** Processor time and wall time of a piece of work [s]. */
async function cost<T>(work: () => Promise<T>): Promise<{ value: T; cpu: number; wall: number }> {
  const [begin, wall] = [process.cpuUsage(), performance.now()];
  const value = await work();
  const { user, system } = process.cpuUsage(begin);
  return { value, cpu: (user + system) / 1e6, wall: (performance.now() - wall) / 1e3 };
}

async function benchFile(path: string): Promise<void> {
  const best = new Map<string, { cpu: number; wall: number }>();
  const timed = async <T>(name: string, work: () => Promise<T>): Promise<T> => {
    const { value, cpu, wall } = await cost(work);
    const before = best.get(name);
    if (!before || cpu < before.cpu) best.set(name, { cpu, wall });
    return value;
  };
  let size = 0;
  for (let round = 0; round < ROUNDS; round++) {
    const source = await openFile(path);
    size = source.size;
    const { items } = await timed("open", () => openDataset(source));
    const [item] = items;
    const table = (item!.kind === "stream" ? item!.table : item) as Table;
    const some = sampledTable(table)!;
    await timed("first picture, 3 columns", async () => {
      for (const name of table.columns.map((column) => column.name).slice(-4, -1))
        await some.read(name, 0, some.rows);
    });
    for (const { name } of table.columns)
      await timed(`column ${name}`, () => table.read(name, 0, table.rows));
    await source.close();
  }
  say(`${path.replace(/.*[\\/]/, "")}, ${(size / 1e6).toFixed(0)} MB`);
  for (const [name, { cpu, wall }] of best)
    say(`  ${name.padEnd(28)}${cpu.toFixed(2).padStart(7)} s processor${wall.toFixed(2).padStart(8)} s wall`);
  const peak = process.resourceUsage().maxRSS / 1024;
  say(`  peak memory of the process so far ${peak.toFixed(0)} MB`);
}

/** Measures both kinds of file. */
export async function benchTables(args: string[]): Promise<void> {
  const { values } = parseArgs({ args, options: { folder: { type: "string" } } });
  const folder = await mkdtemp(join(values.folder ?? tmpdir(), "lithoscope-tables-"));
  try {
    for (const [name, write] of [
      ["large.mpr", writeMpr],
      ["large.csv", writeCsv],
    ] as const) {
      const path = join(folder, name);
      await write(path);
      await benchFile(path);
      await rm(path);
    }
  } finally {
    await rm(folder, { recursive: true, force: true });
  }
}
