import type { Table } from "../../core/contracts.ts";

/** Rows that are read at once. */
const BLOCK = 512;
/** Blocks that are kept. */
const KEPT = 200;

type Cells = Readonly<Record<string, Float64Array | string[]>>;

/** Rows of a table in blocks, read when they are looked at; those seen last stay. */
export class RowCache {
  readonly #table: Table;
  readonly #blocks = new Map<number, Cells | "reading">();

  constructor(table: Table) {
    this.#table = table;
  }

  /** Cells of a row by column; undefined while they are not there. */
  row(row: number): ((column: string) => number | string) | undefined {
    const cells = this.#blocks.get(Math.floor(row / BLOCK));
    if (!cells || cells === "reading") return undefined;
    return (column) => cells[column]![row % BLOCK]!;
  }

  /** Reads what is missing of these rows; true where something came. */
  async read(rows: readonly number[], stop: AbortSignal): Promise<boolean> {
    const missing = [...new Set(rows.map((row) => Math.floor(row / BLOCK)))].filter(
      (block) => !this.#blocks.has(block),
    );
    await Promise.all(missing.map((block) => this.#readBlock(block, stop)));
    for (const oldest of this.#blocks.keys()) {
      if (this.#blocks.size <= KEPT) break;
      this.#blocks.delete(oldest);
    }
    return missing.length > 0;
  }

  async #readBlock(block: number, stop: AbortSignal): Promise<void> {
    this.#blocks.set(block, "reading");
    try {
      const from = block * BLOCK;
      const to = Math.min(this.#table.rows, from + BLOCK);
      const columns = await Promise.all(
        this.#table.columns.map(
          async ({ name }) => [name, await this.#table.read(name, from, to, stop)] as const,
        ),
      );
      this.#blocks.set(block, Object.fromEntries(columns));
    } catch (error) {
      this.#blocks.delete(block);
      throw error;
    }
  }
}
