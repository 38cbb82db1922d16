import type { Axis, Item, SignalInfo } from "../../core/contracts.ts";
import { unitRatio } from "../../core/unit.ts";
import { numberText } from "../../figures/number-text.ts";
import type { PixelSize } from "../canvas/image-view.tsx";

/** Pixel size along the last two axes of a role; px where nobody says. */
export function pixelSizeOf(axes: readonly Axis[]): PixelSize {
  const x = axes.at(-1);
  const y = axes.at(-2);
  const known = (axis: Axis | undefined) => axis && axis.unit !== "px" && !axis.values && axis.scale !== 0;
  if (!known(x)) return { x: 1, y: 1, unit: "px" };
  return { x: x!.scale, y: known(y) && y!.unit === x!.unit ? y!.scale : x!.scale, unit: x!.unit };
}

/** The scan axes of an item. */
export function scanAxes(item: Item): readonly Axis[] {
  if (item.kind === "signal") return item.axes.filter(({ role }) => role === "nav");
  return item.kind === "points" ? item.navigation : [];
}

/** The axes of one pattern, spectrum or picture. */
export function signalAxes({ axes }: Pick<SignalInfo, "axes">): readonly Axis[] {
  return axes.filter(({ role }) => role === "signal");
}

/** "530, 370 nm": a place in the unit of its axes; empty where they have none. */
export function placeWords(axes: readonly Axis[], x: number, y: number): string {
  const [ay, ax] = [axes.at(-2), axes.at(-1)];
  if (!ax || ax.unit === "px") return "";
  const { factor, unit } = readable(Math.abs(ax.scale), ax.unit);
  const value = (axis: Axis, i: number) =>
    numberText(factor * (axis.values?.[i] ?? axis.offset + axis.scale * i));
  const words = ay ? `${value(ax, x)}, ${value(ay, y)}` : value(ax, x);
  return `${words} ${unitWords(unit)}`;
}

const LENGTHS = ["pm", "nm", "µm", "mm"];

/** The unit that a length is read in, and what makes its number: that of the file unless that makes it tiny or huge. */
function readable(value: number, unit: string): { factor: number; unit: string } {
  const kept = { factor: 1, unit };
  if (!(value > 0) || (value >= 0.01 && value < 1e4) || unitRatio(unit, "nm") === undefined) return kept;
  const better = LENGTHS.findLast((name) => value * unitRatio(unit, name)! >= 1);
  return better === undefined ? kept : { factor: unitRatio(unit, better)!, unit: better };
}

/** "5 nm" for 0.005 µm: a length of the file as it is read. */
export function lengthText(value: number, unit: string): string {
  const { factor, unit: shown } = readable(Math.abs(value), unit);
  return `${numberText(factor * value)} ${unitWords(shown)}`;
}

/** "Å⁻¹" for "1/Å". */
export function unitWords(unit: string): string {
  return unit.startsWith("1/") ? `${unit.slice(2)}⁻¹` : unit;
}

/** "4D-STEM 256 × 256 × 128 × 128 · 2.5 nm · 0.0252 Å⁻¹ · 200 kV": what an item is, in one line. */
export function itemWords(item: Item): string {
  switch (item.kind) {
    case "signal": {
      const nav = scanAxes(item);
      const signal = signalAxes(item);
      const size = item.axes.map((axis) => axis.size).join(" × ");
      const step = (axes: readonly Axis[]) => {
        const axis = axes.at(-1);
        if (!axis) return [];
        if (axis.unit === "px") return ["px"];
        const other = axes.at(-2);
        const across = lengthText(Math.abs(axis.scale), axis.unit);
        // Pixels that are no squares are worth a word.
        const square = Math.abs((other?.scale ?? axis.scale) / axis.scale);
        const unequal = other?.unit === axis.unit && Math.abs(square - 1) > 1e-3;
        return [unequal ? `${across} across, ${lengthText(Math.abs(other.scale), other.unit)} down` : across];
      };
      const energy = item.meta["beam.energy"];
      const beam = typeof energy === "object" ? [`${numberText(energy.value)} ${energy.unit}`] : [];
      const kind = signalKind(nav.length, signal.length);
      return [`${kind} ${size}`, ...step(nav), ...step(signal), ...beam].join(" · ");
    }
    case "table":
      return `table of ${item.rows} rows, ${item.columns.length} columns`;
    case "stream":
      return `stream of ${item.table.rows} rows, ${item.table.columns.length} columns`;
    case "points":
      return `lists of spots ${item.navigation.map(({ size }) => size).join(" × ")}`;
    case "crystal":
      return `crystal ${item.spaceGroup}, ${item.atoms.length} atoms in the cell`;
    case "orientation-map": {
      const step = item.unit === "px" ? "px" : lengthText(item.step[0], item.unit);
      return `orientation map ${item.width} × ${item.height} · ${step} · ${item.phases.map(({ name }) => name).join(", ")}`;
    }
  }
}

function signalKind(nav: number, signal: number): string {
  if (nav === 2 && signal === 2) return "4D-STEM";
  if (nav === 2 && signal === 1) return "spectrum image";
  if (nav === 1 && signal === 2) return "stack";
  if (nav === 1 && signal === 1) return "line scan";
  if (signal === 1) return "trace";
  if (nav + signal === 2) return "picture";
  return `${nav + signal}-dimensional data`;
}
