import type { Dataset, Format, Item, Region, Signal, Table } from "../../src/core/contracts.ts";
import { isLithoscopeError } from "../../src/core/errors.ts";
import { openWith } from "../../src/formats/index.ts";
import { openDataset } from "../../src/formats/open.ts";
import { beside } from "../contracts/beside.ts";
import type { Mutated } from "./mutate.ts";

/** Values read of each signal or column at its start and at its end. */
const READ_VALUES = 20_000;
const READ_ITEMS = 32;
const READ_COLUMNS = 64;

/** A compressed chunk is decoded whole, however little of it is wanted; larger ones have no excuse [bytes]. */
const LARGEST_BLOCK = 2 ** 28;

/** What became of one file. */
export interface Verdict {
  readonly outcome: string;
  /** Bytes decoded, and those of the largest block that was read from: memory is judged by them. */
  readonly bytes: number;
  readonly block?: number;
  /** What is wrong with us; undefined where a result or an error of ours came out. */
  readonly wrong?: string;
}

/** A corner of a signal of not more values than asked: the first ones, or the last ones. */
export function corner(signal: Signal, values: number, last: boolean): Region {
  const start: number[] = [];
  const stop: number[] = [];
  let left = values;
  for (const { size } of [...signal.axes].reverse()) {
    const count = Math.min(size, Math.max(1, left));
    left = Math.floor(left / Math.max(1, count));
    start.unshift(last ? size - count : 0);
    stop.unshift(last ? size : count);
  }
  return { start, stop };
}

const NUMBERS_PER_VALUE: Readonly<Record<string, number>> = { c64: 2, c128: 2, rgb8: 3 };

function wrongSignal(signal: Signal): string | undefined {
  for (const { name, size, scale, offset, values } of signal.axes) {
    if (!Number.isSafeInteger(size) || size < 0) return `the axis ${name} has the size ${size}`;
    if (values && values.length !== size) return `the axis ${name} lists ${values.length} of ${size} values`;
    if (!Number.isFinite(scale) || !Number.isFinite(offset))
      return `the axis ${name} has the scale ${scale}, offset ${offset}`;
  }
  return wrongMeta(signal.meta);
}

function wrongMeta(meta: Signal["meta"]): string | undefined {
  for (const [key, entry] of Object.entries(meta)) {
    if (typeof entry !== "string" && !Number.isFinite(entry.value)) return `${key} is ${entry.value}`;
  }
  return undefined;
}

async function readSignal(signal: Signal): Promise<Verdict> {
  let bytes = 0;
  let block = 0;
  for (const last of [false, true]) {
    const region = corner(signal, READ_VALUES, last);
    const tile = await signal.tile(region);
    bytes += tile.byteLength;
    const wanted = region.stop.reduce((product, stop, i) => product * (stop - region.start[i]!), 1);
    const numbers = wanted * (NUMBERS_PER_VALUE[signal.dtype] ?? 1);
    const blockValues = signal.block.reduce(
      (product, size) => product * size,
      NUMBERS_PER_VALUE[signal.dtype] ?? 1,
    );
    block = Math.min(LARGEST_BLOCK, blockValues * tile.BYTES_PER_ELEMENT);
    if (tile.length !== numbers) {
      return { outcome: "wrong", bytes, wrong: `a tile has ${tile.length} numbers, wanted ${numbers}` };
    }
  }
  const wrong = wrongSignal(signal);
  return { outcome: "read", bytes, block, ...(wrong && { wrong }) };
}

async function readTable(table: Table): Promise<Verdict> {
  if (!Number.isSafeInteger(table.rows) || table.rows < 0) {
    return { outcome: "wrong", bytes: 0, wrong: `a table has ${table.rows} rows` };
  }
  let bytes = 0;
  for (const { name, type } of table.columns.slice(0, READ_COLUMNS)) {
    for (const from of [0, Math.max(0, table.rows - READ_VALUES)]) {
      const values = await table.read(name, from, Math.min(table.rows, from + READ_VALUES));
      bytes += 8 * values.length;
      if (values.length !== Math.min(table.rows - from, READ_VALUES)) {
        return { outcome: "wrong", bytes, wrong: `the column ${name} gave ${values.length} rows` };
      }
      if (type === "number" && !(values instanceof Float64Array)) {
        return { outcome: "wrong", bytes, wrong: `the column ${name} is not numbers` };
      }
    }
  }
  const wrong = wrongMeta(table.meta);
  return { outcome: "read", bytes, ...(wrong && { wrong }) };
}

async function readItem(item: Item): Promise<Verdict> {
  if (item.kind === "signal") return readSignal(item);
  if (item.kind === "table") return readTable(item);
  if (item.kind === "stream") return readTable(item.table);
  if (item.kind !== "points") return { outcome: "read", bytes: 0 };
  const positions = item.navigation.reduce((product, { size }) => product * size, 1);
  const { columns } = await item.points(0, Math.min(positions, 1000));
  return {
    outcome: "read",
    bytes: Object.values(columns).reduce((sum, { byteLength }) => sum + byteLength, 0),
  };
}

async function open(format: Format, { name, files, options }: Mutated, any: boolean): Promise<Dataset> {
  const source = beside(name, files);
  format.sniff(files[name]!.subarray(0, 4096), name);
  return any ? openDataset(source, undefined, options) : openWith(format, source, undefined, options);
}

/** An error's message and where it was thrown, numbers left out so that the same defect reads the same. */
function describe(error: unknown): string {
  if (!(error instanceof Error)) return `threw ${String(error)}`;
  const at = (error.stack ?? "").split("\n").find((line) => /^\s+at .*\.[jt]s/.test(line)) ?? "";
  const message = `${error.name}: ${error.message}`.slice(0, 200).replace(/\d+/g, "N");
  return `${message} ${at.trim().replace(/\(?\S*\/([^/]+)\)?$/, "$1")}`;
}

/** Opens a changed file with one reader, or `any` that takes it, and reads corners of all it holds. */
export async function judge(format: Format, mutated: Mutated, any: boolean): Promise<Verdict> {
  let [bytes, block] = [0, 0];
  // Names of columns, the shape of a scan or a dataset that we asked for may not fit what the file has become.
  const { columns, shape, dataset } = mutated.options ?? {};
  let asked = columns !== undefined || shape !== undefined || dataset !== undefined;
  try {
    const { items } = await open(format, mutated, any);
    asked = false;
    for (const item of items.slice(0, READ_ITEMS)) {
      const verdict = await readItem(item);
      bytes += verdict.bytes;
      block = Math.max(block, verdict.block ?? 0);
      if (verdict.wrong) return { ...verdict, bytes };
    }
    return { outcome: "read", bytes, block };
  } catch (error) {
    // A region within the axes that a reader gave itself, or a file's content, is never the caller's fault.
    if (isLithoscopeError(error, "Usage") && !asked)
      return { outcome: "Usage", bytes, wrong: describe(error) };
    if (isLithoscopeError(error)) return { outcome: error.tag, bytes };
    return { outcome: "untyped", bytes, wrong: describe(error) };
  }
}
