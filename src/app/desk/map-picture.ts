import type { OrientationMap } from "../../core/orientation-map.ts";
import { scalarRgb } from "../../figures/colour-map.ts";
import { ipfPicture } from "../../figures/ipf.ts";
import { ipfKeys } from "../../figures/ipf-key.ts";
import { colourBar, type Key, legend, stack } from "../../figures/key.ts";
import type { OrientationArrays } from "../../figures/orientation-arrays.ts";
import {
  classPicture,
  grainRgb,
  INDEXED_LEGEND,
  phaseColour,
  phaseRgb,
} from "../../figures/orientation-colours.ts";
import { quantile } from "../../figures/orientation-maps.ts";

/** A map in its colours, with the key that the figures draw. */
export interface MapPicture {
  readonly rgb: Uint8Array;
  readonly key: Key;
}

/** The arrays of a map as figures draw them; what the map does not hold is as if nothing spoke against it. */
export function arraysOf({
  width,
  height,
  phases,
  phase,
  orientation,
  extra,
}: OrientationMap): OrientationArrays {
  const count = width * height;
  const known = (name: string, standard: number) =>
    extra[name]?.values ?? new Float64Array(count).fill(standard);
  return {
    ...{ width, height, phase, orientation, phases: phases.map(({ name }) => name) },
    ...(extra.class && { class: extra.class.values }),
    amorphous: known("amorphous", Number.NaN),
    trustworthy: known("trustworthy", 1),
    grain: known("grain", -1),
    covariance: new Float64Array(0),
  };
}

/**
 * One picture of an orientation map: "ipf-x", "ipf-y", "ipf-z", the same with "-readable", "phase", "class", "grain",
 * or the name of any number that the map holds.
 */
export async function mapPicture({
  map,
  shows,
}: {
  readonly map: OrientationMap;
  readonly shows: string;
}): Promise<MapPicture> {
  const arrays = arraysOf(map);
  const ipf = /^ipf-([xyz])(-readable)?$/.exec(shows);
  if (ipf) {
    const axis = ipf[1]!.toUpperCase() as "X" | "Y" | "Z";
    const scheme = ipf[2] ? "readable" : "customary";
    const { rgb } = ipfPicture({ width: map.width, height: map.height }, arrays, map.phases, axis, scheme);
    return { rgb, key: stack([ipfKeys(map.phases, axis, scheme), legend(INDEXED_LEGEND)]) };
  }
  if (shows === "phase") {
    const entries = map.phases.map(({ name }, i) => ({ fill: phaseColour(i), label: name }));
    return { rgb: phaseRgb(arrays), key: legend([...entries, ...INDEXED_LEGEND]) };
  }
  if (shows === "class") {
    const { rgb, entries } = classPicture(arrays);
    return { rgb, key: legend(entries) };
  }
  if (shows === "grain")
    return {
      rgb: grainRgb(arrays),
      key: legend([{ fill: "#000000", label: "no grain" }], "neighbours differ"),
    };
  const { values, unit } = map.extra[shows]!;
  let [low, high] = [quantile(values, 0.001), quantile(values, 0.999)];
  if (!(high > low)) [low, high] = Number.isFinite(low) ? [low - 0.5, low + 0.5] : [0, 1];
  return {
    rgb: scalarRgb(values, low, high, "cividis"),
    key: colourBar("cividis", low, high, { name: shows, unit }),
  };
}
