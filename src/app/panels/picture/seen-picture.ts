import type { Numeric, Signal } from "../../../core/contracts.ts";
import { SCALE_WORDS } from "../../../figures/colour-scale.ts";
import { numberText } from "../../../figures/number-text.ts";
import type { Mark } from "../../../figures/picture-parts.ts";
import type { Window } from "../../../figures/picture-window.ts";
import type { Display } from "../../canvas/display.ts";
import type { SeenRequest } from "../../desk/export.ts";
import { pixelSizeOf } from "../axis-words.ts";
import { PROGRAM, scanWords } from "../seen.ts";
import { frameAxes } from "./frame-axes.ts";

/** A picture, or one frame of a stack. */
export function seenPicture(
  item: Signal,
  seen: {
    readonly values: Numeric;
    readonly display: Display | undefined;
    /** What is shown and where: "frame 3 of 5, 1.5 s"; "" for a single picture. */
    readonly place: string;
    readonly quantity: string;
    readonly window: Window;
    readonly marks: readonly Mark[];
  },
): SeenRequest {
  const { values, display, place, quantity, window, marks } = seen;
  const { x, y } = frameAxes(item)!;
  const title = [item.title, place].filter(Boolean).join(", ");
  const common = {
    ...{ title, width: x.size, height: y.size, window, marks, arrows: false, pixel: pixelSizeOf([y, x]) },
    methods: `${title} (${scanWords(item)}), shown with ${PROGRAM}.`,
  };
  if (!display) {
    const rgb = values as Uint8Array;
    const channel = (k: number) => Uint8Array.from({ length: rgb.length / 3 }, (_, i) => rgb[3 * i + k]!);
    const colours = ["red", "green", "blue"].map((name, k) => ({ name, unit: "1", values: channel(k) }));
    return { ...common, rgb, caption: `${title}, in the colours of the file.`, values: colours };
  }
  const range = `${numberText(display.low)} to ${numberText(display.high)}`;
  return {
    ...{ ...common, display },
    caption: `${title}. Colours (${display.colours}) from ${range}, ${SCALE_WORDS[display.scale]}; values beyond are held at the ends.`,
    values: [{ name: quantity, unit: quantity === "phase" ? "deg" : item.value.unit, values }],
  };
}
