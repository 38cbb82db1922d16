import type { ReadonlySignal } from "@preact/signals";
import { choice, schema } from "../../core/schema.ts";
import type { ColourMapName } from "../../figures/colour-map.ts";
import type { Scale } from "../../figures/colour-scale.ts";
import { numberText } from "../../figures/number-text.ts";
import type { Display } from "../canvas/display.ts";
import type { ViewControl } from "../canvas/image-view.tsx";

/** What is saved of a picture's look. */
export interface PictureLook {
  readonly colours: ColourMapName;
  readonly scale: Scale;
}

/** The look of pictures with these as what they begin with. */
export function pictureLook(colours: ColourMapName, scale: Scale) {
  return schema({
    colours: choice(["grey", "viridis", "cividis", "diverging"], colours, "colour map"),
    scale: choice(["linear", "gamma", "log"], scale, "from value to colour"),
  });
}

const COLOURS = ["grey", "viridis", "cividis"] as const;
const SCALES = ["linear", "gamma", "log"] as const;

/** The next of a list, around its end. */
export function nextOf<T>(list: readonly T[], now: T): T {
  return list[(list.indexOf(now) + 1) % list.length]!;
}

/** Colours and scale of a picture, and the range of values that they span. */
export function LookTools({
  look,
  change,
  display,
}: {
  readonly look: PictureLook;
  readonly change: (look: PictureLook) => void;
  readonly display: ReadonlySignal<Display | undefined>;
}) {
  const range = display.value;
  return (
    <>
      <label class="tool">
        <span class="spoken">colour map</span>
        <select
          data-command="view.colours"
          value={look.colours}
          onChange={(event) => change({ ...look, colours: event.currentTarget.value as ColourMapName })}
        >
          {COLOURS.map((name) => (
            <option key={name}>{name}</option>
          ))}
        </select>
      </label>
      <label class="tool">
        <span class="spoken">scale</span>
        <select
          data-command="view.scale"
          value={look.scale}
          onChange={(event) => change({ ...look, scale: event.currentTarget.value as Scale })}
        >
          {SCALES.map((name) => (
            <option key={name} value={name}>
              {name === "gamma" ? "gamma 0.5" : name}
            </option>
          ))}
        </select>
      </label>
      {range && (
        <span class="range" title="values of the first and the last colour">
          {numberText(range.low, 3)} … {numberText(range.high, 3)}
        </span>
      )}
    </>
  );
}

/** The commands that every picture has. */
export function viewActions(
  view: ViewControl,
  look: () => PictureLook,
  change: (look: PictureLook) => void,
  contrast: (saturated: number) => void,
): Record<string, () => void> {
  let again = 0;
  return {
    "view.zoom-in": () => view.zoomBy(1.25),
    "view.zoom-out": () => view.zoomBy(0.8),
    "view.fit": () => view.fit(),
    "view.one-to-one": () => view.oneToOne(),
    "view.scale": () => change({ ...look(), scale: nextOf(SCALES, look().scale) }),
    "view.colours": () => change({ ...look(), colours: nextOf(COLOURS, look().colours as "grey") }),
    "view.contrast": () => {
      again++;
      contrast(again % 2 === 1 ? 0.0035 : 0.001);
    },
  };
}
