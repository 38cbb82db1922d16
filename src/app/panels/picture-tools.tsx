import type { ReadonlySignal } from "@preact/signals";
import { choice, schema } from "../../core/schema.ts";
import type { ColourMapName } from "../../figures/colour-map.ts";
import type { Scale } from "../../figures/colour-scale.ts";
import { numberText } from "../../figures/number-text.ts";
import type { Display } from "../canvas/display.ts";
import type { ViewControl } from "../canvas/image-view.tsx";
import { type Contrast, limitsOf } from "../state/contrast.ts";

/** What is saved of a picture's look. */
export interface PictureLook {
  readonly colours: ColourMapName;
  readonly scale: Scale;
}

/** The look of pictures with these as what they begin with. */
export function pictureLook(colours: ColourMapName, scale: Scale) {
  return schema({
    colours: choice(["grey", "viridis", "cividis", "diverging", "cyclic"], colours, "colour map"),
    scale: choice(["linear", "gamma", "log"], scale, "from value to colour"),
  });
}

const COLOURS = ["grey", "viridis", "cividis", "diverging", "cyclic"] as const;
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
  contrast,
}: {
  readonly look: PictureLook;
  readonly change: (look: PictureLook) => void;
  readonly display: ReadonlySignal<Display | undefined>;
  readonly contrast: Contrast;
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
      <LockButton contrast={contrast} display={display} />
    </>
  );
}

/** Holds the limits of the colours, whatever is shown, or lets them follow the values again. */
function LockButton({
  contrast: { held },
  display,
}: {
  readonly contrast: Contrast;
  readonly display: ReadonlySignal<Display | undefined>;
}) {
  const locked = held.value !== undefined;
  return (
    <button
      type="button"
      class="quiet"
      data-command="view.lock"
      aria-pressed={locked}
      aria-label="Hold the contrast"
      title={locked ? "Contrast is held (Shift A)" : "Hold the contrast (Shift A)"}
      disabled={!display.value}
      onClick={() => toggleLock(held, display)}
    >
      {locked ? "held" : "hold"}
    </button>
  );
}

function toggleLock(held: Contrast["held"], display: ReadonlySignal<Display | undefined>): void {
  const now = display.peek();
  held.value = held.peek() || !now ? undefined : { low: now.low, high: now.high };
}

/** The commands that move a picture. */
export function moveViewActions(view: ViewControl): Record<string, () => void> {
  return {
    "view.zoom-in": () => view.zoomBy(1.25),
    "view.zoom-out": () => view.zoomBy(0.8),
    "view.fit": () => view.fit(),
    "view.one-to-one": () => view.oneToOne(),
  };
}

/** The commands of contrast: from percentiles, again for stronger; hold. */
export function contrastActions(
  { saturated, held }: Contrast,
  display: ReadonlySignal<Display | undefined>,
): Record<string, () => void> {
  return {
    "view.contrast": () => {
      const followed = held.peek() === undefined;
      held.value = undefined;
      saturated.value = followed && saturated.peek() === 0.001 ? 0.0035 : 0.001;
    },
    "view.lock": () => toggleLock(held, display),
  };
}

/** The commands that every picture of numbers has. */
export function viewActions(
  view: ViewControl,
  look: () => PictureLook,
  change: (look: PictureLook) => void,
  contrast: Contrast,
  display: ReadonlySignal<Display | undefined>,
): Record<string, () => void> {
  return {
    ...moveViewActions(view),
    ...contrastActions(contrast, display),
    "view.scale": () => change({ ...look(), scale: nextOf(SCALES, look().scale) }),
    "view.colours": () => change({ ...look(), colours: nextOf(COLOURS, look().colours as "grey") }),
  };
}

/** How numbers are coloured: the look, and the limits of the contrast. */
export function displayOf(
  { colours, scale }: PictureLook,
  contrast: Contrast,
  values: Parameters<typeof limitsOf>[1] | undefined,
): Display | undefined {
  return values && { colours, scale, ...limitsOf(contrast, values) };
}
