import type { Numeric, Signal } from "../../../core/contracts.ts";
import { SCALE_WORDS } from "../../../figures/colour-scale.ts";
import { numberText } from "../../../figures/number-text.ts";
import type { Window } from "../../../figures/picture-window.ts";
import type { Display } from "../../canvas/display.ts";
import type { SeenRequest } from "../../desk/export.ts";
import { recipeOf } from "../../state/history.ts";
import { keyOf } from "../../state/items.ts";
import type { ScanPoint } from "../../state/selection.ts";
import { pixelSizeOf, signalAxes } from "../axis-words.ts";
import { PROGRAM, scanWords } from "../seen.ts";
import { detectorColour } from "./detector-marks.tsx";

/** One pattern, or the mean of all, with its virtual detectors. */
export function seenPattern(
  scan: Signal,
  seen: {
    readonly values: Numeric;
    /** Undefined for the mean of all. */
    readonly at: ScanPoint | undefined;
    readonly display: Display;
    readonly window: Window;
  },
): SeenRequest {
  const { values, at, display, window } = seen;
  const axes = signalAxes(scan);
  const [height, width] = axes.map(({ size }) => size) as [number, number];
  const pixel = pixelSizeOf(axes);
  const what = at ? `Diffraction pattern at scan point ${at.x}, ${at.y}` : "Mean diffraction pattern";
  const range = `${numberText(display.low)} to ${numberText(display.high)}`;
  const reciprocal = pixel.unit.startsWith("1/") ? ` The bar's ${pixel.unit} means 1/d, without 2π.` : "";
  return {
    title: `${at ? `pattern ${at.x}, ${at.y}` : "mean pattern"}, ${scan.title}`,
    ...{ width, height, window, display, pixel, arrows: false },
    marks: recipeOf(keyOf(scan)).detectors.map(({ id, name, x, y, inner, outer }) => ({
      ...{ kind: "detector" as const, name, x, y, inner, outer, colour: detectorColour(id) },
    })),
    caption: `${what}. Colours (${display.colours}) from ${range}, ${SCALE_WORDS[display.scale]}; values beyond are held at the ends.${reciprocal}`,
    methods: `${what} of ${scan.title} (${scanWords(scan)}), shown with ${PROGRAM} on a scale that is ${SCALE_WORDS[display.scale]}.`,
    values: [{ name: scan.value.name, unit: scan.value.unit, values }],
  };
}
