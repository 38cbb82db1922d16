/** Units that the headings of a table leave out and something else in the file tells. */

import type { Notice } from "../../core/contracts.ts";
import { unitRatio } from "../../core/unit.ts";
import { median } from "../../math/order-statistics.ts";
import { type Filled, measuredCell } from "../lab-table.ts";
import { datesOf, TIME } from "./clock.ts";

/** Columns of Arbin's tables, whose headings have no units; MITS Pro always writes these. */
const ARBIN: readonly (readonly [RegExp, string])[] = [
  [/^(?:Test|Step)_Time$/i, "s"],
  [/^Current$/i, "A"],
  [/^Voltage$/i, "V"],
  [/^(?:Charge|Discharge)_Capacity$/i, "Ah"],
  [/^(?:Charge|Discharge)_Energy$/i, "Wh"],
  [/^dV\/dt$/i, "V/s"],
  [/^(?:Internal_Resistance|AC_Impedance)$/i, "Ohm"],
  [/^ACI_Phase_Angle$/i, "deg"],
];
/** Headings that together only Arbin writes. */
const ARBIN_HAS = ["data_point", "test_time", "step_index", "cycle_index", "charge_capacity"];

function arbin(columns: readonly Filled[], notices: Notice[]): readonly Filled[] {
  const names = columns.map(({ name }) => name.toLowerCase());
  if (!ARBIN_HAS.every((name) => names.includes(name)) || columns.some(({ unit }) => unit === "A"))
    return columns;
  const message =
    "csv: the headings are Arbin's, which have no units: taken as s, A, V, Ah, Wh, V/s and Ohm as Arbin writes them";
  notices.push({ code: "units-of-maker", message, flag: "--columns" });
  return columns.map((column) => {
    const unit = ARBIN.find(([name]) => name.test(column.name))?.[1];
    return unit && column.unit === "1" ? { ...column, unit } : column;
  });
}

/** Units that a program counts time in, in seconds. */
const TIME_UNITS: readonly (readonly [string, number])[] = [
  ["s", 1],
  ["min", 60],
  ["h", 3600],
  ["ms", 1e-3],
  ["d", 86400],
];
/** Stretches of the table that are compared, so that a pause of the clock spoils one of them only. */
const STRETCHES = 9;
/** Dates to the second tell little of shorter stretches [s]. */
const SHORTEST = 5;

/** Seconds that one of the time column is by the dates of the rows: the median over stretches of the table. */
function secondsPerCount(time: Float64Array, dates: Float64Array): number | undefined {
  const ratios: number[] = [];
  for (let k = 0; k < STRETCHES; k++) {
    const from = Math.floor((k * (time.length - 1)) / STRETCHES);
    const to = Math.floor(((k + 1) * (time.length - 1)) / STRETCHES);
    const [counted, passed] = [time[to]! - time[from]!, dates[to]! - dates[from]!];
    if (counted > 0 && passed >= SHORTEST) ratios.push(passed / counted);
  }
  return ratios.length > 0 ? median(ratios) : undefined;
}

/** The unit of a time column without one, where the rows have dates: Maccor counts minutes as well as seconds. */
function timeByDates(columns: readonly Filled[], notices: Notice[]): readonly Filled[] {
  const at = columns.findIndex(({ name, unit, values }) => {
    return TIME.test(name.trim()) && unit === "1" && values instanceof Float64Array;
  });
  const dates = at < 0 ? undefined : datesOf(columns, "mdy");
  if (!dates) return columns;
  const time = columns[at]!;
  const count = secondsPerCount(time.values as Float64Array, dates.seconds);
  const unit = TIME_UNITS.find(([, seconds]) => Math.abs((count ?? 0) / seconds - 1) < 0.2)?.[0];
  if (unit === undefined) return columns;
  const message = `csv: the column "${time.name}" has no unit; by the dates in "${dates.name}" it counts in ${unit}`;
  notices.push({ code: "time-unit-found", message, flag: "--columns" });
  return columns.map((column, i) => (i === at ? { ...column, unit } : column));
}

/**
 * Columns whose cells carry units, each in the unit of its first cell; a cell of another dimension leaves the column text.
 * So does a comma in a number that may part thousands: where commas part the cells, or beside a decimal point.
 *
 * @param separator what parts the cells of the text
 */
export function cellUnits(
  columns: readonly Filled[],
  separator: string,
  notices: Notice[],
): readonly Filled[] {
  return columns.map((column) => {
    const { name, values } = column;
    if (values instanceof Float64Array) return column;
    const points = separator === "," || values.some((cell) => /\d\.\d/.test(cell));
    const decimal = points ? "point" : "point or comma";
    let first: string | undefined;
    const units = new Set<string>();
    const numbers = new Float64Array(values.length).fill(Number.NaN);
    for (const [i, cell] of values.entries()) {
      if (cell === "") continue;
      const found = measuredCell(cell, decimal);
      first ??= found?.unit;
      const ratio = found && unitRatio(found.unit, first!);
      if (ratio === undefined) return column;
      units.add(found!.unit);
      numbers[i] = found!.value * ratio;
    }
    if (first === undefined) return column;
    const message = `csv: the cells of "${name}" carry units (${[...units].join(", ")}) and are given in ${first}`;
    notices.push({ code: "units-in-cells", message });
    return { name, unit: first, values: numbers };
  });
}

/** The columns with the units that their maker or the dates of the rows tell; each said in a notice. */
export function withUnits(columns: readonly Filled[], notices: Notice[]): readonly Filled[] {
  return timeByDates(arbin(columns, notices), notices);
}
