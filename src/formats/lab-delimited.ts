/** Tables in text whose layout no header declares: which sign parts the cells, where the rows begin, what names them. */
import type { Notice } from "../core/contracts.ts";
import { type Filled, isUnit, measuredCell, splitHeading } from "./lab-table.ts";
import { cellNumber, cellsOf, labLines, lineError, readCells, usesDecimalComma } from "./lab-text.ts";

/** Where the rows of a table are and how they are written. */
export interface Layout {
  /** Tab, semicolon, comma, or " " for runs of white space. */
  readonly separator: string;
  readonly decimalComma: boolean;
  /** Cells of a row. */
  readonly columns: number;
  /** Index of the first line of rows. */
  readonly first: number;
  /** Name and unit of each column; empty where the text has none. */
  readonly headings: readonly { readonly name: string; readonly unit: string }[];
  /** Lines before the names or, without names, before the rows. */
  readonly before: readonly string[];
}

const SEPARATORS = ["\t", ";", ",", " "] as const;
/** Lines that are looked at; headers of instruments are shorter. */
const LOOKED_AT = 2000;

const isNumber = (cell: string): boolean =>
  Number.isFinite(cellNumber(cell, false) ?? Number.NaN) ||
  Number.isFinite(cellNumber(cell, true) ?? Number.NaN);

/** A row of a table: two cells or more, at least half of those that hold anything numbers, with units or without. */
const isRow = (cells: readonly string[]): boolean => {
  const filled = cells.filter((cell) => cell !== "");
  const numbers = filled.filter(
    (cell) => isNumber(cell) || measuredCell(cell, "point or comma") !== undefined,
  ).length;
  return cells.length >= 2 && numbers > 0 && 2 * numbers >= filled.length;
};

interface Run {
  readonly separator: string;
  readonly first: number;
  readonly columns: number;
  readonly rows: number;
  /** Share of the filled cells of its first row that are numbers. */
  readonly numbers: number;
}

/** The longest run of rows of the same number of cells; empty lines do not break it. */
function longestRun(lines: readonly string[], separator: string): Run {
  const none: Run = { separator, first: -1, columns: 0, rows: 0, numbers: 0 };
  let best = none;
  let run = none;
  for (const [i, line] of lines.entries()) {
    if (line.trim() === "") continue;
    const cells = cellsOf(line, separator);
    if (!isRow(cells)) run = none;
    else if (run.rows > 0 && run.columns === cells.length) run = { ...run, rows: run.rows + 1 };
    else {
      const numbers = cells.filter(isNumber).length / cells.filter((cell) => cell !== "").length;
      run = { separator, first: i, columns: cells.length, rows: 1, numbers };
    }
    if (run.rows > best.rows) best = run;
  }
  return best;
}

function isBetter(one: Run, best: Run): boolean {
  if (one.rows !== best.rows) return one.rows > best.rows;
  if (one.numbers !== best.numbers) return one.numbers > best.numbers;
  return one.columns > best.columns;
}

/** The cells of a line that can name the columns; undefined where their number or content says that it does not. */
function namingCells(line: string | undefined, { separator, columns }: Run): string[] | undefined {
  if (line === undefined) return undefined;
  const cells = cellsOf(line.replace(/^\s*[#%~]\s*/, ""), separator);
  while (cells.length > columns && cells.at(-1) === "") cells.pop();
  // Many writers end the rows with a separator, and the names without one.
  if (cells.length === columns - 1) cells.push("");
  if (cells.length !== columns || cells.filter(isNumber).length > 0) return undefined;
  return cells.some((cell) => cell !== "") ? cells : undefined;
}

/** Index of the line above `at` that is not empty; -1 where there is none. */
function lineAbove(lines: readonly string[], at: number): number {
  let above = at - 1;
  while (above >= 0 && lines[above]!.trim() === "") above--;
  return above;
}

function headingsAbove(lines: readonly string[], run: Run): Pick<Layout, "headings" | "before"> {
  const at = lineAbove(lines, run.first);
  const cells = namingCells(lines[at], run);
  if (!cells) return { headings: [], before: lines.slice(0, run.first) };
  // Two lines of heading: names, and below them units alone, in brackets or bare.
  const units = cells.map((cell) => cell.replace(/^[([]\s*|\s*[)\]]$/g, ""));
  const higher = lineAbove(lines, at);
  const names = units.every((unit) => unit === "" || unit === "-" || isUnit(unit))
    ? namingCells(lines[higher], run)
    : undefined;
  if (!names) return { headings: cells.map(splitHeading), before: lines.slice(0, at) };
  const headings = names.map((name, i) => ({ name, unit: /^-?$/.test(units[i]!) ? "1" : units[i]! }));
  return { headings, before: lines.slice(0, higher) };
}

/**
 * The layout of the table in a text, from its longest run of rows of numbers.
 *
 * @returns undefined where no two lines are rows of two numbers or more, nor one below names
 */
export function findLayout(lines: readonly string[]): Layout | undefined {
  const looked = lines.slice(0, LOOKED_AT);
  const runs = SEPARATORS.map((separator) => longestRun(looked, separator));
  // Among equals the one whose cells are numbers: another sign leaves pieces such as "0\t109" or "5;2".
  const run = runs.reduce((best, one) => (isBetter(one, best) ? one : best));
  if (run.rows === 0) return undefined;
  const sample = looked.slice(run.first, run.first + 64).flatMap((line) => cellsOf(line, run.separator));
  const { separator, columns, first } = run;
  const above = headingsAbove(looked, run);
  // One line of numbers is a table only below names for its cells.
  if (run.rows === 1 && above.headings.length === 0) return undefined;
  return { separator, columns, first, decimalComma: usesDecimalComma(sample), ...above };
}

const isEmpty = ({ values }: Filled): boolean =>
  values instanceof Float64Array ? values.every(Number.isNaN) : values.every((cell) => cell === "");

/** Empties the lines that repeat the heading: files that were joined one behind the other. */
function dropRepeated(lines: string[], layout: Layout, format: string, notices: Notice[]): void {
  const heading = layout.headings.length > 0 ? lines[lineAbove(lines, layout.first)] : undefined;
  if (heading === undefined) return;
  let repeats = 0;
  for (let i = layout.first; i < lines.length; i++) {
    if (lines[i] !== heading) continue;
    lines[i] = "";
    repeats++;
  }
  if (repeats === 0) return;
  const message = `${format}: the heading stands ${repeats} more times among the rows, which follow each other as one table`;
  notices.push({ code: "heading-repeated", message });
}

/**
 * The table of a text: columns named and measured as its heading says, or `column 1` … without units.
 *
 * @throws Format where no lines are rows of a table
 */
export function readDelimited(
  text: string,
  format: string,
  notices: Notice[],
): { layout: Layout; columns: Filled[]; rows: number } {
  const lines = labLines(text);
  const layout = findLayout(lines);
  if (!layout) {
    const sentence = `wanted rows of at least two numbers between tabs, semicolons, commas or blanks, found none in ${Math.min(lines.length, LOOKED_AT)} lines`;
    throw lineError(format, sentence, 1);
  }
  dropRepeated(lines, layout, format, notices);
  const { separator, decimalComma, first, headings } = layout;
  const cells = readCells(
    lines,
    first,
    { format, separator, decimalComma, columns: layout.columns, open: !/[\r\n]$/.test(text) },
    notices,
  );
  const columns = cells.columns.map((values, i): Filled => {
    return { ...(headings[i] ?? { name: `column ${i + 1}`, unit: "1" }), values };
  });
  // A separator behind the last cell of every row makes a column of nothing.
  while (columns.length > 1 && !(headings[columns.length - 1]?.name ?? "") && isEmpty(columns.at(-1)!))
    columns.pop();
  return { layout, columns, rows: cells.rows };
}
