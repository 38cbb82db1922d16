import type { Axis, Item, SignalInfo } from "../../../core/contracts.ts";

/** The two axes that a picture shows, and those before, along which it can be moved. */
export interface FrameAxes {
  readonly over: readonly Axis[];
  readonly y: Axis;
  readonly x: Axis;
}

/** How a signal is shown as pictures; undefined where it has less than two axes. */
export function frameAxes({ axes }: Pick<SignalInfo, "axes">): FrameAxes | undefined {
  const [y, x] = axes.slice(-2);
  return y && x && { over: axes.slice(0, -2), y, x };
}

/** True for numbers over a scan that the panels of patterns and spectra show. */
function hasScanPanels(item: SignalInfo): boolean {
  const count = (role: Axis["role"]) => item.axes.filter((axis) => axis.role === role).length;
  const plain = !item.dtype.startsWith("c") && item.dtype !== "rgb8";
  return plain && count("nav") === 2 && count("signal") > 0;
}

/** How well pictures show an item: best of all for images and movies, below the trace for a line of spectra. */
export function pictureScore(item: Item): number {
  if (item.kind !== "signal" || !frameAxes(item) || hasScanPanels(item)) return 0;
  const signal = item.axes.filter(({ role }) => role === "signal").length;
  if (signal !== 1) return 10;
  // The last axis is the energy: rows of a picture are spectra, as long as there is one row of them.
  return item.axes.length === 2 ? 8 : 0;
}
