import { computed, signal } from "@preact/signals";
import type { Item } from "../../core/contracts.ts";

/** A place in the scan, column and row; whole numbers are pixel centres. */
export interface ScanPoint {
  readonly x: number;
  readonly y: number;
}

/** What every panel reads and writes: where one looks. It is not part of the recipe and has no undo. */
export const selection = {
  /** The point that was clicked or moved to by keys. */
  cursor: signal<ScanPoint>({ x: 0, y: 0 }),
  /** The point under the pointer, in whichever panel; undefined when it is over none. */
  hover: signal<ScanPoint | undefined>(undefined),
  /** Places along navigation axes before the last two, by the axis' name. */
  slices: signal<Readonly<Record<string, number>>>({}),
  /** Row of the shown table, or channel of the shown spectrum, that was clicked or moved to by keys. */
  row: signal<number | undefined>(undefined),
  /** The row under the pointer, in whichever panel. */
  hoverRow: signal<number | undefined>(undefined),
  /** What is under the pointer, in words: position with unit and value; for the status bar. */
  reading: signal(""),
};

/** Points of a map that were picked out by what they are, such as a direction of their crystals. */
export interface Marked {
  readonly item: Item;
  /** 1 for each point that is. */
  readonly points: Uint8Array;
  readonly words: string;
}

/** The points that are picked out; the others of their map are darkened. */
export const marked = signal<Marked | undefined>(undefined);

/** Where to look now: under the pointer, else at the cursor. */
export const lookedAt = computed<ScanPoint>(() => selection.hover.value ?? selection.cursor.value);

/** Places along all navigation axes: the last two are the cursor's (or the pointer's), those before are chosen. */
export function navigationPlace(axes: readonly { readonly name: string; readonly size: number }[]): number[] {
  const { x, y } = lookedAt.value;
  const chosen = selection.slices.value;
  const count = axes.length;
  return axes.map(({ name, size }, i) => {
    const at = i === count - 1 ? x : i === count - 2 ? y : (chosen[name] ?? 0);
    return Math.max(0, Math.min(size - 1, at));
  });
}

/** The point held inside a grid, on whole pixels. */
export function inside(point: ScanPoint, width: number, height: number): ScanPoint {
  return {
    x: Math.max(0, Math.min(width - 1, Math.round(point.x))),
    y: Math.max(0, Math.min(height - 1, Math.round(point.y))),
  };
}
