import type { Crystal, Quantity } from "../../core/contracts.ts";
import type { OrientationMap } from "../../core/orientation-map.ts";
import type { OrientationMaps } from "./maps.ts";

/** Numbers per point that go along, with their units. */
const EXTRA = {
  score: "1",
  reliability: "1",
  reliability_180: "1",
  amorphous: "1",
  trustworthy: "1",
  grain: "1",
} as const;

/** The result of an indexing run as the item that `.ang` and `.ctf` are written from; frames are ours already. */
export function toOrientationMap(
  maps: Pick<OrientationMaps, "width" | "height" | "phase" | "orientation"> & Partial<OrientationMaps>,
  crystals: readonly Pick<Crystal, "name" | "laueGroup" | "cell" | "rotations">[],
  title: string,
  step?: Quantity,
): OrientationMap {
  const extra = Object.entries(EXTRA).flatMap(([name, unit]) => {
    const values = maps[name as keyof typeof EXTRA];
    return values === undefined ? [] : [[name, { unit, values: Float64Array.from(values) }] as const];
  });
  return {
    kind: "orientation-map",
    title,
    width: maps.width,
    height: maps.height,
    step: step ? [step.value, step.value] : [1, 1],
    unit: step?.unit ?? "px",
    phases: crystals.map(({ name, laueGroup, cell, rotations }) => ({ name, laueGroup, cell, rotations })),
    phase: Int16Array.from(maps.phase),
    orientation: Float64Array.from(maps.orientation),
    extra: Object.fromEntries(extra),
    frame: "",
  };
}
