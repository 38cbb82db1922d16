import type { Signal } from "../../../core/contracts.ts";
import { SCALE_WORDS } from "../../../figures/colour-scale.ts";
import { numberText } from "../../../figures/number-text.ts";
import type { Mark } from "../../../figures/picture-parts.ts";
import type { Window } from "../../../figures/picture-window.ts";
import type { Display } from "../../canvas/display.ts";
import type { SeenRequest } from "../../desk/export.ts";
import type { VirtualDetector } from "../../state/history.ts";
import { pixelSizeOf, scanAxes, signalAxes } from "../axis-words.ts";
import { PROGRAM, scanWords } from "../seen.ts";

/** "the disc of 5 px around 63.8 px, 64.1 px", in the pattern's own unit too where it has one. */
function detectorWords(scan: Signal, { x, y, inner, outer }: VirtualDetector): string {
  const axis = signalAxes(scan).at(-1)!;
  const size = (px: number) =>
    axis.unit === "px"
      ? `${numberText(px)} px`
      : `${numberText(px)} px (${numberText(px * Math.abs(axis.scale))} ${axis.unit})`;
  const around = `around column ${numberText(x)}, row ${numberText(y)}`;
  return inner > 0
    ? `the ring from ${size(inner)} to ${size(outer)} ${around}`
    : `the disc of ${size(outer)} ${around}`;
}

/** The image over a scan, with what it sums. */
export function seenImage(
  scan: Signal,
  seen: {
    readonly detector: VirtualDetector | undefined;
    readonly values: Float32Array;
    /** False while it is coarse, growing or a preview. */
    readonly whole: boolean;
    readonly display: Display;
    readonly window: Window;
    readonly marks: readonly Mark[];
  },
): SeenRequest {
  const { detector, values, display, window, marks } = seen;
  const axes = scanAxes(scan);
  const [height, width] = axes.map(({ size }) => size) as [number, number];
  const name = detector?.name ?? "sum";
  const over = detector ? detectorWords(scan, detector) : "all pixels";
  const range = `${numberText(display.low)} to ${numberText(display.high)}`;
  const preview = seen.whole ? "" : " Preview: not all of the scan was read.";
  return {
    title: `${name}, ${scan.title}`,
    ...{ width, height, window, marks, display, arrows: true },
    pixel: pixelSizeOf(axes),
    caption: `Virtual image ${name}: sum of every pattern over ${over}. Colours (${display.colours}) from ${range}, ${SCALE_WORDS[display.scale]}; values beyond are held at the ends.${preview}`,
    methods: `Virtual images were summed with ${PROGRAM} from ${scan.title} (${scanWords(scan)}): ${name} over ${over}.${preview}`,
    values: [{ name: `${name}, sum of ${scan.value.name}`, unit: scan.value.unit, values }],
  };
}
