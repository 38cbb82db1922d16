/** A cell for tests: known capacity, hysteresis and two plateaus, cycled at constant current. */
import type { CyclingRun } from "./run.ts";

export interface MadeCell {
  /** Current of charge and discharge [A]. */
  readonly charge: number;
  readonly discharge: number;
  /** Seconds per half cycle, charge first; discharges end `loss` earlier, as a share. */
  readonly seconds: number;
  readonly loss?: number;
  readonly cycles: number;
  /** Potential above or below equilibrium while current flows [V]. */
  readonly over?: number;
  /** Amplitude of a noise without order on the potential [V]. */
  readonly noise?: number;
}

/** Equilibrium with plateaus at 4.0 and 4.7 V, over the state of charge 0 … 1 [V]. */
export function equilibrium(x: number): number {
  return 3.9 + 0.1 * Math.tanh(12 * (x + 0.1)) + 0.35 * (1 + Math.tanh(30 * (x - 0.25))) + 0.02 * x;
}

/** Rows every second, ten seconds of rest between half cycles. */
export function madeCell(cell: MadeCell): CyclingRun {
  const { seconds, loss = 0, cycles, over = 0.03, noise = 0 } = cell;
  const rows: [number, number, number][] = [];
  let clock = 0;
  const row = (potential: number, current: number) => {
    const shaken = potential + noise * Math.sin(1e4 * Math.sin(rows.length + 1));
    rows.push([clock++, shaken, current]);
  };
  for (let c = 0; c < cycles; c++) {
    for (let k = 0; k < 10; k++) row(equilibrium(0), 0);
    for (let k = 0; k <= seconds; k++) row(equilibrium(k / seconds) + over, cell.charge);
    for (let k = 0; k < 10; k++) row(equilibrium(1), 0);
    const kept = Math.round(seconds * (1 - loss));
    for (let k = 0; k <= kept; k++) row(equilibrium(1 - k / seconds) - over, -cell.discharge);
  }
  for (let k = 0; k < 10; k++) row(equilibrium(loss), 0);
  const column = (k: 0 | 1 | 2) => Float64Array.from(rows, (r) => r[k]);
  return { title: "made", time: column(0), potential: column(1), current: column(2), averaged: false };
}
