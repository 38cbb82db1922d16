/** What a file states about an axis, and the axis that this makes. */
import type { Axis, Notice } from "../core/contracts.ts";
import { unitOf } from "./units.ts";

/** A coordinate of i = offset + scale · i, or a list of them, in the file's words. */
export interface Stated {
  readonly name?: string;
  readonly units?: string;
  readonly scale?: number;
  readonly offset?: number;
  readonly values?: Float64Array;
  readonly role?: Axis["role"];
}

/** Steps of a listed axis may differ by this much of a step and still be one step; files carry rounded numbers. */
const UNIFORM = 1e-4;
/** No electron microscope's pixel is outside these [1/Å]; a conversion applied twice is. */
const PLAUSIBLE = [1e-6, 10] as const;

/** An axis where the file states a scale and a unit that is known; px and a notice otherwise. */
export function statedAxis(
  base: Axis,
  stated: Stated,
  where: string,
  notices: Notice[],
  format: string,
): Axis {
  const { scale, offset = 0, values, role = base.role } = stated;
  const unit = unitOf(stated.units);
  const named = stated.name && !/^(|_none_|none|<undefined>|undefined)$/i.test(stated.name);
  const axis = { ...base, role, name: named ? stated.name! : base.name };
  const known = values !== undefined || (scale !== undefined && Number.isFinite(scale) && scale !== 0);
  if (known && unit !== undefined && unit !== "none") {
    implausible(unit, scale, `${format}: ${where}, axis ${axis.name}`, where, notices);
    const at = { unit, scale: scale ?? 1, offset, from: "file" } as const;
    return values ? { ...axis, ...at, values } : { ...axis, ...at };
  }
  if (unit === undefined || (scale !== undefined && scale !== 1)) {
    const words = unit === undefined ? `the unit "${stated.units}" that is not known` : "no unit";
    const message = `${format}: axis ${axis.name} of ${where} has ${words} and a step of ${scale}, it is left in px`;
    notices.push({ code: "unit-unknown", message, where });
  }
  // Counted in pixels from another start than 0, as a cut of a longer series is.
  const counted = unit !== undefined && scale === 1 && values === undefined && Number.isFinite(offset);
  const start = counted ? offset : 0;
  return { ...axis, unit: "px", scale: 1, offset: start, from: start === 0 ? "none" : "file" };
}

function implausible(
  unit: string,
  scale: number | undefined,
  what: string,
  where: string,
  notices: Notice[],
): void {
  const factor = { "1/Å": 1, "1/nm": 0.1 }[unit];
  if (factor === undefined || scale === undefined) return;
  const size = Math.abs(scale * factor);
  if (size >= PLAUSIBLE[0] && size <= PLAUSIBLE[1]) return;
  const message = `${what} has pixels of ${scale} ${unit}, which no diffraction pattern has`;
  notices.push({ code: "calibration-implausible", message, where, flag: "--pixel-size" });
}

/** Start and step of listed coordinates where they are even or stand for more; else the list. */
export function fromList(
  values: readonly number[],
  size: number,
): Pick<Stated, "scale" | "offset" | "values"> {
  const offset = values[0] ?? 0;
  if (values.length < 2) return { offset };
  const scale = (values.at(-1)! - offset) / (values.length - 1);
  const straight = values.every((v, i) => Math.abs(v - offset - scale * i) <= UNIFORM * Math.abs(scale));
  return straight || values.length !== size
    ? { scale, offset }
    : { values: Float64Array.from(values), offset };
}
