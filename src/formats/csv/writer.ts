import type { Axis, Item, PointList, Signal, Table, Writer } from "../../core/contracts.ts";
import { csvWord } from "../../core/csv-word.ts";
import { LithoscopeError } from "../../core/errors.ts";

/** More rows than these are no longer a table for people. */
const MAX_ROWS = 5e6;

/** A field as RFC 4180 wants it; a number that is not there is empty. */
function field(value: number | string): string {
  if (typeof value === "number") return Number.isNaN(value) ? "" : String(value);
  return csvWord(value);
}

function heading(name: string, unit: string): string {
  return field(unit === "" || unit === "1" ? name : `${name} [${unit}]`);
}

function checkRows(rows: number): void {
  if (rows <= MAX_ROWS) return;
  const message = `csv: ${rows} rows are more than the ${MAX_ROWS} that are written`;
  throw new LithoscopeError("Refused", message, { why: "too many rows", need: ".npy or .zarr" });
}

function coordinate(axis: Axis, i: number): number {
  const value = axis.values ? axis.values[i]! : axis.offset + axis.scale * i;
  // 0.1 · 3 is 0.30000000000000004, which no one measured.
  return Number(value.toPrecision(15));
}

/** Coordinates of the flat position `at`, slowest axis first. */
function place(axes: readonly Axis[], at: number): number[] {
  const found = axes.map(() => 0);
  let rest = at;
  for (let i = axes.length - 1; i >= 0; i--) {
    found[i] = coordinate(axes[i]!, rest % axes[i]!.size);
    rest = Math.floor(rest / axes[i]!.size);
  }
  return found;
}

function countOf(axes: readonly Axis[]): number {
  return axes.reduce((product, { size }) => product * size, 1);
}

function textOf(head: readonly string[], rows: readonly string[]): string {
  return `${[head.join(","), ...rows].join("\n")}\n`;
}

/** One row per value: its coordinates, then the value. */
async function signalText({ axes, value, tile }: Signal, stop?: AbortSignal): Promise<string> {
  const count = countOf(axes);
  checkRows(count);
  const data = await tile({ start: axes.map(() => 0), stop: axes.map(({ size }) => size) }, stop);
  const head = [...axes.map(({ name, unit }) => heading(name, unit)), heading(value.name, value.unit)];
  return textOf(
    head,
    Array.from({ length: count }, (_, i) => [...place(axes, i), data[i]!].map(field).join(",")),
  );
}

/** One row per point: where the beam was, then the point's columns. */
async function pointsText({ navigation, columns, points }: PointList, stop?: AbortSignal): Promise<string> {
  const positions = countOf(navigation);
  const list = await points(0, positions, stop);
  checkRows(list.offsets[positions]!);
  const names = columns.map(({ name }) => name);
  const rows: string[] = [];
  for (let at = 0; at < positions; at++) {
    const where = place(navigation, at);
    for (let row = list.offsets[at]!; row < list.offsets[at + 1]!; row++) {
      rows.push([...where, ...names.map((name) => list.columns[name]![row]!)].map(field).join(","));
    }
  }
  return textOf(
    [...navigation, ...columns].map(({ name, unit }) => heading(name, unit)),
    rows,
  );
}

async function tableText({ rows, columns, read }: Table, stop?: AbortSignal): Promise<string> {
  checkRows(rows);
  const values = await Promise.all(columns.map(({ name }) => read(name, 0, rows, stop)));
  return textOf(
    columns.map(({ name, unit }) => heading(name, unit)),
    Array.from({ length: rows }, (_, i) => values.map((column) => field(column[i]!)).join(",")),
  );
}

function isTabular(item: Item): boolean {
  if (item.kind === "signal") return !/^(c|rgb)/.test(item.dtype);
  return item.kind === "points" || item.kind === "table";
}

/** Signals, point lists and tables as rows of numbers, units in the heading. */
export const writer: Writer = {
  id: "csv",
  title: "Comma-separated table",
  extensions: [".csv"],
  accepts: isTabular,
  async write(item, sink, path, stop) {
    if (item.kind === "signal") return sink.write(path, await signalText(item, stop));
    if (item.kind === "points") return sink.write(path, await pointsText(item, stop));
    return sink.write(path, await tableText(item as Table, stop));
  },
};
