import { segmentGrains } from "../../analyses/orientation/grains.ts";
import { countPhases, type OrientationMap } from "../../core/orientation-map.ts";
import { BOUNDARY_KINDS, BOUNDARY_STYLE, findBoundaries } from "../../figures/boundaries.ts";
import { scalarRgb } from "../../figures/colour-map.ts";
import { ipfPicture } from "../../figures/ipf.ts";
import { ipfKeys } from "../../figures/ipf-key.ts";
import { colourBar, type Key, type LegendEntry, legend, stack } from "../../figures/key.ts";
import { numberText } from "../../figures/number-text.ts";
import type { OrientationArrays } from "../../figures/orientation-arrays.ts";
import {
  classPicture,
  grainRgb,
  INDEXED_LEGEND,
  phaseColour,
  phaseRgb,
} from "../../figures/orientation-colours.ts";
import { quantile } from "../../figures/orientation-maps.ts";
import type { Mark } from "../../figures/picture-parts.ts";
import { sidePath } from "../../figures/side-path.ts";

/** A map in its colours, with the key that the figures draw. */
export interface MapPicture {
  readonly rgb: Uint8Array;
  readonly key: Key;
}

/** The entries of a legend for what a map can show beside its colours: film only where it was looked for. */
function legendOf({ extra }: OrientationMap): readonly LegendEntry[] {
  return extra.amorphous || extra.class ? INDEXED_LEGEND : INDEXED_LEGEND.slice(1);
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
    return { rgb, key: stack([ipfKeys(map.phases, axis, scheme), legend(legendOf(map))]) };
  }
  if (shows === "phase") {
    const { phases, none } = countPhases(map);
    const share = (points: number) => `${numberText((100 * points) / (map.width * map.height), 3)} %`;
    const entries = map.phases.map(({ name }, i) => ({
      ...{ fill: phaseColour(i), label: `${name} ${share(phases[i]!)}` },
    }));
    const about = `Shares of all points; not indexed ${share(none)}.`;
    return { rgb: phaseRgb(arrays), key: legend([...entries, ...legendOf(map)], about) };
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

/** The boundaries of a map as marks over its pictures, one for each kind; grains are found where the map holds none. */
export async function mapBoundaries(map: OrientationMap): Promise<Extract<Mark, { kind: "sides" }>[]> {
  const { width, height, extra, phases } = map;
  const arrays = arraysOf(map);
  const grain = extra.grain?.values ?? segmentGrains(map, phases);
  const found = findBoundaries({ ...arrays, grain }, phases);
  return BOUNDARY_KINDS.toReversed().flatMap((name) => {
    const sides = [new Uint8Array(width * height), new Uint8Array(width * height)] as const;
    found.kind.forEach((kind, k) => {
      if (kind === name) sides[found.vertical[k]!]![found.from[k]!] = 1;
    });
    const d = sidePath(
      width,
      height,
      (i) => sides[0][i] === 1,
      (i) => sides[1][i] === 1,
    );
    if (d === "") return [];
    const { stroke, width: points, dash } = BOUNDARY_STYLE[name];
    return [{ kind: "sides" as const, name, d, colour: stroke, points, ...(dash && { dash }) }];
  });
}
