import type { Stream, Table } from "../../../core/contracts.ts";

/** What is saved of a trace; a table that lacks the columns is shown its own likeliest way. */
export interface TraceLook {
  /** Id of the preset; "" for the likeliest. */
  readonly shows: string;
  /** Column across, and the columns up, one a line; used where the preset is "columns". */
  readonly x: string;
  readonly y: string;
  readonly scale: "auto" | "linear" | "log";
}

/** A table or stream as a table with its clock. */
export function tableOf(item: Table | Stream): { table: Table; clock?: string } {
  return item.kind === "stream" ? { table: item.table, clock: item.clock.column } : { table: item };
}
