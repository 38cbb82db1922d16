import type { Table } from "./contracts.ts";

/** Rows of a block, and how many blocks of a table are read for a first picture of it. */
const BLOCK = 8192;
const BLOCKS = 64;

/** Some of a table's rows as a table of their own. */
export interface SampledTable extends Table {
  /** The row of the whole table that row `i` of this one is. */
  row(i: number): number;
}

/**
 * A table of 64 blocks of 8192 rows, evenly spaced, the first and the last among them: what a picture can begin with
 * where all rows take long to read. Undefined where the table has hardly more rows than that.
 */
export function sampledTable(table: Table): SampledTable | undefined {
  const all = Math.ceil(table.rows / BLOCK);
  if (all < 2 * BLOCKS) return undefined;
  const firsts = Array.from({ length: BLOCKS }, (_, k) => BLOCK * Math.floor((k * (all - 1)) / (BLOCKS - 1)));
  const rows = BLOCK * (BLOCKS - 1) + table.rows - firsts[BLOCKS - 1]!;
  return {
    ...table,
    rows,
    row: (i) => firsts[Math.floor(i / BLOCK)]! + (i % BLOCK),
    async read(name, from, to, stop) {
      const parts: (Float64Array | string[])[] = [];
      for (let at = Math.max(0, from); at < Math.min(to, rows); ) {
        const first = firsts[Math.floor(at / BLOCK)]! + (at % BLOCK);
        const count = Math.min(BLOCK - (at % BLOCK), Math.min(to, rows) - at);
        parts.push(await table.read(name, first, first + count, stop));
        at += count;
      }
      const isText = table.columns.find((column) => column.name === name)?.type === "text";
      if (isText) return (parts as string[][]).flat();
      const values = new Float64Array(parts.reduce((sum, part) => sum + part.length, 0));
      let at = 0;
      for (const part of parts as Float64Array[]) {
        values.set(part, at);
        at += part.length;
      }
      return values;
    },
  };
}
