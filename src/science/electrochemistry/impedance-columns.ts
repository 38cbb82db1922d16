/** Impedance spectra out of an instrument's table: its columns, their signs and units, points that cannot be used. */
import type { Column, Notice, Table } from "../../core/contracts.ts";
import { LithoscopeError } from "../../core/errors.ts";
import { findColumn, type Role, readRole, TIME } from "./columns.ts";
import { phaseAgreement } from "./phase-agreement.ts";
import type { Spectrum } from "./spectrum.ts";

/** Names as makers write them; a leading minus, which says that the column holds the negative, is taken off before. */
const FREQUENCY: Role = {
  name: "frequency",
  unit: "Hz",
  names: [/^freq(?:\.|uency)?$/i, /^frequenz$/i, /^fréquence$/i, /^[fƒ]$/i],
};
const REAL: Role = {
  name: "real part",
  unit: "Ω",
  names: [/^Re[([]Z[)\]]$/i, /^Zs?'(?: ?\(a\))?$/, /^Z[ _]?re(?:al)?$/i, /^re(?:al)?(?:[ _]?(?:part|Z))?$/i],
};
const IMAGINARY: Role = {
  name: "imaginary part",
  unit: "Ω",
  names: [
    /^Im[([]Z[)\]]$/i,
    /^Zs?''(?: ?\(b\))?$/,
    /^Z[ _]?im(?:ag|g)?$/i,
    /^im(?:ag(?:inary)?)?(?:[ _]?(?:part|Z))?$/i,
  ],
};
const MODULUS: Role = {
  name: "modulus",
  unit: "Ω",
  names: [/^\|Z\|$/i, /^Z ?mod$/i, /^Z ?abs$/i, /^(?:abs\(Z\)|modulus|magnitude|impedance)$/i, /^Z$/],
};
const PHASE: Role = {
  name: "phase",
  unit: "deg",
  names: [/^phase(?:\(Z\)|[ _]?angle)?$/i, /^Z ?phz$/i, /^(?:theta|θ|phi|φ)$/i],
};

/** Which parts of Z the caller says are stored with the other sign. */
export type Negate = "none" | "re" | "im" | "both";

interface Found {
  readonly column: Column;
  readonly factor: number;
  readonly sign: 1 | -1;
  readonly assumed: boolean;
}

function find(columns: readonly Column[], role: Role): Found | undefined {
  const plain = columns.map((column) => {
    const name = column.name.trim().replaceAll("″", "''").replaceAll("′", "'").replaceAll('"', "''");
    const minus = /^[-−–]\s*/.test(name);
    return { column: { ...column, name: name.replace(/^[-−–]\s*/, "") }, from: column, minus };
  });
  const found = findColumn(
    plain.map(({ column }) => column),
    role,
  );
  const own = found && plain.find(({ column }) => column === found.column);
  if (!found || !own) return undefined;
  return { column: own.from, factor: found.factor, sign: own.minus ? -1 : 1, assumed: found.assumed };
}

interface Columns {
  readonly frequency: Found;
  readonly parts: readonly [Found, Found];
  readonly polar: boolean;
}

/** The columns of frequency and of both parts of Z; undefined where the table is no impedance. */
export function impedanceColumns(columns: readonly Column[]): Columns | undefined {
  const frequency = find(columns, FREQUENCY);
  if (!frequency) return undefined;
  const pair = (a: Role, b: Role): [Found, Found] | undefined => {
    const [x, y] = [find(columns, a), find(columns, b)];
    return x && y && [x, y];
  };
  const cartesian = pair(REAL, IMAGINARY);
  const parts = cartesian ?? pair(MODULUS, PHASE);
  return parts && { frequency, parts, polar: !cartesian };
}

async function values(table: Table, { column, factor, sign }: Found, stop?: AbortSignal) {
  const read = (await table.read(column.name, 0, table.rows, stop)) as Float64Array;
  return read.map((value) => value * factor * sign);
}

/**
 * The spectrum of a table, frequencies falling; rows without a frequency above 0 or without both parts of Z are left
 * out, and all that was assumed or changed is said.
 *
 * @param start ISO date of the clock's zero
 * @returns undefined where the table has no impedance columns
 * @throws Missing, naming --negate, where the signs contradict a passive cell; Refused where fewer than two points are left
 */
export async function spectrumOf(
  table: Table,
  options: { negate?: Negate | undefined; start?: string | undefined },
  notices: Notice[],
  stop?: AbortSignal,
): Promise<Spectrum | undefined> {
  const found = impedanceColumns(table.columns);
  if (!found) return undefined;
  const { title } = table;
  const { frequency: f, parts, polar } = found;
  const frequency = await values(table, f, stop);
  const [a, b] = [await values(table, parts[0], stop), await values(table, parts[1], stop)];
  const bare = [f, ...parts].filter(({ assumed }) => assumed).map(({ column }) => column.name);
  if (bare.length > 0) {
    const units = polar ? "Hz, Ω and degrees" : "Hz and Ω";
    notices.push({
      code: "unit-assumed",
      message: `${title}: no unit at ${bare.join(", ")}, taken as ${units}`,
      flag: "--columns",
    });
  }
  const time = findColumn(table.columns, TIME);
  const clock = time && (await readRole(table, time, stop));
  const rows = Array.from(frequency, (_, i) => i);
  const usable = rows.filter((i) => frequency[i]! > 0 && Number.isFinite(frequency[i]! + a[i]! + b[i]!));
  const zero = rows.filter((i) => frequency[i] === 0).length;
  const lost = rows.length - usable.length - zero;
  if (lost > 0)
    notices.push({
      code: "points-left-out",
      message: `${title}: ${lost} of ${rows.length} rows without numbers left out`,
    });
  if (usable.length < 2) {
    const without = rows.filter((i) => !(frequency[i]! > 0)).length;
    const why = without > 0 ? `; ${without} of ${rows.length} rows have no frequency above 0` : "";
    const message = `${title}: wanted a spectrum of two points or more, found ${usable.length}${why}`;
    throw new LithoscopeError("Refused", message, { reason: "too few points" });
  }
  const steps = usable.slice(1).map((i, k) => Math.sign(frequency[i]! - frequency[usable[k]!]!));
  if (steps.some((s) => s > 0) && steps.some((s) => s < 0))
    notices.push({
      code: "frequencies-sorted",
      message: `${title}: the frequencies were in no order and have been sorted`,
    });
  usable.sort((i, j) => frequency[j]! - frequency[i]!);
  const negate = options.negate ?? "none";
  const [re, im] = [
    negate === "re" || negate === "both" ? -1 : 1,
    negate === "im" || negate === "both" ? -1 : 1,
  ];
  const z = new Float64Array(2 * usable.length);
  for (const [k, i] of usable.entries()) {
    const angle = (b[i]! * Math.PI) / 180;
    z[2 * k] = re * (polar ? a[i]! * Math.cos(angle) : a[i]!);
    z[2 * k + 1] = im * (polar ? a[i]! * Math.sin(angle) : b[i]!);
  }
  if (z.some((_, i) => i % 2 === 0 && z[i] === 0 && z[i + 1] === 0)) {
    const message = `${title}: wanted impedances, found a point with Z = 0`;
    throw new LithoscopeError("Refused", message, { reason: "a point has no impedance" });
  }
  const spectrum: Spectrum = {
    title,
    frequency: Float64Array.from(usable, (i) => frequency[i]!),
    z,
    ...(clock &&
      usable.every((i) => Number.isFinite(clock[i])) && {
        time: Float64Array.from(usable, (i) => clock[i]!),
      }),
    ...(options.start !== undefined && { start: options.start }),
  };
  checkSigns(spectrum, options.negate);
  sayUnusual(spectrum, notices);
  return spectrum;
}

/**
 * A cell that takes up power has Z′ > 0, and where |Z| falls with frequency the phase is negative. Where most of a spectrum says the opposite, one of the signs is
 * stored the other way round, and only the caller can know which.
 */
function checkSigns(spectrum: Spectrum, negate: Negate | undefined): void {
  if (negate !== undefined) return;
  const { frequency, z, title } = spectrum;
  const n = frequency.length;
  let negative = 0;
  for (let i = 0; i < n; i++) if (z[2 * i]! < 0) negative++;
  const wrongReal = 2 * negative > n;
  const wrongImaginary = (phaseAgreement(frequency, z) ?? 1) < -0.5;
  if (!wrongReal && !wrongImaginary) return;
  const why = wrongReal
    ? `Z′ is negative at ${negative} of ${n} points, so the cell would give off power`
    : "|Z| falls where the phase says that it rises";
  const likely = wrongReal ? (wrongImaginary ? "both" : "re") : "im";
  const message = `${title}: ${why}: give --negate ${likely} if the signs are stored the other way round, --negate none to keep them`;
  throw new LithoscopeError("Missing", message, {
    what: "the sign convention of the file",
    flag: "--negate",
  });
}

function sayUnusual({ title, z }: Spectrum, notices: Notice[]): void {
  const n = z.length / 2;
  let [inductive, negative] = [0, 0];
  for (let i = 0; i < n; i++) {
    if (z[2 * i + 1]! > 0) inductive++;
    if (z[2 * i]! < 0) negative++;
  }
  if (inductive > 0)
    notices.push({
      code: "inductive-points",
      message: `${title}: ${inductive} of ${n} points are inductive (Z″ > 0) and are kept`,
    });
  if (negative > 0)
    notices.push({
      code: "negative-resistance",
      message: `${title}: ${negative} of ${n} points have Z′ < 0 and are kept`,
    });
}
