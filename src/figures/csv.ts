/** One column of a table: numbers or words. The unit of words is "". */
export interface CsvColumn {
  readonly name: string;
  readonly unit: string;
  readonly values: ArrayLike<number> | readonly string[];
}

/** A field quoted where RFC 4180 asks for it. A formula sign at the start is left alone: the file is data. */
function field(value: string): string {
  return /[",\r\n]/.test(value) ? `"${value.replace(/"/g, '""')}"` : value;
}

function cell(value: number | string): string {
  if (typeof value === "string") return field(value);
  return Number.isFinite(value) ? String(value) : "";
}

/** CSV with one header line of "name (unit)"; numbers in full precision, no value is an empty field. */
export function csvText(columns: readonly CsvColumn[]): string {
  const rows = Math.max(0, ...columns.map(({ values }) => values.length));
  const lines = [columns.map(({ name, unit }) => field(unit === "" ? name : `${name} (${unit})`)).join(",")];
  for (let i = 0; i < rows; i++) lines.push(columns.map(({ values }) => cell(values[i] ?? "")).join(","));
  return `${lines.join("\n")}\n`;
}

/** The fields of a CSV text, row by row. */
export function csvRows(csv: string): string[][] {
  const rows: string[][] = [];
  let row: string[] = [];
  const pattern = /(?:"((?:[^"]|"")*)"|([^",\r\n]*))(,|\r?\n|$)/gy;
  while (pattern.lastIndex < csv.length) {
    const match = pattern.exec(csv);
    if (!match) break;
    row.push(match[1] === undefined ? match[2]! : match[1].replace(/""/g, '"'));
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
