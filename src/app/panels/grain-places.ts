import type { OrientationMap } from "../../core/orientation-map.ts";
import type { ScanPoint } from "../state/selection.ts";

/** Number of the grain at a point; undefined where there is none, or the map has no grains. */
export function grainAt({ width, extra }: OrientationMap, x: number, y: number): number | undefined {
  const grain = extra.grain?.values[y * width + x];
  return grain !== undefined && grain >= 0 ? grain : undefined;
}

/** The point of a grain that is nearest to its centroid. */
export function pointOfGrain({ width, extra }: OrientationMap, grain: number): ScanPoint | undefined {
  const members: number[] = [];
  extra.grain?.values.forEach((value, i) => {
    if (value === grain) members.push(i);
  });
  if (members.length === 0) return undefined;
  const place = (i: number): ScanPoint => ({ x: i % width, y: Math.floor(i / width) });
  const sum = members.map(place).reduce((a, b) => ({ x: a.x + b.x, y: a.y + b.y }));
  const centre = { x: sum.x / members.length, y: sum.y / members.length };
  const away = (i: number) => Math.hypot(place(i).x - centre.x, place(i).y - centre.y);
  return place(members.reduce((best, i) => (away(i) < away(best) ? i : best)));
}

/** Sides between a grain and its neighbours, as lines from corner to corner: x0, y0, x1, y1 in pixels each. */
export function outlineOf({ width, height, extra }: OrientationMap, grain: number): number[] {
  const values = extra.grain!.values;
  const inside = (x: number, y: number) =>
    x >= 0 && y >= 0 && x < width && y < height && values[y * width + x] === grain;
  const sides: number[] = [];
  values.forEach((value, i) => {
    if (value !== grain) return;
    const [x, y] = [i % width, Math.floor(i / width)];
    const [l, t, r, b] = [x - 0.5, y - 0.5, x + 0.5, y + 0.5];
    if (!inside(x - 1, y)) sides.push(l, t, l, b);
    if (!inside(x + 1, y)) sides.push(r, t, r, b);
    if (!inside(x, y - 1)) sides.push(l, t, r, t);
    if (!inside(x, y + 1)) sides.push(l, b, r, b);
  });
  return sides;
}
