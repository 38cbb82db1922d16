import { type Signal as State, signal } from "@preact/signals";
import type { ViewBox } from "../canvas/view-box.ts";

const boxes = new Map<string, State<ViewBox | undefined>>();

/** Zoom and place of a panel's picture; the next picture of the same size is shown the same way. */
export function keptBox(panel: string, width: number, height: number): State<ViewBox | undefined> {
  const key = `${panel} ${width} ${height}`;
  const known = boxes.get(key);
  if (known) return known;
  const made = signal<ViewBox | undefined>(undefined);
  boxes.set(key, made);
  return made;
}
