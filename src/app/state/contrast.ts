import { type ReadonlySignal, type Signal as State, signal } from "@preact/signals";
import type { Numeric } from "../../core/contracts.ts";
import { type Display, percentiles } from "../canvas/display.ts";

/** Values of the first and the last colour. */
export interface Limits {
  readonly low: number;
  readonly high: number;
}

/** How a panel finds the limits of its colours. */
export interface Contrast {
  /** Share of the values that may lie beyond either end. */
  readonly saturated: State<number>;
  /** Limits that stay whatever is shown; undefined while they follow the values. */
  readonly held: State<Limits | undefined>;
}

const contrasts = new Map<string, Contrast>();

/** The contrast of a panel: it stays when another item is shown, as it was left. */
export function contrastOf(panel: string): Contrast {
  const known = contrasts.get(panel);
  if (known) return known;
  const made: Contrast = { saturated: signal(0.001), held: signal(undefined) };
  contrasts.set(panel, made);
  return made;
}

/** The limits for these values, held or from their percentiles. */
export function limitsOf({ saturated, held }: Contrast, values: Numeric): Limits {
  const fixed = held.value;
  const share = saturated.value;
  if (fixed) return fixed;
  const [low, high] = percentiles(values, share, 1 - share);
  return { low, high };
}

/** A picture of numbers on the page, for whoever shows their distribution. */
export interface ShownPicture {
  readonly title: string;
  readonly values: ReadonlySignal<Numeric | undefined>;
  readonly unit: ReadonlySignal<string>;
  readonly display: ReadonlySignal<Display | undefined>;
  readonly contrast: Contrast;
}

/** Pictures of numbers on the page, by panel. */
export const shownPictures = signal<ReadonlyMap<string, ShownPicture>>(new Map());

/** Tells that a panel shows a picture of numbers; the function that it returns takes it back. */
export function showPicture(panel: string, picture: ShownPicture): () => void {
  shownPictures.value = new Map(shownPictures.peek()).set(panel, picture);
  return () => {
    if (shownPictures.peek().get(panel) !== picture) return;
    const next = new Map(shownPictures.peek());
    next.delete(panel);
    shownPictures.value = next;
  };
}
