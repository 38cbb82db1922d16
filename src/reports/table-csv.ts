import type { Notice, Quantity, Table } from "../core/contracts.ts";
import { type CsvColumn, csvText } from "../figures/csv.ts";

/** A whole table as CSV: one header line of "name (unit)", numbers in full precision, no value empty. */
export async function tableCsv(table: Table, stop?: AbortSignal): Promise<string> {
  const columns: CsvColumn[] = [];
  for (const { name, unit } of table.columns) {
    columns.push({ name, unit, values: await table.read(name, 0, table.rows, stop) });
  }
  return csvText(columns);
}

/** Quantities as CSV: name, value, unit, standard uncertainty, origin. */
export function valuesCsv(values: Readonly<Record<string, Quantity>>): string {
  const rows = Object.entries(values);
  return csvText([
    { name: "name", unit: "", values: rows.map(([name]) => name) },
    { name: "value", unit: "", values: rows.map(([, q]) => q.value) },
    { name: "unit", unit: "", values: rows.map(([, q]) => q.unit) },
    { name: "sigma", unit: "", values: rows.map(([, q]) => q.sigma ?? Number.NaN) },
    { name: "from", unit: "", values: rows.map(([, q]) => q.from ?? "") },
  ]);
}

/** Notices as CSV: code, message, where, flag. */
export function noticesCsv(notices: readonly Notice[]): string {
  const column = (name: keyof Notice) => ({ name, unit: "", values: notices.map((n) => n[name] ?? "") });
  return csvText([column("code"), column("message"), column("where"), column("flag")]);
}
