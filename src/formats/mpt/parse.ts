import type { Notice } from "../../core/contracts.ts";
import {
  type CellColumns,
  cellNumber,
  cellsOf,
  labLines,
  lineError,
  readCells,
  usesDecimalComma,
} from "../lab-text.ts";

/** The header block in the file's own words. */
export interface MptHeader {
  /** Lines before the column names, as they stand in the file. */
  readonly lines: readonly string[];
  /** Lines "name : value" of the header. */
  readonly fields: Readonly<Record<string, string>>;
  readonly technique: string;
  readonly decimalComma: boolean;
  readonly names: readonly string[];
}

/** "Nb header lines : 61" in the languages of EC-Lab. */
const COUNT = /^\s*(?:Nb header lines|Nb lignes|Nombre de lignes|Anzahl|Zeilen)[^:]*:\s*(\d+)/i;
const looksNumeric = (line: string): boolean => {
  const cells = cellsOf(line, "\t").filter((cell) => cell !== "");
  const numbers = cells.filter((cell) => Number.isFinite(cellNumber(cell, true) ?? Number.NaN));
  return cells.length > 0 && 2 * numbers.length > cells.length;
};
const looksNamed = (line: string | undefined): boolean =>
  line?.includes("\t") === true && !looksNumeric(line);

/** Index of the line of column names: where the header says, else before the first line of numbers. */
function namesAt(lines: readonly string[], notices: Notice[]): number {
  const said = COUNT.exec(lines[1] ?? "");
  const at = said ? Number(said[1]) - 1 : 0;
  const next = lines[at + 1];
  if (
    looksNamed(lines[at]) &&
    (next === undefined || next.trim() === "" || looksNumeric(next) || next.includes("\t"))
  )
    return at;
  // A header that was edited: the line before the first run of numbers with as many cells.
  for (let i = 1; i < lines.length; i++) {
    if (!looksNumeric(lines[i]!) || !looksNamed(lines[i - 1])) continue;
    if (/^\s/.test(lines[i - 1]!) || cellsOf(lines[i - 1]!, "\t").length < 2) continue;
    if (said) {
      const message = `mpt: line 2 declares ${said[1]} header lines, the column names stand in line ${i}`;
      notices.push({ code: "header-lines", message, where: "line 2" });
    }
    return i - 1;
  }
  throw lineError(
    "mpt",
    `wanted a line of column names at line ${at + 1}, found "${(lines[at] ?? "").slice(0, 40)}"`,
    at + 1,
  );
}

function headerFields(lines: readonly string[]): Record<string, string> {
  const fields: Record<string, string> = Object.create(null);
  for (const line of lines) {
    const colon = line.indexOf(":");
    const [name, rest] = [line.slice(0, colon).trim(), line.slice(colon + 1)];
    if (colon > 0 && name !== "" && /^\s/.test(rest)) fields[name] ??= rest.trim();
  }
  return fields;
}

/** The column names; empty ones at the end are the tab that EC-Lab writes behind each name. */
function namesOf(line: string): string[] {
  const names = cellsOf(line, "\t");
  while (names.length > 0 && names[names.length - 1] === "") names.pop();
  return names;
}

/**
 * Header and columns of an EC-Lab text file.
 *
 * @throws Format if there are no column names, or rows hold more values than there are names
 */
export function parseMpt(text: string, notices: Notice[]): { header: MptHeader; cells: CellColumns } {
  const lines = labLines(text);
  const at = namesAt(lines, notices);
  const names = namesOf(lines[at]!);
  const before = lines.slice(0, at);
  const first = lines.slice(at + 1, at + 65);
  const decimalComma = usesDecimalComma(first.flatMap((line) => cellsOf(line, "\t")));
  const data = lines.find((line, i) => i > at && line.trim() !== "");
  const given = data === undefined ? 0 : namesOf(data).length;
  // One name lost and every value stands under the wrong one: nothing of such a table can be trusted.
  if (given > names.length) {
    const sentence = `wanted ${names.length} values below the ${names.length} column names of line ${at + 1}, found ${given}: a name is missing and the columns cannot be told apart`;
    throw lineError("mpt", sentence, at + 2);
  }
  const cells = readCells(
    lines,
    at + 1,
    { format: "mpt", separator: "\t", decimalComma, columns: names.length, open: !/[\r\n]$/.test(text) },
    notices,
  );
  const title = before.slice(2).find((line) => line.trim() !== "") ?? "";
  const technique = title.includes(":") ? "" : title.trim();
  return { header: { lines: before, fields: headerFields(before), technique, decimalComma, names }, cells };
}
