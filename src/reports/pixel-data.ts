import type { Quantity } from "../core/contracts.ts";
import { CLASS_NAMES, type OrientationArrays, sigmaDeg } from "../figures/orientation-arrays.ts";
import { base64 } from "../figures/raster.ts";

/** One number per point, kept as 16 bits: value = low + code · step, 65535 for no value. */
export interface PackedScalar {
  readonly name: string;
  readonly unit: string;
  readonly low: number;
  readonly step: number;
  readonly codes: string;
}

/** What the report page knows of every point; arrays are base64 of little-endian numbers. */
export interface PackedPixels {
  readonly width: number;
  readonly height: number;
  readonly step: { readonly value: number; readonly unit: string };
  readonly phases: readonly string[];
  readonly classes: readonly string[];
  /** Int8, −1 not indexed. */
  readonly phase: string;
  /** Int16 × 4 per point, w x y z · 32767. */
  readonly quaternion: string;
  /** Uint8: class in the low bits (127 unknown), bit 128 where the program stands for the answer. */
  readonly class: string;
  /** Uint8, 255 unknown. */
  readonly used: string;
  /** Int32, −1 none. */
  readonly grain: string;
  readonly scalars: readonly PackedScalar[];
}

function packScalar(name: string, unit: string, values: ArrayLike<number>): PackedScalar {
  let [low, high] = [Number.POSITIVE_INFINITY, Number.NEGATIVE_INFINITY];
  for (let i = 0; i < values.length; i++) {
    if (!Number.isFinite(values[i])) continue;
    low = Math.min(low, values[i]!);
    high = Math.max(high, values[i]!);
  }
  if (low > high) [low, high] = [0, 1];
  const step = (high - low) / 65534 || 1;
  const codes = Uint16Array.from({ length: values.length }, (_, i) =>
    Number.isFinite(values[i]) ? Math.round((values[i]! - low) / step) : 65535,
  );
  return { name, unit, low, step, codes: base64(new Uint8Array(codes.buffer)) };
}

/** The maps as the page carries them: about 26 bytes per point before base64. */
export function packPixels(maps: OrientationArrays, step?: Quantity): PackedPixels {
  const count = maps.width * maps.height;
  const quaternion = Int16Array.from({ length: 4 * count }, (_, k) =>
    Number.isFinite(maps.orientation[k]) ? Math.round(maps.orientation[k]! * 32767) : 0,
  );
  const kind = Uint8Array.from(
    { length: count },
    (_, i) => (maps.class?.[i] ?? 127) | (maps.trustworthy[i] ? 128 : 0),
  );
  const scalars = [
    ["score", "1", maps.score],
    ["reliability", "1", maps.reliability],
    ["log-likelihood margin", "1", maps.margin],
    ["amorphous share", "1", maps.amorphous],
    ["σ of the orientation", "deg", sigmaDeg(maps.covariance, count)],
  ] as const;
  return {
    width: maps.width,
    height: maps.height,
    step: { value: step?.value ?? 1, unit: step?.unit ?? "px" },
    phases: maps.phases,
    classes: CLASS_NAMES,
    phase: base64(new Uint8Array(Int8Array.from(maps.phase).buffer)),
    quaternion: base64(new Uint8Array(quaternion.buffer)),
    class: base64(kind),
    used: base64(
      Uint8Array.from({ length: count }, (_, i) => (maps.used ? Math.min(254, maps.used[i]!) : 255)),
    ),
    grain: base64(new Uint8Array(Int32Array.from(maps.grain).buffer)),
    scalars: scalars.flatMap(([name, unit, values]) => (values ? [packScalar(name, unit, values)] : [])),
  };
}
