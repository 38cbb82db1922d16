/** What `.ang` and `.ctf` share: text to rows, coordinates to a grid, rows to an orientation map. */
import type { Column, Notice, Table } from "../core/contracts.ts";
import { LithoscopeError } from "../core/errors.ts";

/** Numbers of a text table, row-major. */
export interface Rows {
  readonly count: number;
  readonly columns: number;
  readonly values: Float64Array;
}

export interface Grid {
  readonly width: number;
  readonly height: number;
  /** From the coordinates, in their unit. */
  readonly step: readonly [number, number];
  /** Flat grid position of every row. */
  readonly position: Int32Array;
}

/** UTF-8 where the bytes are that, else Windows-1252, as older vendor programs write. */
export function decodeText(bytes: Uint8Array): string {
  try {
    return new TextDecoder("utf-8", { fatal: true }).decode(bytes);
  } catch {
    return new TextDecoder("windows-1252").decode(bytes);
  }
}

/** Lines by line feeds only: other characters that some splitters take for breaks occur inside names. */
export function splitLines(text: string): string[] {
  return checkedLines(text.split(/\r\n|\n|\r/));
}

/** What has a longer line [letters] is no table: taking it apart would need many times its size. */
export const LONGEST_LINE = 2 ** 24;

/** The lines, none of which may be longer than any instrument writes. */
export function checkedLines(lines: string[]): string[] {
  const at = lines.findIndex(({ length }) => length > LONGEST_LINE);
  if (at < 0) return lines;
  throw longLine(`line ${at + 1} has ${lines[at]!.length} letters`, at + 1);
}

/** The error of a line that no table has. */
export function longLine(sentence: string, at: number): LithoscopeError {
  const message = `${sentence}, more than the ${LONGEST_LINE} of a table`;
  return new LithoscopeError("Format", message, { format: "text", at });
}

/**
 * The numbers of the data lines from `start` on; empty lines are skipped. A short or broken last line counts as cut
 * off and is left out with a notice.
 *
 * @throws Format, with the line, for a broken line elsewhere or when no whole row is there
 */
export function parseRows(lines: readonly string[], start: number, format: string, notices: Notice[]): Rows {
  let last = lines.length;
  while (last > start && lines[last - 1]!.trim() === "") last--;
  const first = lines.slice(start, last).find((line) => line.trim() !== "");
  const columns = first === undefined ? 0 : first.trim().split(/\s+/).length;
  const values = new Float64Array(columns * (last - start));
  let count = 0;
  for (let at = start; at < last; at++) {
    const line = lines[at]!.trim();
    if (line === "") continue;
    const fields = line.split(/\s+/);
    // EBSD programs of some locales write decimal commas.
    const row = fields.map((field) => Number(field.includes(",") ? field.replace(",", ".") : field));
    if (fields.length === columns && !row.some(Number.isNaN)) {
      values.set(row, columns * count);
      count++;
      continue;
    }
    if (at < last - 1 || count === 0) {
      const found = fields.length === columns ? `"${line.slice(0, 40)}"` : `${fields.length} fields`;
      const message = `${format}: wanted ${columns} numbers in line ${at + 1}, found ${found}`;
      throw new LithoscopeError("Format", message, { format, at: at + 1 });
    }
    const message = `${format}: line ${at + 1}, the last one, is cut short; ${count} points are whole`;
    notices.push({ code: "truncated", message, where: `line ${at + 1}` });
  }
  if (count === 0) {
    const message = `${format}: wanted at least one point after line ${start}, found none`;
    throw new LithoscopeError("Format", message, { format, at: start });
  }
  return { count, columns, values: values.subarray(0, columns * count) };
}

/**
 * The rectangular grid of a scan from its coordinates: by row order first, which survives rounded coordinates, then
 * by the coordinates themselves. Undefined for hexagonal grids and scattered points.
 */
export function findGrid(x: Float64Array, y: Float64Array): Grid | undefined {
  // "1e999" is a number that lies nowhere.
  if (!x.every(Number.isFinite) || !y.every(Number.isFinite)) return undefined;
  return rasterGrid(x, y) ?? placedGrid(x, y);
}

/** Points in scan order, a new row wherever x runs back. */
function rasterGrid(x: Float64Array, y: Float64Array): Grid | undefined {
  const n = x.length;
  let width = 1;
  while (width < n && x[width]! >= x[width - 1]!) width++;
  const height = Math.ceil(n / width);
  const span = x[width - 1]! - x[0]!;
  const stepX = width > 1 ? span / (width - 1) : 0;
  const stepY = height > 1 ? (y[(height - 1) * width]! - y[0]!) / (height - 1) : stepX;
  if (width > 1 && !(stepX > 0)) return undefined;
  if (height > 1 && !(stepY > 0)) return undefined;
  for (let i = 0; i < n; i++) {
    const column = i % width;
    const row = (i - column) / width;
    if (Math.abs(x[i]! - x[0]! - column * stepX) > 0.3 * stepX) return undefined;
    if (Math.abs(y[i]! - y[0]! - row * stepY) > 0.3 * stepY) return undefined;
  }
  const position = Int32Array.from({ length: n }, (_, i) => i);
  return { width, height, step: [tidy(stepX || stepY), tidy(stepY)], position };
}

/** Points in any order, some perhaps missing: every one within a tenth of a step of its own grid position. */
function placedGrid(x: Float64Array, y: Float64Array): Grid | undefined {
  const n = x.length;
  const [u, v] = [levels(x), levels(y)];
  if (!u || !v || u.count * v.count > 4 * n + 64) return undefined;
  const position = new Int32Array(n);
  const taken = new Uint8Array(u.count * v.count);
  for (let i = 0; i < n; i++) {
    const column = Math.round((x[i]! - u.first) / u.step);
    const row = Math.round((y[i]! - v.first) / v.step);
    if (Math.abs(x[i]! - u.first - column * u.step) > 0.1 * u.step) return undefined;
    if (Math.abs(y[i]! - v.first - row * v.step) > 0.1 * v.step) return undefined;
    const at = row * u.count + column;
    if (taken[at]) return undefined;
    taken[at] = 1;
    position[i] = at;
  }
  // A hexagonal grid written out on half steps fills every other place only.
  if (n < 0.6 * taken.length && checkered(taken, u.count)) return undefined;
  return { width: u.count, height: v.count, step: [tidy(u.step), tidy(v.step)], position };
}

/** Without the last digits of a difference: 0.4, not 0.39999999999999997. */
function tidy(step: number): number {
  return Number(step.toPrecision(9));
}

/** True where no two neighbours along x are both taken. */
function checkered(taken: Uint8Array, width: number): boolean {
  for (let i = 1; i < taken.length; i++) if (i % width !== 0 && taken[i] && taken[i - 1]) return false;
  return true;
}

/** First value, even step and number of levels of a coordinate. */
function levels(values: Float64Array): { first: number; step: number; count: number } | undefined {
  const sorted = Float64Array.from(values).sort();
  const span = sorted.at(-1)! - sorted[0]!;
  if (span === 0) return { first: sorted[0]!, step: 1, count: 1 };
  const same = 1e-4 * span;
  let step = Number.POSITIVE_INFINITY;
  let count = 1;
  for (let i = 1; i < sorted.length; i++) {
    const gap = sorted[i]! - sorted[i - 1]!;
    if (gap <= same / 10) continue;
    count++;
    step = Math.min(step, gap);
  }
  const steps = Math.round(span / step);
  if (steps < 1 || steps > 1e5 || count > 2 * steps + 2) return undefined;
  return { first: sorted[0]!, step: span / steps, count: steps + 1 };
}

/** True where rows of points are shifted against each other by half a step. */
export function looksHexagonal(x: Float64Array, y: Float64Array): boolean {
  let next = 1;
  while (next < x.length && x[next]! >= x[next - 1]!) next++;
  if (next < 3 || next >= x.length) return false;
  const stepX = (x[next - 1]! - x[0]!) / (next - 1);
  const shift = Math.abs(x[next]! - x[0]!) / stepX;
  const ratio = (y[next]! - y[0]!) / stepX;
  return Math.abs(shift - 0.5) < 0.1 && Math.abs(ratio - Math.sqrt(3) / 2) < 0.1;
}

/** The notice where header and coordinates give different steps; none where rounding explains it. */
export function stepNotice(
  format: string,
  header: readonly [number, number] | undefined,
  found: readonly [number, number],
  unit: string,
): Notice[] {
  if (!header || !(header[0] > 0)) return [];
  const off = Math.max(Math.abs(found[0] / header[0] - 1), Math.abs(found[1] / header[1] - 1));
  if (!(off > 0.02)) return [];
  const text = (pair: readonly [number, number]) => pair.map((v) => Number(v.toPrecision(6))).join(" × ");
  const message = `${format}: the header says a step of ${text(header)} ${unit}, the coordinates ${text(found)}: these are taken`;
  return [{ code: "header-step", message, flag: "--step" }];
}

/** One column of the rows. */
export function column(rows: Rows, index: number): Float64Array {
  const out = new Float64Array(rows.count);
  for (let i = 0; i < rows.count; i++) out[i] = rows.values[i * rows.columns + index]!;
  return out;
}

/** The rows as the file has them, vendor frame and all. */
export function rowsTable(title: string, rows: Rows, columns: readonly Column[], meta: Table["meta"]): Table {
  return {
    kind: "table",
    title,
    rows: rows.count,
    columns,
    meta,
    read: async (name, from, to) => {
      const index = columns.findIndex((c) => c.name === name);
      if (index < 0) {
        const message = `${title}: wanted one of ${columns.map((c) => c.name).join(", ")}, found "${name}"`;
        throw new LithoscopeError("Usage", message, { path: "column", expected: "a column of the table" });
      }
      return column(rows, index).subarray(from, to);
    },
  };
}
