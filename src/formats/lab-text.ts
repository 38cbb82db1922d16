/** What the text files of laboratory instruments share: their letters, lines, numbers and tables. */
import type { Notice } from "../core/contracts.ts";
import { LithoscopeError } from "../core/errors.ts";
import { checkedLines, decodeText } from "./orientation-grid.ts";

/** Text files are held in memory while they are read, as one string; JavaScript has none that are longer. */
export const TEXT_LIMIT = 2 ** 29 - 2 ** 16;

/**
 * The text of an instrument's file: UTF-16 by its byte order mark, UTF-8 where the bytes are that, else Windows-1252,
 * which writes the micro sign as one byte (EC-Lab, BaSyTec).
 */
export function decodeLabText(bytes: Uint8Array): string {
  if (bytes[0] === 0xff && bytes[1] === 0xfe) return new TextDecoder("utf-16le").decode(bytes);
  if (bytes[0] === 0xfe && bytes[1] === 0xff) return new TextDecoder("utf-16be").decode(bytes);
  return decodeText(bytes).replace(/^\ufeff/, "");
}

/** The letters that a sniffer looks at: the first bytes as decoded text, a cut last character left out. */
export function headText(head: Uint8Array): string {
  if (head[0] === 0xff && head[1] === 0xfe)
    return new TextDecoder("utf-16le").decode(head.subarray(2, head.length & ~1));
  if (head[0] === 0xfe && head[1] === 0xff)
    return new TextDecoder("utf-16be").decode(head.subarray(2, head.length & ~1));
  return new TextDecoder("windows-1252").decode(head).replace(/^\u00ef\u00bb\u00bf/, "");
}

/** Lines as instruments end them; PowerSuite writes \r\r\n, where the extra \r is no line of its own. */
export function labLines(text: string): string[] {
  return checkedLines(text.split(/\r{0,2}\n|\r/));
}

/**
 * The cells of one line. Quotes as RFC 4180 has them where the line holds any; `separator` " " stands for any run of
 * white space.
 */
export function cellsOf(line: string, separator: string): string[] {
  if (separator === " ") return line.trim().split(/\s+/);
  if (!line.includes('"')) return line.split(separator).map((cell) => cell.trim());
  const cells: string[] = [];
  let at = 0;
  while (at <= line.length) {
    const quoted = /^\s*"((?:[^"]|"")*)"\s*/.exec(line.slice(at));
    const follows =
      quoted && (at + quoted[0].length === line.length || line[at + quoted[0].length] === separator);
    if (quoted && follows) {
      cells.push(quoted[1]!.replaceAll('""', '"').trim());
      at += quoted[0].length + 1;
      continue;
    }
    const end = line.indexOf(separator, at);
    cells.push(line.slice(at, end < 0 ? line.length : end).trim());
    at = end < 0 ? line.length + 1 : end + 1;
  }
  return cells;
}

const NUMBER = /^[-+]?(?:\d+\.?\d*|\.\d+)(?:[eEdD][-+]?\d+)?$/;
/** What instruments write where there is no number. */
const NOTHING = /^(?:|nan|n\/a|na|null|none|-+|[-+]?(?:1\.#)?inf(?:inity)?|[-+]?1\.#\w+|#n\/?a|∞)$/i;

/** No instrument writes longer numbers [letters]; looking for one in a longer run of digits would take for ever. */
const LONGEST_NUMBER = 128;

/** The number of a cell, NaN for a cell that says there is none, undefined for any other text. */
export function cellNumber(cell: string, decimalComma: boolean): number | undefined {
  if (cell.length > LONGEST_NUMBER) return undefined;
  const text = decimalComma ? cell.replace(",", ".") : cell;
  if (NUMBER.test(text)) return Number(text.replace(/[dD]/, "e"));
  return NOTHING.test(text) ? Number.NaN : undefined;
}

/**
 * True where the decimal sign of these cells is a comma: some have one, none has a point inside a number. A table whose
 * separator is the comma has none.
 */
export function usesDecimalComma(cells: Iterable<string>): boolean {
  let commas = 0;
  for (const cell of cells) {
    if (/^[-+]?\d*\.\d+(?:[eE][-+]?\d+)?$/.test(cell)) return false;
    if (/^[-+]?\d*,\d+(?:[eE][-+]?\d+)?$/.test(cell)) commas++;
  }
  return commas > 0;
}

/** Columns of a text table: numbers where every cell is one or empty, else text. */
export interface CellColumns {
  readonly rows: number;
  readonly columns: readonly (Float64Array | string[])[];
  /** Line of the file, counted from 1, of the first row; for messages. */
  readonly line: number;
}

export interface CellsOptions {
  readonly format: string;
  readonly separator: string;
  readonly decimalComma: boolean;
  /** How many columns the header names. */
  readonly columns: number;
  /** The table ends before this line (index), at the end of the file unless told. */
  readonly end?: number;
  /** True where the text ends without a line feed, so that its last row may be cut. */
  readonly open?: boolean;
  /** Cells that are words in the file's language, so that their column stays text. */
  readonly text?: readonly number[];
}

/**
 * The rows of a table from line index `start` on; empty lines are skipped. Cells beyond the header's columns that hold
 * something, and rows with too few cells, are counted in a notice: missing cells are NaN or "". A last row that is
 * shorter than the others counts as cut off and is left out with a notice.
 */
export function readCells(
  lines: readonly string[],
  start: number,
  options: CellsOptions,
  notices: Notice[],
): CellColumns {
  const { format, separator, decimalComma, columns } = options;
  const end = options.end ?? lines.length;
  const rows: string[][] = [];
  const at: number[] = [];
  for (let i = start; i < end; i++) {
    const line = lines[i]!;
    if (line.trim() === "" || line.trim() === "\u001a") continue;
    rows.push(cellsOf(separator === " " ? line : line.replace(/[\r\n]+$/, ""), separator));
    at.push(i + 1);
  }
  const filled = (row: string[]) => row.length - (row.length > columns && row[row.length - 1] === "" ? 1 : 0);
  dropCut(rows, at, columns, options, notices);
  const short = rows.filter((row) => filled(row) < columns).length;
  const long = rows.filter((row) => row.slice(columns).some((cell) => cell !== "")).length;
  const where = `lines ${at[0] ?? start + 1} to ${at[at.length - 1] ?? start + 1}`;
  // Many writers leave out the empty cells at the end of every row: no fault of the file.
  if (short > 0 && short < rows.length) {
    const message = `${format}: ${short} of ${rows.length} rows have fewer than ${columns} cells, the missing ones have no value`;
    notices.push({ code: "rows-short", message, where });
  }
  if (long > 0) {
    const message = `${format}: ${long} of ${rows.length} rows have more than the ${columns} cells that the header names, the rest is left out`;
    notices.push({ code: "rows-long", message, where });
  }
  const made = Array.from({ length: columns }, (_, k) =>
    options.text?.includes(k) ? rows.map((row) => row[k] ?? "") : columnOf(rows, k, decimalComma),
  );
  return { rows: rows.length, columns: made, line: at[0] ?? start + 1 };
}

/** Takes the last row away where the file was cut inside it. */
function dropCut(
  rows: string[][],
  at: number[],
  columns: number,
  options: CellsOptions,
  notices: Notice[],
): void {
  const last = rows[rows.length - 1];
  const usual = rows.length > 1 ? rows[rows.length - 2]!.length : columns;
  if (!last || last.length >= Math.min(usual, columns)) return;
  if (!(options.open ?? false)) return;
  const line = at[at.length - 1]!;
  const message = `${options.format}: line ${line}, the last one, is cut short; ${rows.length - 1} rows are whole`;
  notices.push({ code: "truncated", message, where: `line ${line}` });
  rows.pop();
  at.pop();
}

function columnOf(rows: readonly string[][], k: number, decimalComma: boolean): Float64Array | string[] {
  const numbers = new Float64Array(rows.length);
  for (let i = 0; i < rows.length; i++) {
    const value = cellNumber(rows[i]![k] ?? "", decimalComma);
    if (value === undefined) return rows.map((row) => row[k] ?? "");
    numbers[i] = value;
  }
  return numbers;
}

/** A Format error at a line, counted from 1. */
export function lineError(format: string, sentence: string, line: number): LithoscopeError {
  return new LithoscopeError("Format", `${format}: ${sentence}`, { format, at: line });
}

/** Refuses a text file that is too large to be held in memory. */
export function checkTextSize(format: string, name: string, size: number): void {
  if (size <= TEXT_LIMIT) return;
  const message = `${format}: ${name} has ${size} bytes, more than the ${TEXT_LIMIT} of a text file that is read`;
  const hint = "export it in parts, or use the instrument's binary file";
  throw new LithoscopeError("Refused", message, { why: "size", need: "below 512 MiB" }, { hint });
}
