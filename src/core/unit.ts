import type { Quantity } from "./contracts.ts";
import { LithoscopeError } from "./errors.ts";

/** Exponents of the base units, by name; an exponent of 0 is left out. */
type Powers = Readonly<Record<string, number>>;

const LENGTH: Powers = { length: 1 };
const TIME: Powers = { time: 1 };
const CURRENT: Powers = { current: 1 };
const CHARGE: Powers = { current: 1, time: 1 };
const ENERGY: Powers = { mass: 1, length: 2, time: -2 };
const POWER: Powers = { mass: 1, length: 2, time: -3 };
const POTENTIAL: Powers = { mass: 1, length: 2, time: -3, current: -1 };
const RESISTANCE: Powers = { mass: 1, length: 2, time: -3, current: -2 };
const CONDUCTANCE: Powers = { mass: -1, length: -2, time: 3, current: 2 };
const PRESSURE: Powers = { mass: 1, length: -1, time: -2 };

/** Named units with exact factors to the base units; prefixes, powers, products and quotients are grammar. */
const NAMED: Readonly<Record<string, readonly [powers: Powers, factor: number]>> = {
  m: [LENGTH, 1],
  Å: [LENGTH, 1e-10],
  px: [{ pixel: 1 }, 1],
  rad: [{ angle: 1 }, 1],
  deg: [{ angle: 1 }, Math.PI / 180],
  "°": [{ angle: 1 }, Math.PI / 180],
  s: [TIME, 1],
  min: [TIME, 60],
  h: [TIME, 3600],
  Hz: [{ time: -1 }, 1],
  A: [CURRENT, 1],
  Ah: [CHARGE, 3600],
  C: [CHARGE, 1],
  V: [POTENTIAL, 1],
  W: [POWER, 1],
  Wh: [ENERGY, 3600],
  J: [ENERGY, 1],
  eV: [ENERGY, 1.602176634e-19],
  Ω: [RESISTANCE, 1],
  S: [CONDUCTANCE, 1],
  F: [{ mass: -1, length: -2, time: 4, current: 2 }, 1],
  H: [{ mass: 1, length: 2, time: -2, current: -2 }, 1],
  g: [{ mass: 1 }, 1e-3],
  mol: [{ amount: 1 }, 1],
  L: [{ length: 3 }, 1e-3],
  K: [{ temperature: 1 }, 1],
  degC: [{ temperature: 1 }, 1],
  "°C": [{ temperature: 1 }, 1],
  Pa: [PRESSURE, 1],
  bar: [PRESSURE, 1e5],
  "%": [{}, 0.01],
};
/** Spellings of instruments and keyboards. */
const ALIASES: readonly (readonly [RegExp, string])[] = [
  [/^\u2126$|^ohms?$/i, "Ω"],
  [/^\u212b$/, "Å"],
  [/^secs?$|^seconds?$/i, "s"],
  [/^hrs?$|^hours?$/i, "h"],
  [/^mins?$|^minutes?$/i, "min"],
  [/^amps?$|^amperes?$/i, "A"],
  [/^volts?$/i, "V"],
  [/^hertz$/i, "Hz"],
  [/^watts?$/i, "W"],
  [/^degrees?$/i, "deg"],
  [/^l$/, "L"],
];
const PREFIX: Readonly<Record<string, number>> = {
  G: 1e9,
  M: 1e6,
  k: 1e3,
  c: 1e-2,
  m: 1e-3,
  u: 1e-6,
  µ: 1e-6,
  μ: 1e-6,
  n: 1e-9,
  p: 1e-12,
};
const RAISED = "⁰¹²³⁴⁵⁶⁷⁸⁹⁻";

type Parsed = { readonly powers: Powers; readonly factor: number };

/** One name without power; "A" is ångström where `ampere` is false. */
function named(text: string, ampere: boolean): Parsed | undefined {
  const whole = ALIASES.find(([pattern]) => pattern.test(text))?.[1] ?? text;
  // Not what every object inherits, such as "constructor".
  const known = (name: string) =>
    name === "A" && !ampere ? NAMED.Å : Object.hasOwn(NAMED, name) ? NAMED[name] : undefined;
  const found = known(whole);
  if (found) return { powers: found[0], factor: found[1] };
  const prefix = PREFIX[text.slice(0, 1)];
  const rest = text.slice(1);
  const base = known(ALIASES.find(([pattern]) => pattern.test(rest))?.[1] ?? rest);
  return prefix !== undefined && base ? { powers: base[0], factor: base[1] * prefix } : undefined;
}

function times(a: Parsed, b: Parsed, exponent: number): Parsed {
  const powers: Record<string, number> = { ...a.powers };
  for (const [name, power] of Object.entries(b.powers)) {
    powers[name] = (powers[name] ?? 0) + exponent * power;
    if (powers[name] === 0) delete powers[name];
  }
  // Divided where the power is negative, so that 1/nm and its number stay exact.
  const size = b.factor ** Math.abs(exponent);
  return { powers, factor: exponent < 0 ? a.factor / size : a.factor * size };
}

function product(text: string, ampere: boolean): Parsed | undefined {
  const plain = text.replace(/[⁰¹²³⁴⁵⁶⁷⁸⁹⁻]+/g, (run) =>
    [...run].reduce((sum, c) => sum + (c === "⁻" ? "-" : String(RAISED.indexOf(c))), "^"),
  );
  const factors = [
    ...plain.trim().matchAll(/(^|[/·*.\s]\s*)([^/·*\s^.]+?)(?:\^?(-?\d+(?:\.\d+)?))?(?=$|[/·*.\s])/g),
  ];
  if (factors.length === 0 || factors.map(([whole]) => whole).join("") !== plain.trim()) return undefined;
  let sum: Parsed = { powers: {}, factor: 1 };
  for (const [i, [, before = "", name = "", power]] of factors.entries()) {
    if (i === 0 && name === "1" && power === undefined) continue;
    if (i === 0 && before.trim() !== "" && before.trim() !== "/") return undefined;
    const one = named(name, ampere);
    if (!one) return undefined;
    sum = times(sum, one, (before.includes("/") ? -1 : 1) * Number(power ?? 1));
  }
  return sum;
}

function dimensionOf(powers: Powers): string {
  const parts = Object.entries(powers).sort(([a], [b]) => (a < b ? -1 : 1));
  return parts.map(([name, power]) => (power === 1 ? name : `${name}^${power}`)).join(" ");
}

/**
 * Dimension ("length^-1" for 1/Å, "" for a pure number) and factor to the base unit; undefined for an unknown unit.
 * "A" is ångström, and ampere where the unit wanted instead, `want`, has no length only.
 */
export function parseUnit(text: string, want?: string): { dimension: string; factor: number } | undefined {
  const wanted = want === undefined ? undefined : product(want, true);
  const ampere = wanted !== undefined && Object.keys(wanted.powers).some((name) => name !== "length");
  const found = product(text, ampere);
  return found && { dimension: dimensionOf(found.powers), factor: found.factor };
}

/** What one `unit` is in units of `wanted`; undefined where either is unknown or the dimensions differ. */
export function unitRatio(unit: string, wanted: string): number | undefined {
  if (unit === wanted) return 1;
  const have = parseUnit(unit, wanted);
  const want = parseUnit(wanted, wanted);
  return have && want && have.dimension === want.dimension ? have.factor / want.factor : undefined;
}

/** Kelvin at the zero of a temperature scale. */
function zeroOf(unit: string): number {
  return /^(?:deg|°)C$/.test(unit.trim()) ? 273.15 : 0;
}

/**
 * The number of `text` ("0.7deg", "0.0252/Å", "0.252 nm^-1", "25degC") in `unit`.
 *
 * @throws Usage if the unit is missing or of another dimension; `path` names the flag.
 */
export function parseQuantity(text: string, unit: string, path: string): Quantity {
  const match = /^\s*([-+]?(?:\d+\.?\d*|\.\d+)(?:[eE][-+]?\d+)?)\s*(.*?)\s*$/.exec(text);
  const want = parseUnit(unit, unit)!;
  const have = match?.[2] ? parseUnit(match[2], unit) : undefined;
  if (!match || !have || have.dimension !== want.dimension) {
    // "1/Å" behind the number would make 0.0252 into 0.02521/Å.
    const bare = match && match[2] === "" ? `, write ${match[1]}${unit.replace(/^1(?=\/)/, "")}` : "";
    const message = `${path}: wanted a number in ${unit}, found "${text}"${bare}`;
    throw new LithoscopeError("Usage", message, { path, expected: unit });
  }
  // Divide where the factor is a reciprocal, so that 0.7deg stays 0.7 exactly.
  const scaled =
    have.factor === want.factor ? Number(match[1]) : (Number(match[1]) * have.factor) / want.factor;
  return { value: scaled + zeroOf(match[2]!) - zeroOf(unit), unit, from: "flag" };
}
