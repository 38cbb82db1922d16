import type { Axis } from "../../core/contracts.ts";
import { type Directory, GATAN, numberTag, TAG, textTag } from "./parse.ts";

const NONE = { unit: "px", scale: 1, offset: 0, from: "none" } as const;
const UNITS: readonly (readonly [RegExp, string])[] = [
  [/^(µm|μm|um|microns?|micrometers?|\\u00B5m)$/i, "µm"],
  [/^(nm|nanometers?)$/i, "nm"],
  [/^(Å|A|angstroms?|\\u00C5)$/i, "Å"],
  [/^(pm|mm|cm|m|s|ms|eV|keV|mrad|rad|deg)$/, "="],
  [/^(sec|seconds?)$/i, "s"],
  [/^(1\/nm|nm-1|nm\^-1)$/i, "1/nm"],
  [/^(1\/(Å|A)|(Å|A)-1|(Å|A)\^-1)$/i, "1/Å"],
];

function unitOf(text: string | undefined): string | undefined {
  const bare = (text ?? "").trim();
  const unit = UNITS.find(([pattern]) => pattern.test(bare))?.[1];
  return unit === "=" ? bare : unit;
}

type Scale = Pick<Axis, "unit" | "scale" | "offset" | "from">;

function scaleOf(unit: string | undefined, scale: number | undefined, offset = 0): Scale {
  if (unit === undefined || scale === undefined || !Number.isFinite(scale) || scale === 0) return NONE;
  return { unit, scale, offset: Number.isFinite(offset) ? offset : 0, from: "file" };
}

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

/** Scales of x, y and the stack by Gatan's tags; undefined if they are not there. */
function gatanScales(directory: Directory): readonly Scale[] | undefined {
  if (numberTag(directory, GATAN.scale) === undefined) return undefined;
  return [0, 1, 2].map((i) => {
    const origin = numberTag(directory, GATAN.origin + i);
    return scaleOf(unitOf(textTag(directory, GATAN.unit + i)), numberTag(directory, GATAN.scale + i), origin);
  });
}

function feiScales(directory: Directory): readonly Scale[] | undefined {
  const text = textTag(directory, TAG.fei);
  const size = (name: string) => {
    const match = new RegExp(`^${name}=([-+.\\deE]+)\\s*$`, "m").exec(text ?? "");
    return match ? Number(match[1]) : undefined;
  };
  const [x, y] = [size("PixelWidth"), size("PixelHeight")];
  return x === undefined || y === undefined ? undefined : [scaleOf("m", x), scaleOf("m", y), NONE];
}

function imageJScales(directory: Directory, words: ReadonlyMap<string, string>): readonly Scale[] {
  const unit = unitOf(words.get("unit"));
  const [x, y] = [numberTag(directory, TAG.xResolution), numberTag(directory, TAG.yResolution)];
  return [scaleOf(unit, x && 1 / x), scaleOf(unit, y && 1 / y), scaleOf(unit, Number(words.get("spacing")))];
}

/** How ImageJ counts its pages: channels run fastest, then slices, then frames. */
function hyperstack(words: ReadonlyMap<string, string>, pages: number): Axis[] {
  const size = (name: string) => Math.max(1, Number.parseInt(words.get(name) ?? "1", 10) || 1);
  const [channels, slices, frames] = [size("channels"), size("slices"), size("frames")];
  if (channels * slices * frames !== pages) return [];
  const seconds = Number(words.get("finterval"));
  const axes: Axis[] = [
    { name: "frame", role: "nav", size: frames, ...scaleOf("s", seconds > 0 ? seconds : undefined) },
    {
      name: "z",
      role: "nav",
      size: slices,
      ...scaleOf(unitOf(words.get("unit")), Number(words.get("spacing"))),
    },
    { name: "channel", role: "nav", size: channels, ...NONE },
  ];
  return axes.filter((axis) => axis.size > 1);
}

/** Axes of a stack of pages: what the pages are, then y and x. */
export function axesOf(directory: Directory, pages: number, height: number, width: number): Axis[] {
  const words = imageJ(directory);
  const gatan = gatanScales(directory);
  const calibrated = gatan?.some(({ from }) => from === "file") ? gatan : undefined;
  const scales = calibrated ?? feiScales(directory) ?? (words ? imageJScales(directory, words) : undefined);
  const [x, y, stack] = scales ?? [NONE, NONE, NONE];
  const counted = words && pages > 1 ? hyperstack(words, pages) : [];
  const plain: Axis[] = pages > 1 ? [{ name: "frame", role: "nav", size: pages, ...stack! }] : [];
  return [
    ...(counted.length > 0 ? counted : plain),
    { name: "y", role: "signal", size: height, ...y! },
    { name: "x", role: "signal", size: width, ...x! },
  ];
}
