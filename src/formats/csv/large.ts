/** Tables in text too large to be held: rows are found once, cells are read when they are asked for. */
import type { Column, Notice, Source, Table } from "../../core/contracts.ts";
import { findLayout, type Layout, readDelimited } from "../lab-delimited.ts";
import { type Filled, noColumn, uniqueNames } from "../lab-table.ts";
import { decodeLabText, labLines } from "../lab-text.ts";
import { findCell, numberAt, readColumn } from "./cell-bytes.ts";
import { BLOCK_ROWS, CHUNK, indexRows, type RowIndex } from "./row-index.ts";

/** Bytes of the text from which layout, names and kinds of columns are read. */
const HEAD = 2 ** 20;
const LF = 10;

/** Byte behind the `lines`-th line feed; undefined where the head has fewer. */
function byteOfLine(head: Uint8Array, lines: number): number | undefined {
  // The mark of UTF-8 is no part of the first cell.
  let at = head[0] === 0xef && head[1] === 0xbb && head[2] === 0xbf ? 3 : 0;
  for (let i = 0; i < lines; i++) {
    const feed = head.indexOf(LF, at);
    if (feed < 0) return undefined;
    at = feed + 1;
  }
  return at;
}

/** Head of the file up to its last whole line. */
function wholeLines(head: Uint8Array): Uint8Array {
  return head.subarray(0, head.lastIndexOf(LF) + 1);
}

interface Cells {
  readonly source: Source;
  readonly index: RowIndex;
  readonly separator: number;
  readonly decimal: number;
  /** True where cells can be quoted, or runs of blanks part them. */
  readonly careful: boolean;
}

/** The bytes of the blocks that hold rows from … to − 1, as many at once as fit a chunk, each with its first row. */
async function* blocksOf({ source, index }: Cells, from: number, to: number, stop: AbortSignal | undefined) {
  const wanted = Math.ceil(to / BLOCK_ROWS);
  for (let block = Math.floor(from / BLOCK_ROWS); block < wanted; ) {
    let last = block + 1;
    while (last < wanted && index.starts[last + 1]! - index.starts[block]! <= CHUNK) last++;
    const start = index.starts[block]!;
    const bytes = await source.read(start, index.starts[last]! - start, stop);
    yield {
      row: block * BLOCK_ROWS,
      rows: Math.min(last * BLOCK_ROWS, index.rows) - block * BLOCK_ROWS,
      bytes,
    };
    block = last;
  }
}

/** Calls `use` for one cell of each row from … to − 1: its row, the bytes around it, begin and end; begin −1 for none. */
async function eachCell(
  cells: Cells,
  column: number,
  from: number,
  to: number,
  use: (row: number, bytes: Uint8Array, begin: number, end: number) => void,
  stop: AbortSignal | undefined,
): Promise<void> {
  const place = { begin: -1, end: -1, next: 0 };
  for await (const { row: first, bytes } of blocksOf(cells, from, to, stop)) {
    let row = first;
    for (let at = 0; at < bytes.length && row < to; at = place.next + 1) {
      findCell(bytes, at, column, cells.separator, place);
      if (place.next === at || (place.next === at + 1 && bytes[at] === 13)) continue;
      if (row >= from) use(row, bytes, place.begin, place.end);
      row++;
    }
  }
}

/** Numbers of one column, rows from … to − 1. */
async function numbersOf(
  cells: Cells,
  column: number,
  from: number,
  to: number,
  stop: AbortSignal | undefined,
) {
  const values = new Float64Array(to - from).fill(Number.NaN);
  if (cells.careful) {
    const keep = (row: number, bytes: Uint8Array, begin: number, end: number) => {
      if (begin >= 0) values[row - from] = numberAt(bytes, begin, end, cells.decimal);
    };
    await eachCell(cells, column, from, to, keep, stop);
    return values;
  }
  for await (const { row, rows, bytes } of blocksOf(cells, from, to, stop)) {
    const inside = row >= from && row + rows <= to;
    const target = inside ? values.subarray(row - from, row - from + rows) : new Float64Array(rows);
    readColumn(bytes, column, cells.separator, cells.decimal, target, 0);
    if (inside) continue;
    const [low, high] = [Math.max(from, row), Math.min(to, row + rows)];
    values.set(target.subarray(low - row, high - row), low - from);
  }
  return values;
}

/** Words of one column, rows from … to − 1. */
async function wordsOf(
  cells: Cells,
  column: number,
  from: number,
  to: number,
  stop: AbortSignal | undefined,
) {
  const words = new Array<string>(to - from).fill("");
  const keep = (row: number, bytes: Uint8Array, begin: number, end: number) => {
    if (begin >= 0) words[row - from] = wordOf(bytes.subarray(begin, end));
  };
  await eachCell(cells, column, from, to, keep, stop);
  return words;
}

/**
 * A table of a text whose rows stay in the file: 10⁷ of them cost their places, one number for 8192 rows. Kinds of columns
 * are those of the first MiB.
 *
 * @returns undefined where the text is none that can be read by its bytes: UTF-16, or lines that end otherwise
 */
export async function largeTable(
  source: Source,
  named: (columns: readonly Filled[], layout: Layout) => readonly Filled[],
  notices: Notice[],
  stop?: AbortSignal,
): Promise<{ table: Table; layout: Layout } | undefined> {
  const head = wholeLines(await source.read(0, Math.min(HEAD, source.size), stop));
  if (head.length === 0 || head[0] === 0xff || head[0] === 0xfe) return undefined;
  const text = decodeLabText(head);
  if (/\r(?!\r*\n)/.test(text)) return undefined;
  const layout = findLayout(labLines(text));
  const first = layout && byteOfLine(head, layout.first);
  if (!layout || first === undefined) return undefined;
  const sample = uniqueNames(named(readDelimited(text, "csv", []).columns, layout));
  const index = await indexRows(source, first, stop);
  const columns: Column[] = sample.map(({ name, unit, values }) => {
    const number = values instanceof Float64Array;
    return { name, unit: number ? unit : "", type: number ? "number" : "text" };
  });
  const message = `csv: the text has ${index.rows} rows; columns are numbers where their cells in the first MiB are, a later cell that is none has no value`;
  notices.push({ code: "kinds-sampled", message });
  const cells: Cells = {
    source,
    index,
    separator: layout.separator.charCodeAt(0),
    decimal: layout.decimalComma ? 44 : 46,
    careful: layout.separator === " " || text.includes('"'),
  };
  const table: Table = {
    kind: "table",
    title: source.name,
    rows: index.rows,
    columns,
    meta: {},
    async read(name, from, to, stopRead) {
      const k = columns.findIndex((column) => column.name === name);
      if (k < 0) throw noColumn(source.name, columns, name);
      const [low, high] = [Math.max(0, from), Math.min(index.rows, to)];
      const number = columns[k]!.type === "number";
      if (high <= low) return number ? new Float64Array(0) : [];
      return number ? numbersOf(cells, k, low, high, stopRead) : wordsOf(cells, k, low, high, stopRead);
    },
  };
  return { table, layout };
}

function wordOf(bytes: Uint8Array): string {
  const text = decodeLabText(bytes).trim();
  return /^".*"$/s.test(text) ? text.slice(1, -1).replaceAll('""', '"').trim() : text;
}
