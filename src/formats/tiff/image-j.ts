import type { Axis } from "../../core/contracts.ts";
import { type Directory, numberTag, TAG, textTag } from "./parse.ts";
import { type Calibration, NONE, scaleOf, unitIn } from "./scale.ts";

/** ImageJ's "key=value" lines; undefined if the description is not ImageJ's. */
export function imageJ(directory: Directory): ReadonlyMap<string, string> | undefined {
  const text = textTag(directory, TAG.description) ?? "";
  const start = text.search(/^ImageJ=/m);
  if (start < 0) return undefined;
  const lines = text.slice(start).split(/\r?\n/);
  const pairs = lines.flatMap((line) => {
    const cut = line.indexOf("=");
    return cut > 0 ? [[line.slice(0, cut), line.slice(cut + 1)] as const] : [];
  });
  return new Map(pairs);
}

/** Steps of a picture by ImageJ's unit and the resolution tags. */
export function imageJCalibration(directory: Directory, words: ReadonlyMap<string, string>): Calibration {
  const unit = unitIn(words.get("unit"));
  const [x, y] = [numberTag(directory, TAG.xResolution), numberTag(directory, TAG.yResolution)];
  const stack = scaleOf(unit, Number(words.get("spacing")));
  return { x: scaleOf(unit, x && 1 / x), y: scaleOf(unit, y && 1 / y), stack };
}

/** How ImageJ counts its pages: channels run fastest, then slices, then frames; none if the sizes do not fit. */
export function hyperstack(words: ReadonlyMap<string, string>, pages: number): Axis[] {
  const size = (name: string) => Math.max(1, Number.parseInt(words.get(name) ?? "1", 10) || 1);
  const [channels, slices, frames] = [size("channels"), size("slices"), size("frames")];
  if (channels * slices * frames !== pages) return [];
  const seconds = Number(words.get("finterval"));
  const depth = scaleOf(unitIn(words.get("unit")), Number(words.get("spacing")));
  const axes: Axis[] = [
    { name: "frame", role: "nav", size: frames, ...scaleOf("s", seconds > 0 ? seconds : undefined) },
    { name: "z", role: "nav", size: slices, ...depth },
    { name: "channel", role: "nav", size: channels, ...NONE },
  ];
  return axes.filter((axis) => axis.size > 1);
}
