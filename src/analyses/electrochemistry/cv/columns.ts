/** From an instrument's table to a voltammogram. */
import type { Notice, Table } from "../../../core/contracts.ts";
import { LithoscopeError } from "../../../core/errors.ts";
import { findColumn, type Role, readRole } from "../../../science/electrochemistry/columns.ts";
import {
  type CurrentPotentialColumns,
  currentPotential,
} from "../../../science/electrochemistry/current-potential.ts";
import type { Voltammogram } from "./sweeps.ts";

/** What a person states about the columns, and what is added to the potential. */
export interface CvColumns extends CurrentPotentialColumns {
  /** Potential of the reference electrode against that of the named couples [V]; 0 where it is that one. */
  readonly reference: number;
}

/** What the instrument was told to apply; EC-Lab's column of all controls is in V in a voltammogram. */
const APPLIED: Role = {
  name: "applied potential",
  unit: "V",
  names: [/^control$/i, /^(?:WE ?\(1\)\.)?potential applied$/i, /^Vsig$/],
};

/**
 * A voltammogram from the columns of a table, its potentials against the reference of the named couples.
 *
 * @throws Missing where the table has no time, no current or no potential
 */
export async function voltammogramOf(
  table: Table,
  choice: CvColumns,
  stop?: AbortSignal,
): Promise<{ run: Voltammogram; notices: Notice[] }> {
  const { run, notices } = await currentPotential(table, choice, stop);
  if (!run.time) {
    const message = `${table.title}: wanted a clock that does not go back, found none`;
    throw new LithoscopeError("Missing", message, { what: "time", flag: "a file with a time column" });
  }
  const column = findColumn(table.columns, APPLIED);
  const applied = column && !column.assumed ? await readRole(table, column, stop) : undefined;
  const usable = applied?.length === run.potential.length && applied.every(Number.isFinite);
  const shifted = (values: Float64Array) => values.map((e) => e + choice.reference);
  return {
    run: {
      ...{ title: run.title, time: run.time, potential: shifted(run.potential), current: run.current },
      ...(applied && usable && { applied: shifted(applied) }),
    },
    notices,
  };
}
