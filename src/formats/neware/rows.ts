/** What all Neware layouts hold, in the units that the cycler's own program shows. */

/** One entry per row and column; NaN where a layout or a row has no value. */
export interface NewareRows {
  readonly index: number[];
  readonly cycle: number[];
  readonly step: number[];
  readonly stepIndex: number[];
  readonly status: string[];
  /** Time in the step, or in the test for BTS 9 [s]. */
  readonly time: number[];
  /** [V] */
  readonly voltage: number[];
  /** [mA] */
  readonly current: number[];
  /** [mAh] */
  readonly chargeCapacity: number[];
  readonly dischargeCapacity: number[];
  /** [mWh] */
  readonly chargeEnergy: number[];
  readonly dischargeEnergy: number[];
  /** Milliseconds since 1970, of the wall clock or of UTC. */
  readonly stamp: number[];
}

/** Values of auxiliary channels by row index: name of the column, then index and value. */
export type Auxiliary = Map<string, Map<number, number>>;

export function noRows(): NewareRows {
  return {
    index: [],
    cycle: [],
    step: [],
    stepIndex: [],
    status: [],
    time: [],
    voltage: [],
    current: [],
    chargeCapacity: [],
    dischargeCapacity: [],
    chargeEnergy: [],
    dischargeEnergy: [],
    stamp: [],
  };
}

/** One row, as `addRow` takes it. */
export type NewareRow = { readonly [K in keyof NewareRows]: NewareRows[K][number] };

export function addRow(rows: NewareRows, row: NewareRow): void {
  for (const key of Object.keys(rows) as (keyof NewareRows)[])
    (rows[key] as (number | string)[]).push(row[key]);
}

/** Kinds of steps by their number, in Neware's own words. */
const STATUS: Readonly<Record<number, string>> = {
  1: "CC_Chg",
  2: "CC_DChg",
  3: "CV_Chg",
  4: "Rest",
  5: "Cycle",
  7: "CCCV_Chg",
  8: "CP_DChg",
  9: "CP_Chg",
  10: "CR_DChg",
  13: "Pause",
  16: "Pulse",
  17: "SIM",
  19: "CV_DChg",
  20: "CCCV_DChg",
  21: "Control",
  22: "OCV",
  26: "CPCV_DChg",
  27: "CPCV_Chg",
};

export function statusOf(code: number): string {
  return STATUS[code] ?? `status_${code}`;
}

/** Factor from the stored whole numbers to mA by the current range; ranges as met in files (NewareNDA). */
const FACTORS: readonly (readonly [factor: number, ranges: readonly number[]])[] = [
  [10, [-100000000]],
  [1e-1, [1000, 6000, 10000, 12000, 20000, 30000, 40000, 50000, 60000, 100000, 200000]],
  [
    1e-2,
    [
      -200000, -100000, -60000, -50000, -40000, -30000, -20000, -12000, -10000, -6000, -5000, -3000, -2000,
      -1000, 100, 200, 250, 500,
    ],
  ],
  [1e-3, [-500, -100, 10, 20, 25, 50]],
  [1e-4, [-50, -25, -20, -10, 1, 2, 5]],
  [1e-5, [-5, -2, -1]],
  [0, [0]],
];
const FACTOR = new Map(
  FACTORS.flatMap(([factor, ranges]) => ranges.map((range) => [range, factor] as const)),
);

/** Factor of a current range; NaN for one that nobody has met. */
export function rangeFactor(range: number): number {
  return FACTOR.get(range) ?? Number.NaN;
}

/** 1, 2, 3 … counting up wherever the value changes. */
export function countChanges(values: readonly number[]): number[] {
  let count = 0;
  return values.map((value, i) => {
    if (i === 0 || value !== values[i - 1]) count++;
    return count;
  });
}

/**
 * Cycles as Neware's program counts them by default ("charge first"): a new one begins with the charge that follows a
 * discharge.
 */
export function chargeFirstCycles(status: readonly string[]): number[] {
  const begins = (text: string | undefined) => text === "CCCV_Chg" || text === "CC_Chg" || text === "CP_Chg";
  let cycle = 1;
  let discharged = false;
  return status.map((text, i) => {
    if (text === "SIM") discharged = true;
    else if (i > 0 && begins(text) && !begins(status[i - 1]) && discharged) {
      cycle++;
      discharged = false;
    } else if (text.endsWith("_DChg")) discharged = true;
    return cycle;
  });
}
