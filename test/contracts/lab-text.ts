/** What the tests of laboratory readers ask of a file: its tables, their headings and values, clock and notices. */
import type { Dataset, OpenOptions, Table } from "../../src/core/contracts.ts";
import { openDataset } from "../../src/formats/open.ts";
import { memorySource } from "../../src/sources/memory.ts";

export const openText = (text: string, name: string, options?: OpenOptions): Promise<Dataset> =>
  openDataset(memorySource(new TextEncoder().encode(text), name), undefined, options);

/** The tables of a dataset, those of streams too. */
export const tables = ({ items }: Dataset): Table[] =>
  items.flatMap((item) => (item.kind === "stream" ? [item.table] : item.kind === "table" ? [item] : []));

export const values = async (table: Table, column: string) => [...(await table.read(column, 0, table.rows))];

/** Names and units of the columns. */
export const headings = (table: Table) => table.columns.map(({ name, unit }) => `${name} ${unit}`.trim());

export const codes = ({ notices }: Dataset) => notices.map(({ code }) => code);

/** The clock of a stream. */
export const startOf = ({ items }: Dataset, k = 0) => {
  const item = items[k]!;
  return item.kind === "stream" ? item.clock : undefined;
};
