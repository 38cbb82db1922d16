/** How `info` says what a signal is: one line each for scan, frames, beam and values. */
import type { Axis, Quantity, Signal } from "../core/contracts.ts";
import { numberText, quantityText } from "../figures/number-text.ts";
import type { SampledValues } from "./info-values.ts";

/** Whole numbers in full, others to six significant digits. */
export function shown(value: number): string {
  return Number.isInteger(value) && Math.abs(value) < 1e9 ? `${value}` : numberText(value, 6);
}

/** Value, uncertainty where there is one, and unit. */
export function quantityShown(quantity: Quantity): string {
  if (quantity.sigma !== undefined && quantity.sigma > 0) return quantityText(quantity);
  return `${shown(quantity.value)}${quantity.unit === "1" ? "" : ` ${quantity.unit}`}`;
}

export function axisText(axis: Axis): string {
  const step = axis.from === "none" || axis.unit === "px" ? "" : ` of ${shown(axis.scale)} ${axis.unit}`;
  return `${axis.name} ${axis.size}${axis.values ? ` at listed ${axis.unit}` : step}`;
}

const LABEL = 10;
const line = (label: string, ...parts: readonly string[]) =>
  `  ${label.padEnd(LABEL)}${parts.filter((part) => part !== "").join("   ")}`;

/** Notes of several lines on one. */
const oneLine = (text: string) => text.trim().replace(/\s*[\r\n]+\s*/g, "; ");

const fromText = (from: string | undefined) => (from === undefined || from === "none" ? "" : ` (${from})`);

/** Axes one after the other, with the one origin of their steps where there is one. */
function axesText(axes: readonly Axis[]): string {
  const origins = [...new Set(axes.map(({ from }) => from))];
  const same = origins.length === 1 ? fromText(origins[0]) : "";
  return `${axes.map((axis) => axisText(axis) + (same ? "" : fromText(axis.from))).join(", ")}${same}`;
}

/** "1.28 × 1.28 µm" of axes with steps in one unit; "" for others. */
function extentText(axes: readonly Axis[]): string {
  const [first] = axes;
  const even = axes.every(({ unit, from, values }) => unit === first?.unit && from !== "none" && !values);
  if (!first || !even || first.unit === "px") return "";
  const sizes = axes.map(({ size, scale }) => numberText(size * Math.abs(scale), 3));
  return `${sizes.join(" × ")} ${first.unit}`;
}

/** Half the width of a pattern: how far it reaches from a beam in its middle. */
function reachText(axes: readonly Axis[]): string {
  const last = axes.at(-1)!;
  if (last.from === "none" || last.unit === "px" || !/^k/.test(last.name)) return "";
  return `± ${numberText((last.size * Math.abs(last.scale)) / 2, 3)} ${last.unit}`;
}

function frameLabel(inner: readonly Axis[]): string {
  if (inner.length === 1) return inner[0]!.name === "energy" ? "spectrum" : "profile";
  if (inner.length !== 2) return "data";
  return inner.some(({ name }) => /^k/.test(name)) ? "pattern" : "image";
}

/** What belongs to the beam, in the order in which it is said, and the flag that states it where a scan needs it. */
const BEAM: readonly (readonly [key: string, words: string, flag: string])[] = [
  ["beam.energy", "", "--voltage"],
  ["beam.precession", "precession ", "--precession"],
  ["beam.convergence", "convergence ", ""],
  ["camera.length", "camera length ", ""],
  ["beam.current", "current ", ""],
];

function beamText({ meta }: Signal, needed: boolean): string[] {
  return BEAM.flatMap(([key, words, flag]) => {
    const entry = meta[key];
    if (typeof entry === "object") return [`${words}${quantityShown(entry)}${fromText(entry.from)}`];
    if (typeof entry === "string") return [`${words}${entry}`];
    return needed && flag ? [`${words || "energy "}— (${flag})`] : [];
  });
}

function valuesText({ frames, of, min, max, mean, saturated }: SampledValues): string[] {
  const part = saturated ? [`${numberText(100 * saturated, 2)} % saturated`] : [];
  return [
    `${shown(min)} … ${shown(max)}`,
    `mean ${numberText(mean, 4)}`,
    ...part,
    of > frames ? `(${frames} of ${of} frames)` : "",
  ];
}

/** What is asked of a scan of patterns that its file does not say. */
export function missingOf({ axes, meta }: Signal): string[] {
  return axes.length === 4 && meta["beam.energy"] === undefined ? ["beam.energy"] : [];
}

/** Lines of a signal, without its title. */
export function signalLines(signal: Signal, values: SampledValues | undefined): string[] {
  const { axes, dtype, meta, value } = signal;
  const nav = axes.filter(({ role }) => role === "nav");
  const inner = axes.slice(nav.length);
  const beam = beamText(signal, axes.length === 4 && nav.length === 2);
  const rest = Object.entries(meta).filter(([key]) => !BEAM.some(([known]) => known === key));
  const named =
    value.name === "value" && value.unit === "1"
      ? ""
      : `${value.name}${value.unit === "1" ? "" : ` in ${value.unit}`}`;
  return [
    ...(nav.length > 0 ? [line(nav.length > 1 ? "scan" : "series", axesText(nav), extentText(nav))] : []),
    line(
      frameLabel(inner),
      axesText(inner),
      reachText(inner) || (inner.length === 2 ? extentText(inner) : ""),
      dtype,
      named,
    ),
    ...(beam.length > 0 ? [line("beam", ...beam)] : []),
    ...(values ? [line("values", ...valuesText(values))] : []),
    ...rest.map(([key, entry]) =>
      line(
        "also",
        `${key}: ${typeof entry === "string" ? oneLine(entry) : quantityShown(entry) + fromText(entry.from)}`,
      ),
    ),
    ...missingOf(signal).map((key) => line("missing", `${key} (--voltage states it)`)),
  ];
}
