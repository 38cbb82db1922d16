import { version } from "../../../package.json" with { type: "json" };
import type { Axis, Quantity, Signal } from "../../core/contracts.ts";
import { numberText } from "../../figures/number-text.ts";
import type { Mark } from "../../figures/picture-parts.ts";
import type { SeenRequest } from "../desk/export.ts";
import { recipeOf } from "../state/history.ts";
import { platform } from "../state/workspace.ts";
import { scanAxes, signalAxes } from "./axis-words.ts";
import type { Mounted } from "./contract.ts";

export const PROGRAM = `Lithoscope ${version}`;

/** Exports a picture by the desk, which draws the figure and writes its numbers. */
export function pictureExporter(
  seen: () => SeenRequest | undefined,
): NonNullable<Mounted<unknown>["figure"]> {
  return async (paper) => {
    const now = seen();
    if (!now) return undefined;
    const drawn = await platform.desk.call("drawPicture", { seen: now, paper });
    return {
      ...drawn,
      csv: () => platform.desk.call("pictureCsv", { seen: now, paper }),
      array: () => platform.desk.call("pictureArray", { seen: now, paper }),
    };
  };
}

/** The pins of an item as marks. */
export function pinMarks(key: string): Mark[] {
  return recipeOf(key).pins.map(({ name, x, y }) => ({ kind: "point", name, x, y }));
}

function step(axes: readonly Axis[]): string {
  const axis = axes.at(-1);
  if (!axis || axis.unit === "px") return "";
  return `, ${numberText(Math.abs(axis.scale))} ${axis.unit} each`;
}

/** "12 × 12 points, 4 nm each; patterns of 128 × 128 pixels, 0.0252 1/Å each; 200 keV": how a scan was taken. */
export function scanWords(scan: Signal): string {
  const [nav, signal] = [scanAxes(scan), signalAxes(scan)];
  const size = (axes: readonly Axis[]) => axes.map((axis) => axis.size).join(" × ");
  const energy = scan.meta["beam.energy"] as Quantity | string | undefined;
  return [
    ...(nav.length > 0 ? [`${size(nav)} points${step(nav)}`] : []),
    ...(signal.length > 0 ? [`patterns of ${size(signal)} pixels${step(signal)}`] : []),
    ...(typeof energy === "object" ? [`${numberText(energy.value)} ${energy.unit}`] : []),
  ].join("; ");
}
