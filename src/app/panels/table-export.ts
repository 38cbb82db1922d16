import type { Table } from "../../core/contracts.ts";
import type { Paper } from "../../figures/panel-figure.ts";
import { tableFigure } from "../../figures/table-figure.ts";
import { tableCsv } from "../../reports/table-csv.ts";
import { unitWords } from "./axis-words.ts";
import type { PanelFigure } from "./contract.ts";
import { PROGRAM } from "./seen.ts";

/** The rows of a table that are in sight. */
export interface RowsInSight {
  /** Numbers of the rows, from the top. */
  readonly rows: readonly number[];
  readonly cells: readonly (readonly string[])[];
  readonly marked: number | undefined;
}

/** Heading of a column: its name, and its unit where it has one. */
export function columnHeading({ name, unit }: Table["columns"][number]): string {
  return unit === "" || unit === "1" ? name : `${name} (${unitWords(unit)})`;
}

/** The rows in sight as a figure; the numbers that go with it are those of all rows, as the table holds them. */
export function tableExport(
  title: string,
  table: Table,
  { rows, cells, marked }: RowsInSight,
  paper: Paper,
): PanelFigure {
  const shown = `${rows.length} of ${table.rows} rows`;
  const caption = `${title}: ${rows.length < table.rows ? shown : `${table.rows} rows`}.`;
  const svg = tableFigure(
    {
      ...{ title, caption },
      head: ["row", ...table.columns.map(columnHeading)],
      numbers: [true, ...table.columns.map(({ type }) => type === "number")],
      rows: cells.map((row, i) => [String(rows[i]! + 1), ...row]),
      marked: rows.indexOf(marked ?? -1),
    },
    paper,
  );
  const numbers = table.columns.filter(({ type }) => type === "number");
  return {
    ...{ title, svg, caption, alt: caption },
    methods: `${title}, as ${PROGRAM} has it.`,
    csv: () => tableCsv(table),
    ...(numbers.length > 0 && {
      array: async () => {
        const columns = await Promise.all(numbers.map(({ name }) => table.read(name, 0, table.rows)));
        const values = Float64Array.from(
          { length: table.rows * numbers.length },
          (_, i) => (columns[i % numbers.length] as Float64Array)[Math.floor(i / numbers.length)]!,
        );
        return { values, shape: [table.rows, numbers.length] };
      },
    }),
  };
}
