import type { Crystal } from "../../core/contracts.ts";
import { disorientationDeg } from "../../science/crystal/symmetry.ts";
import type { OrientationMaps } from "./maps.ts";

type Quaternion = readonly [number, number, number, number];

/**
 * Grain number of every point: 4-neighbours of one phase closer than `threshold` degrees belong together. Points
 * without orientation or with more than half amorphous film belong to none, and so do grains below `smallest`
 * points: nothing grows into them.
 *
 * @returns shape (height, width), -1 none, numbered in scan order
 */
export function segmentGrains(
  maps: Pick<OrientationMaps, "width" | "height" | "phase" | "orientation" | "amorphous">,
  crystals: readonly Crystal[],
  threshold = 5,
  smallest = 5,
): Int32Array {
  const { width, height, phase, orientation, amorphous } = maps;
  const grain = new Int32Array(width * height).fill(-1);
  const at = (i: number) => orientation.subarray(4 * i, 4 * i + 4) as unknown as Quaternion;
  const member = (i: number) => phase[i]! >= 0 && !(amorphous[i]! > 0.5);
  const visited = new Uint8Array(width * height);
  let next = 0;
  for (let seed = 0; seed < grain.length; seed++) {
    if (visited[seed] || !member(seed)) continue;
    visited[seed] = 1;
    const points = [seed];
    for (let head = 0; head < points.length; head++) {
      const i = points[head]!;
      const x = i % width;
      const neighbours = [x > 0 ? i - 1 : -1, x < width - 1 ? i + 1 : -1, i - width, i + width];
      for (const j of neighbours) {
        if (j < 0 || j >= grain.length || visited[j] || !member(j) || phase[j] !== phase[i]) continue;
        if (disorientationDeg(at(i), at(j), crystals[phase[i]!]!.rotations) > threshold) continue;
        visited[j] = 1;
        points.push(j);
      }
    }
    if (points.length < smallest) continue;
    for (const i of points) grain[i] = next;
    next++;
  }
  return grain;
}
