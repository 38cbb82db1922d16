/** What is worth plotting of an instrument's table, by the names and units of its columns. */
import type { Column, Table } from "../../../core/contracts.ts";
import { sampledTable } from "../../../core/sampled-table.ts";
import { CURRENT, findColumn, POTENTIAL, TIME } from "../../../science/electrochemistry/columns.ts";
import { impedanceColumns } from "../../../science/electrochemistry/impedance-columns.ts";

/** A column as an axis shows it; with the sign turned for −Z″ from a column of Z″. */
export interface Shown {
  readonly column: string;
  readonly negative?: boolean;
}

/** One way to look at a table. */
export interface Preset {
  readonly id: "time" | "nyquist" | "bode" | "current-potential" | "capacity" | "columns";
  readonly name: string;
  readonly x: Shown;
  /** Columns of the same unit share an axis, others stand below. */
  readonly y: readonly Shown[];
  /** A unit is as long across as up. */
  readonly equal?: boolean;
  readonly log?: "x" | "y" | "both";
  readonly marks?: boolean;
  /** Cycles have colours of their own. */
  readonly cycles?: boolean;
}

/** Charge since the start or within the half cycle, with sign or not. */
const CAPACITY = [/^Q charge\/discharge$/i, /^capacity\b/i, /^\(Q-Qo\)$/, /^charge$/i];

/** The column that counts cycles. */
export function cycleColumn(columns: readonly Column[]): string | undefined {
  const names = [/^cycle(?: ?number)?$/i, /^cycle[ _]?index$/i, /^half cycle$/i];
  return numbers(columns).find(({ name }) => names.some((pattern) => pattern.test(name.trim())))?.name;
}

function numbers(columns: readonly Column[]): Column[] {
  return columns.filter(({ type }) => type === "number");
}

/** Ways to look at a table, the likeliest first; the last is any columns. None where it has no two columns of numbers. */
export function presetsOf(columns: readonly Column[], clock?: string): Preset[] {
  const able = numbers(columns);
  if (able.length < 2) return [];
  const found: Preset[] = [];
  const impedance = impedanceColumns(columns);
  if (impedance) {
    const { frequency, parts, polar } = impedance;
    const [a, b] = parts;
    if (!polar) {
      const x = { column: a.column.name, negative: a.sign < 0 };
      // A column that holds −Z″ already is shown as it is.
      const y = [{ column: b.column.name, negative: b.sign > 0 }];
      found.push({ id: "nyquist", name: "Nyquist", x, y, equal: true, marks: true });
    }
    const modulus = able.find(({ name }) => /^\|Z\|$|^Z ?mod$/i.test(name));
    const phase = able.find(({ name }) => /^phase(?:\(Z\))?$|^Z ?phz$/i.test(name));
    const y = [modulus, phase].flatMap((column) => (column ? [{ column: column.name }] : []));
    const x = { column: frequency.column.name };
    if (y.length > 0) found.push({ id: "bode", name: "Bode", x, y, log: "both", marks: true });
  }
  const time = able.find(({ name }) => name === clock)?.name ?? findColumn(columns, TIME)?.column.name;
  const potential = findColumn(columns, POTENTIAL)?.column.name;
  const current = findColumn(columns, CURRENT)?.column.name;
  const either = [potential, current].flatMap((column) => (column ? [{ column }] : []));
  if (time !== undefined && either.length > 0)
    found.push({ id: "time", name: "over time", x: { column: time }, y: either });
  if (potential !== undefined && current !== undefined) {
    const [x, y] = [{ column: potential }, [{ column: current }]];
    found.push({ id: "current-potential", name: "I over E", x, y, cycles: true });
  }
  const charge = able.find(({ name }) => CAPACITY.some((pattern) => pattern.test(name.trim())))?.name;
  if (potential !== undefined && charge !== undefined) {
    const [x, y] = [{ column: charge }, [{ column: potential }]];
    found.push({ id: "capacity", name: "E over capacity", x, y, cycles: true });
  }
  const x = time ?? able[0]!.name;
  const y = able.find(({ name }) => name !== x && name !== clock)!.name;
  return [...found, { id: "columns", name: "columns", x: { column: x }, y: [{ column: y }] }];
}

/** The sweep rate may differ by this share from the usual one. */
const ALIKE = 0.2;
/** Rows that are looked at. */
const LOOKED = 4000;
/** A sweep covers at least this [V]. */
const RANGE = 0.05;

/** True where a potential runs up and down at one rate: a voltammogram, to be shown as current over potential. */
export function isSwept(time: ArrayLike<number>, potential: ArrayLike<number>): boolean {
  const step = Math.max(1, Math.floor(time.length / LOOKED));
  const rates: number[] = [];
  let [low, high] = [Number.POSITIVE_INFINITY, Number.NEGATIVE_INFINITY];
  for (let i = step; i < time.length; i += step) {
    const rate = Math.abs((potential[i]! - potential[i - step]!) / (time[i]! - time[i - step]!));
    if (!Number.isFinite(rate)) continue;
    rates.push(rate);
    low = Math.min(low, potential[i]!);
    high = Math.max(high, potential[i]!);
  }
  if (rates.length < 10 || high - low < RANGE) return false;
  const usual = Float64Array.from(rates).sort()[rates.length >> 1]!;
  const alike = rates.filter((rate) => Math.abs(rate - usual) < ALIKE * usual).length;
  return alike > 0.8 * rates.length;
}

/** The way in which a table is shown until somebody chooses. */
export async function firstPreset(
  table: Table,
  presets: readonly Preset[],
  stop?: AbortSignal,
): Promise<Preset | undefined> {
  const [first] = presets;
  const sweep = presets.find(({ id }) => id === "current-potential");
  const time = presets.find(({ id }) => id === "time");
  if (first?.id !== "time" || !sweep || !time) return first;
  const some = sampledTable(table) ?? table;
  const read = (name: string) => some.read(name, 0, some.rows, stop) as Promise<Float64Array>;
  const swept = isSwept(await read(time.x.column), await read(sweep.x.column));
  return swept ? sweep : first;
}
