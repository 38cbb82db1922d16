import type { Axis, Item, Signal } from "../../src/core/contracts.ts";
import { countOf } from "../../src/core/tile-plan.ts";

/** An axis as an independent reader gave it (data/em/reference). */
interface ReferenceAxis {
  readonly name: string | null;
  readonly size: number;
  readonly units: string | null;
  readonly navigate?: boolean;
  readonly scale?: number;
  readonly offset?: number;
}

export interface ReferenceSignal {
  readonly shape: readonly number[];
  readonly dtype: string | readonly unknown[];
  readonly sum?: unknown;
  readonly values_at?: readonly { readonly index: readonly number[]; readonly value: unknown }[];
  readonly axes?: readonly ReferenceAxis[];
  readonly part?: string;
  readonly title?: string;
}

/** Element types that we hold another way, without losing a value. */
const SAME_TYPE: Readonly<Record<string, string>> = {
  bool: "u8",
  uint8: "u8",
  int8: "i8",
  uint16: "u16",
  int16: "i16",
  uint32: "u32",
  int32: "i32",
  uint64: "f64",
  int64: "f64",
  float16: "f32",
  float32: "f32",
  float64: "f64",
  complex64: "c64",
  complex128: "c128",
  ">u2": "u16",
  ">u4": "u32",
  "<u2": "u16",
  "[('R', 'u1'), ('G', 'u1'), ('B', 'u1')]": "rgb8",
};
/** Larger signals are compared at their sampled values only [values]. */
const SUM_LIMIT = 6e7;

/** The unit as we write it: spaces, LaTeX and plain letters of other readers taken away. */
export function unitWord(text: string | null): string {
  const bare = (text ?? "")
    .replace(/[\s$\\{}[\]]/g, "")
    .replace(/^A\^-1$/, "1/Å")
    .replace(/^Energy(?:Loss)?\((.*)\)$/, (_, unit) => unit.replace(/^EV$/, "eV"));
  const word = bare.replace(/^(1\/)?A$/, "$1Å").replace(/^(1\/)?um$/, "$1µm");
  return /^(|<?undefined>?|1|none)$/i.test(word) ? "px" : word.replace("Seconds", "s");
}

/** What an axis is of, as far as its name tells; readers differ in letters and words. */
function kindOf(name: string | null): string {
  const lower = (name ?? "").toLowerCase();
  if (/energy/.test(lower)) return "energy";
  if (/^(time|frame|z|depth|image series)$/.test(lower)) return "frame";
  if (/^(q|k)x$|^dx$/.test(lower)) return "kx";
  if (/^(q|k)y$|^dy$/.test(lower)) return "ky";
  if (/^(x|width|scan_x)$/.test(lower)) return "x";
  if (/^(y|height|scan_y)$/.test(lower)) return "y";
  return "";
}

/** Place of our axis i among the reference's axes: by name where the energy stands elsewhere, else in order. */
function alignment(ours: readonly Axis[], theirs: readonly ReferenceAxis[]): number[] {
  const energy = theirs.findIndex(({ name }) => kindOf(name) === "energy");
  const order = theirs.map((_, i) => i);
  if (energy < 0 || kindOf(ours.at(-1)!.name) !== "energy") return order;
  return [...order.filter((i) => i !== energy), energy];
}

function close(a: number, b: number, relative: number, floor = 0): boolean {
  return a === b || Math.abs(a - b) <= Math.max(relative * Math.max(Math.abs(a), Math.abs(b)), floor);
}

/** The first difference is not the last: unit, step and start of an axis are each compared. */
function axisFaults(axis: Axis, theirs: ReferenceAxis): string[] {
  const faults: string[] = [];
  const name = axis.name;
  const unit = unitWord(theirs.units);
  if (theirs.scale === undefined) return faults;
  if (axis.unit !== unit) faults.push(`axis ${name} is in ${axis.unit}, not ${unit}`);
  const scale = axis.values ? axis.values[1]! - axis.values[0]! : axis.scale;
  const offset = axis.values ? axis.values[0]! : axis.offset;
  if (!close(scale, theirs.scale, 1e-9))
    faults.push(`axis ${name} has steps of ${scale}, not ${theirs.scale}`);
  if (theirs.offset !== undefined && !close(offset, theirs.offset, 1e-9, 1e-9 * Math.abs(scale)))
    faults.push(`axis ${name} starts at ${offset}, not ${theirs.offset}`);
  return faults;
}

function numbersOf(value: unknown): number[] {
  if (typeof value === "number") return [value];
  if (typeof value === "boolean") return [value ? 1 : 0];
  if (Array.isArray(value)) return value.flatMap(numbersOf);
  if (typeof value === "string") {
    if (/^-?\d+$/.test(value)) return [Number(value)];
    const complex = /^\(?([-+\d.einfa]+?)([-+][\d.einfa]+)j\)?$/.exec(value);
    if (complex) return [Number(complex[1]), Number(complex[2])];
  }
  if (typeof value === "object" && value !== null) return Object.values(value).flatMap(numbersOf);
  return [];
}

async function valueFaults(
  signal: Signal,
  theirs: ReferenceSignal,
  order: readonly number[],
  turned: readonly string[],
) {
  const faults: string[] = [];
  for (const { index, value } of theirs.values_at ?? []) {
    const start = order.map((i, k) => {
      const { name, size } = signal.axes[k]!;
      return turned.includes(name) ? size - 1 - index[i]! : index[i]!;
    });
    const found = [...(await signal.tile({ start, stop: start.map((i) => i + 1) }))];
    const wanted = numbersOf(value);
    if (wanted.length === found.length && wanted.every((w, i) => close(found[i]!, w, 1e-12))) continue;
    faults.push(`value at [${index}] is ${found.join(" ")}, not ${JSON.stringify(value)}`);
  }
  const shape = signal.axes.map(({ size }) => size);
  const wanted = numbersOf(theirs.sum);
  if (wanted.length === 0 || countOf(shape) > SUM_LIMIT) return faults;
  const all = await signal.tile({ start: shape.map(() => 0), stop: shape });
  const sums = wanted.map(() => 0);
  const carry = wanted.map(() => 0);
  let size = 0;
  // Compensated, so that the order of adding does not matter.
  for (let i = 0; i < all.length; i++) {
    const k = i % sums.length;
    const term = all[i]! - carry[k]!;
    const next = sums[k]! + term;
    carry[k] = next - sums[k]! - term;
    sums[k] = next;
    size += Math.abs(all[i]!);
  }
  const fits = sums.every((sum, k) => close(sum, wanted[k]!, 1e-9, 1e-12 * size));
  if (!fits) faults.push(`sum is ${sums.join(" ")}, not ${JSON.stringify(theirs.sum)}`);
  return faults;
}

/** What differs between our signal and the reference's; nothing where they are equal. */
async function signalFaults(
  signal: Signal,
  theirs: ReferenceSignal,
  turned: readonly string[],
): Promise<string[]> {
  const axes = theirs.axes;
  const order = axes ? alignment(signal.axes, axes) : theirs.shape.map((_, i) => i);
  const shape = order.map((i) => theirs.shape[i]!);
  const own = signal.axes.map(({ size }) => size);
  if (own.join() !== shape.join()) return [`shape is ${own.join(" × ")}, not ${shape.join(" × ")}`];
  const type = typeof theirs.dtype === "string" ? (SAME_TYPE[theirs.dtype] ?? theirs.dtype) : "rgb8";
  const faults = signal.dtype === type ? [] : [`dtype is ${signal.dtype}, not ${theirs.dtype}`];
  for (const [i, at] of order.entries()) {
    if (axes) faults.push(...axisFaults(signal.axes[i]!, axes[at]!));
  }
  return [...faults, ...(await valueFaults(signal, theirs, order, turned))];
}

/**
 * Every reference signal has one of ours that equals it; each of ours serves once.
 *
 * @param turned axes that the references count from the other end
 * @returns one sentence for each difference, of the nearest of ours where none equals the reference
 */
export async function compareSignals(
  items: readonly Item[],
  references: readonly ReferenceSignal[],
  turned: readonly string[],
): Promise<string[]> {
  const left = items.filter((item): item is Signal => item.kind === "signal");
  const differing: (readonly [number, ReferenceSignal])[] = [];
  // Those that are equal first: a reference that differs must not take what another one equals.
  for (const entry of references.entries()) {
    let equal = -1;
    for (let at = 0; equal < 0 && at < left.length; at++) {
      if ((await signalFaults(left[at]!, entry[1], turned)).length === 0) equal = at;
    }
    if (equal >= 0) left.splice(equal, 1);
    else differing.push(entry);
  }
  const all: string[] = [];
  for (const [number, reference] of differing) {
    let best: { faults: string[]; at: number } | undefined;
    for (const [at, signal] of left.entries()) {
      const faults = await signalFaults(signal, reference, turned);
      const worse = best !== undefined && weight(best.faults) <= weight(faults);
      if (!worse) best = { faults, at };
    }
    if (best) left.splice(best.at, 1);
    const faults = best?.faults ?? ["no signal is left to compare"];
    all.push(...faults.map((fault) => `signal ${number}: ${fault}`));
  }
  return all;
}

/** Another shape is worse than any number of other differences, and worse the more axes are too many or missing. */
function weight(faults: readonly string[]): number {
  return faults.reduce((sum, fault) => sum + weightOf(fault), 0);
}

function weightOf(fault: string): number {
  const shapes = /^shape is (.*), not (.*)$/.exec(fault);
  if (!shapes) return /^(value|sum)/.test(fault) ? 10 : 1;
  const [ours, theirs] = [shapes[1]!, shapes[2]!].map((shape) => shape.split("×").length);
  return 100 + Math.abs(ours! - theirs!);
}
