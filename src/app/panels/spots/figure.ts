import type { Numeric, PointList } from "../../../core/contracts.ts";
import { SCALE_WORDS } from "../../../figures/colour-scale.ts";
import { csvText } from "../../../figures/csv.ts";
import { numberText } from "../../../figures/number-text.ts";
import type { Paper } from "../../../figures/panel-figure.ts";
import type { Window } from "../../../figures/picture-window.ts";
import type { Display } from "../../canvas/display.ts";
import { platform } from "../../state/workspace.ts";
import type { PanelFigure } from "../contract.ts";
import { PROGRAM } from "../seen.ts";

/** The spots of one point. */
export interface SpotsAt {
  /** Indices along the navigation axes. */
  readonly at: readonly number[];
  readonly qx: Float64Array;
  readonly qy: Float64Array;
  readonly intensity: Float64Array | undefined;
}

/** Radii of rings whose area goes by intensity, the strongest spot's `largest`; all alike where none are listed. */
export function ringRadii({ qx, intensity }: SpotsAt, smallest: number, largest: number): Float64Array {
  const strongest = intensity?.reduce((most, value) => Math.max(most, value), 1e-30) ?? 1;
  return Float64Array.from(qx, (_, i) => {
    const share = intensity ? Math.max(0, intensity[i]!) / strongest : 1;
    return Math.max(smallest, largest * Math.sqrt(share));
  });
}

/** Radius of the strongest spot's ring on a page, and of the weakest ones' [pt]. */
const LARGEST = 5;
const SMALLEST = 1.4;

/** The spots of a point as rings over the picture of all; its numbers are those of the rings. */
export async function spotsFigure(
  lists: PointList,
  seen: SpotsAt & {
    /** Sum of the intensities of all points, (side, side), from −reach to reach. */
    readonly all: Numeric;
    readonly side: number;
    readonly reach: number;
    readonly display: Display;
    readonly window: Window;
  },
  paper: Paper,
): Promise<PanelFigure> {
  const { at, qx, qy, intensity, all, side, reach, display, window } = seen;
  const unit = lists.columns.find(({ name }) => name === "qx")?.unit ?? "px";
  const step = (2 * reach) / (side - 1);
  const radii = ringRadii(seen, SMALLEST, LARGEST);
  const place = at.toReversed().join(", ");
  const range = `${numberText(display.low)} to ${numberText(display.high)}`;
  const rings = "Rings: spots of this point, the area by intensity.";
  const drawn = await platform.desk.call("drawPicture", {
    seen: {
      title: `spots at ${place}, ${lists.title}`,
      ...{ width: side, height: side, display, window, arrows: false },
      pixel: { x: step, y: step, unit },
      marks: Array.from(qx, (x, i) => ({
        ...{ kind: "spot" as const, shape: "ring" as const },
        ...{ x: (x + reach) / step, y: (qy[i]! + reach) / step },
        radius: radii[i]!,
      })),
      caption: `${qx.length} spots at scan point ${place}. ${paper.marks ? `${rings} ` : ""}Picture: intensities of all points, colours (${display.colours}) from ${range}, ${SCALE_WORDS[display.scale]}.`,
      methods: `Spots of ${lists.title}, shown with ${PROGRAM}.`,
      values: [{ name: "intensity", unit: "1", values: all }],
    },
    paper,
  });
  const strength = lists.columns.find(({ name }) => name === "intensity")?.unit ?? "1";
  const columns = [
    { name: "qx", unit, values: qx },
    { name: "qy", unit, values: qy },
    ...(intensity ? [{ name: "intensity", unit: strength, values: intensity }] : []),
  ];
  return {
    ...drawn,
    csv: () => csvText(columns),
    array: () => ({
      values: Float64Array.from(
        { length: qx.length * columns.length },
        (_, i) => columns[i % columns.length]!.values[Math.floor(i / columns.length)]!,
      ),
      shape: [qx.length, columns.length],
    }),
  };
}
