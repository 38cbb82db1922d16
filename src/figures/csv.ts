import { csvWord, wordOfCsv } from "../core/csv-word.ts";

/** One column of a table: numbers or words. The unit of words is "". */
export interface CsvColumn {
  readonly name: string;
  readonly unit: string;
  readonly values: ArrayLike<number> | readonly string[];
}

function cell(value: number | string): string {
  if (typeof value === "string") return csvWord(value);
  return Number.isFinite(value) ? String(value) : "";
}

/** CSV with one header line of "name (unit)"; numbers in full precision, no value is an empty field. */
export function csvText(columns: readonly CsvColumn[]): string {
  const rows = Math.max(0, ...columns.map(({ values }) => values.length));
  const lines = [
    columns.map(({ name, unit }) => csvWord(unit === "" ? name : `${name} (${unit})`)).join(","),
  ];
  for (let i = 0; i < rows; i++) lines.push(columns.map(({ values }) => cell(values[i] ?? "")).join(","));
  return `${lines.join("\n")}\n`;
}

/** The fields of a CSV text, row by row, as they were before `csvText` made them safe. */
export function csvRows(csv: string): string[][] {
  const rows: string[][] = [];
  let row: string[] = [];
  const pattern = /(?:"((?:[^"]|"")*)"|([^",\r\n]*))(,|\r?\n|$)/gy;
  while (pattern.lastIndex < csv.length) {
    const match = pattern.exec(csv);
    if (!match) break;
    const value = match[1] === undefined ? match[2]! : match[1].replace(/""/g, '"');
    row.push(wordOfCsv(value));
    if (match[3] !== ",") {
      rows.push(row);
      row = [];
    } else if (pattern.lastIndex === csv.length) {
      row.push("");
      rows.push(row);
    }
  }
  return rows;
}
