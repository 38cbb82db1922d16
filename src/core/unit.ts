import type { Quantity } from "./contracts.ts";
import { LithoscopeError } from "./errors.ts";

/** Named units with exact factors to the base of their dimension; prefixes and powers are grammar. */
const NAMED: Readonly<Record<string, readonly [dimension: string, factor: number]>> = {
  m: ["length", 1],
  Å: ["length", 1e-10],
  A: ["length", 1e-10],
  px: ["pixel", 1],
  rad: ["angle", 1],
  deg: ["angle", Math.PI / 180],
  "°": ["angle", Math.PI / 180],
  V: ["potential", 1],
  eV: ["energy", 1],
  s: ["time", 1],
};
const PREFIX: Readonly<Record<string, number>> = {
  G: 1e9,
  M: 1e6,
  k: 1e3,
  c: 1e-2,
  m: 1e-3,
  u: 1e-6,
  µ: 1e-6,
  n: 1e-9,
  p: 1e-12,
};

/** Dimension ("length^-1" for 1/Å) and factor to its base unit; undefined for an unknown unit. */
export function parseUnit(text: string): { dimension: string; factor: number } | undefined {
  const reciprocal = /^(?:1?\/(.+)|(.+?)(?:\^-1|⁻¹))$/.exec(text);
  if (reciprocal) {
    const base = parseUnit((reciprocal[1] ?? reciprocal[2])!);
    return base && { dimension: `${base.dimension}^-1`, factor: 1 / base.factor };
  }
  const named = NAMED[text];
  if (named) return { dimension: named[0], factor: named[1] };
  const prefix = PREFIX[text.slice(0, 1)];
  const rest = NAMED[text.slice(1)];
  return prefix !== undefined && rest ? { dimension: rest[0], factor: rest[1] * prefix } : undefined;
}

/**
 * The number of `text` ("0.7deg", "0.0252/Å", "0.252 nm^-1") in `unit`.
 *
 * @throws Usage if the unit is missing or of another dimension; `path` names the flag.
 */
export function parseQuantity(text: string, unit: string, path: string): Quantity {
  const match = /^\s*([-+]?(?:\d+\.?\d*|\.\d+)(?:[eE][-+]?\d+)?)\s*(.*?)\s*$/.exec(text);
  const want = parseUnit(unit)!;
  const have = match?.[2] ? parseUnit(match[2]) : undefined;
  if (!match || !have || have.dimension !== want.dimension) {
    const bare = match && match[2] === "" ? `, write ${match[1]}${unit}` : "";
    const message = `${path}: wanted a number in ${unit}, found "${text}"${bare}`;
    throw new LithoscopeError("Usage", message, { path, expected: unit });
  }
  // Divide where the factor is a reciprocal, so that 0.7deg stays 0.7 exactly.
  const value =
    have.factor === want.factor ? Number(match[1]) : (Number(match[1]) * have.factor) / want.factor;
  return { value, unit, from: "flag" };
}
