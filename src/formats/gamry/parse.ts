import type { Notice } from "../../core/contracts.ts";
import { cellsOf, labLines, lineError, readCells, usesDecimalComma } from "../lab-text.ts";

/** A TABLE of the file: names, units and columns as they stand. */
export interface GamryTable {
  readonly name: string;
  /** Number of rows that the TABLE line declares, where it does. */
  readonly declared?: number;
  readonly names: readonly string[];
  readonly units: readonly string[];
  readonly columns: readonly (Float64Array | string[])[];
  readonly rows: number;
}

export interface GamryFile {
  /** Header lines by their first word: kind and value. */
  readonly fields: Readonly<Record<string, { readonly kind: string; readonly value: string }>>;
  readonly notes: readonly string[];
  readonly tables: readonly GamryTable[];
  readonly aborted: boolean;
}

/** Rows, names and units begin with a tab, or with blanks where someone edited the file. */
const isIndented = (line: string | undefined): boolean => line !== undefined && /^[\t ]/.test(line);

/**
 * The lines up to `next` with the rows' leading tab taken off. A row that someone edited begins with blanks: it is read
 * between blanks where that gives a cell for every name, and left out where it does not. Both are said.
 */
function evenRows(
  lines: readonly string[],
  at: number,
  next: number,
  names: readonly string[],
  notices: Notice[],
): string[] {
  const [kept, lost]: number[][] = [[], []];
  const body = lines.slice(0, next).map((line, i) => {
    if (i < at + 3 || line.trim() === "") return line;
    if (line.startsWith("\t")) return line.slice(1);
    const cells = cellsOf(line, " ");
    const whole = cells.length === names.length;
    (whole ? kept : lost)!.push(i + 1);
    return whole ? cells.join("\t") : "";
  });
  const table = cellsOf(lines[at]!, "\t")[0];
  const say = (rows: readonly number[], what: string) => {
    if (rows.length === 0) return;
    const message = `gamry: ${rows.length} rows of ${table} are not separated by tabs, as if edited by hand; ${what}`;
    notices.push({ code: "rows-odd", message, where: `lines ${rows.join(", ")}` });
  };
  say(kept!, `read between their blanks, which gives the ${names.length} cells of the others`);
  say(lost!, "left out");
  return body;
}

/** One table whose TABLE line has index `at`, and the index of the first line behind it. */
function readTable(
  lines: readonly string[],
  at: number,
  decimalComma: boolean,
  open: boolean,
  notices: Notice[],
): { table: GamryTable; next: number } | undefined {
  const [name = "", , count = ""] = cellsOf(lines[at]!, "\t");
  if (!isIndented(lines[at + 1]) || !isIndented(lines[at + 2])) return undefined;
  const names = cellsOf(lines[at + 1]!, "\t").slice(1);
  while (names.at(-1) === "") names.pop();
  const units = cellsOf(lines[at + 2]!, "\t").slice(1, names.length + 1);
  let next = at + 3;
  while (next < lines.length && isIndented(lines[next])) next++;
  const body = evenRows(lines, at, next, names, notices);
  const last = next >= lines.length || (next === lines.length - 1 && lines[next]!.trim() === "");
  const cells = readCells(
    body,
    at + 3,
    { format: "gamry", separator: "\t", decimalComma, columns: names.length, open: open && last },
    notices,
  );
  const declared = /^\d+$/.test(count) ? Number(count) : undefined;
  if (declared !== undefined && declared !== cells.rows) {
    const message = `gamry: ${name} declares ${declared} rows and holds ${cells.rows}`;
    notices.push({ code: "rows-declared", message, where: `line ${at + 1}` });
  }
  const table = { name, ...(declared !== undefined && { declared }), names, units, ...cells };
  return { table, next };
}

/**
 * Header and tables of a Gamry file; decimal commas are found from its rows.
 *
 * @throws Format if it has no table
 */
export function parseGamry(text: string, notices: Notice[]): GamryFile {
  const lines = labLines(text);
  if (!/^EXPLAIN/.test(lines[0] ?? ""))
    throw lineError("gamry", `wanted EXPLAIN in line 1, found "${(lines[0] ?? "").slice(0, 40)}"`, 1);
  const sample = lines.filter((line) => /^\t\s*\d+\t/.test(line)).slice(0, 64);
  const decimalComma = usesDecimalComma(sample.flatMap((line) => cellsOf(line, "\t")));
  const open = !/[\r\n]$/.test(text);
  const fields: Record<string, { kind: string; value: string }> = {};
  const notes: string[] = [];
  const tables: GamryTable[] = [];
  let aborted = false;
  for (let at = 1; at < lines.length; at++) {
    const line = lines[at]!;
    const [key = "", kind = "", value = ""] = cellsOf(line, "\t");
    if (kind === "TABLE") {
      const found = readTable(lines, at, decimalComma, open, notices);
      if (!found) continue;
      tables.push(found.table);
      at = found.next - 1;
    } else if (/^EXPERIMENTABORTED$/.test(key)) aborted = value !== "F";
    else if (isIndented(line)) {
      if (line.trim() !== "") notes.push(line.trim());
    } else if (key !== "") fields[key] = { kind, value: kind === "" ? "" : key === "TAG" ? kind : value };
  }
  if (tables.length === 0)
    throw lineError(
      "gamry",
      `wanted a TABLE, the file ends with its header at line ${lines.length}`,
      lines.length,
    );
  return { fields, notes, tables, aborted };
}
