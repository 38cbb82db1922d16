import type { OrientationMap } from "../../../core/orientation-map.ts";
import type { PixelValues } from "../../../figures/picture-figure.ts";
import type { Mark } from "../../../figures/picture-parts.ts";
import type { Window } from "../../../figures/picture-window.ts";
import type { SeenRequest } from "../../desk/export.ts";
import type { MapPicture } from "../../desk/map-picture.ts";
import { PROGRAM } from "../seen.ts";

const BOUNDARY_WORDS =
  "Boundaries: black from 10°, thin from 2°, violet between phases, red and dashed for Σ3 twins. ";

/** The numbers behind what a map shows: quaternions for directions, else its own. */
function shownValues(map: OrientationMap, shows: string): PixelValues[] {
  const extra = map.extra[shows];
  if (extra) return [{ name: shows, unit: extra.unit, values: extra.values }];
  const names = map.phases.map(({ name }, i) => `${i} ${name}`).join(", ");
  const phase = { name: `phase (${names}, -1 not indexed)`, unit: "", values: map.phase };
  if (!shows.startsWith("ipf-")) return [phase];
  const parts = ["w", "x", "y", "z"].map((name, k) => ({
    name: `quaternion ${name}, crystal to sample`,
    unit: "1",
    values: Float64Array.from(map.phase, (_, i) => map.orientation[4 * i + k]!),
  }));
  return [phase, ...parts];
}

/** A map with the key that stands beside it. */
export function seenMap(
  map: OrientationMap,
  shows: string,
  { rgb, key }: MapPicture,
  {
    label,
    window,
    marks,
  }: { readonly label: string; readonly window: Window; readonly marks: readonly Mark[] },
): SeenRequest {
  const { width, height, step, unit, title } = map;
  const phases = map.phases.map(({ name }) => name).join(", ");
  const what = shows.startsWith("ipf-")
    ? `Crystal direction along the sample's ${shows[4]!.toUpperCase()} (inverse pole figure colours)`
    : `Map of ${label}`;
  return {
    title: `${label}, ${title}`,
    ...{ width, height, rgb, key, window, marks, arrows: true },
    pixel: { x: step[0], y: step[1], unit },
    caption: `${what}; phases: ${phases}. ${marks.some(({ kind }) => kind === "sides") ? BOUNDARY_WORDS : ""}x to the right, y down, seen from the source.`,
    methods: `${what} of ${title}, drawn with ${PROGRAM}; orientations rotate crystal (a ∥ x, c* ∥ z) to sample axes.`,
    values: shownValues(map, shows),
  };
}
