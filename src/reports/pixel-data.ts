import type { Quantity } from "../core/contracts.ts";
import {
  CLASS_NAMES,
  type CrystalSymmetry,
  type OrientationArrays,
  sigmaDeg,
} from "../figures/orientation-arrays.ts";
import { base64 } from "../figures/raster.ts";
import { secondAngle } from "../figures/second-answer.ts";
import { deflate } from "./deflate.ts";

/**
 * One number per point as 16 bits: value = low + code · step, code 65535 for no value. Those named "whole, part" one
 * after another are shown as one line.
 */
export interface PackedScalar {
  readonly name: string;
  readonly unit: string;
  readonly low: number;
  readonly step: number;
}

/** What the report page knows of every point. */
export interface PackedPixels {
  readonly width: number;
  readonly height: number;
  readonly step: { readonly value: number; readonly unit: string };
  readonly phases: readonly string[];
  readonly classes: readonly string[];
  readonly scalars: readonly PackedScalar[];
  /**
   * Base64 of a zlib stream of planes, each one byte per point: phase + 1, class (127 unknown; + 128 where the program
   * stands for the answer), spots explained (255 unknown), phase of the second answer + 1, grain + 1 in three bytes,
   * then in two bytes the quaternion's w, x, y, z as 32767 · (1 + value) and the codes of each scalar. Numbers of several bytes have the highest first.
   */
  readonly planes: string;
}

function scalarCodes(values: ArrayLike<number>): { low: number; step: number; codes: Uint16Array } {
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
  return { low, step, codes };
}

/** The maps as the page carries them; bytes of like significance stand together, so that they pack well. */
export function packPixels(
  maps: OrientationArrays,
  step?: Quantity,
  crystals: readonly CrystalSymmetry[] = [],
): PackedPixels {
  const count = maps.width * maps.height;
  const planes: Uint8Array[] = [];
  const put = (bytes: number, value: (i: number) => number) => {
    for (let shift = 8 * (bytes - 1); shift >= 0; shift -= 8) {
      planes.push(Uint8Array.from({ length: count }, (_, i) => (value(i) >> shift) & 255));
    }
  };
  put(1, (i) => maps.phase[i]! + 1);
  put(1, (i) => (maps.class?.[i] ?? 127) | (maps.trustworthy[i] ? 128 : 0));
  put(1, (i) => (maps.used ? Math.min(254, maps.used[i]!) : 255));
  put(1, (i) => (maps.second_phase?.[i] ?? -1) + 1);
  put(3, (i) => maps.grain[i]! + 1);
  for (let k = 0; k < 4; k++) put(2, (i) => Math.round(32767 * (1 + (maps.orientation[4 * i + k]! || 0))));
  const { second_orientation: other, covariance } = maps;
  const component = (k: number) => other && Float64Array.from({ length: count }, (_, i) => other[4 * i + k]!);
  const about = (k: number) =>
    Float64Array.from({ length: count }, (_, i) =>
      Math.min(180, (Math.sqrt(covariance[6 * i + k]!) * 180) / Math.PI),
    );
  const named = [
    ["score", "1", maps.score],
    ["reliability", "1", maps.reliability],
    ["score of the second answer", "1", maps.second_score],
    ["quaternion of the second answer, w", "1", component(0)],
    ["quaternion of the second answer, x", "1", component(1)],
    ["quaternion of the second answer, y", "1", component(2)],
    ["quaternion of the second answer, z", "1", component(3)],
    ["angle to the second answer", "deg", secondAngle(maps, crystals)],
    ["reliability against 180° about the beam", "1", maps.reliability_180],
    ["reliability of the phase", "1", maps.reliability_phase],
    ["log-likelihood margin", "1", maps.margin],
    ["amorphous share", "1", maps.amorphous],
    ["σ of the orientation", "deg", sigmaDeg(covariance, count)],
    ["σ about the axes, x", "deg", about(0)],
    ["σ about the axes, y", "deg", about(3)],
    ["σ about the axes, z", "deg", about(5)],
  ] as const;
  const scalars = named.flatMap(([name, unit, values]) => {
    if (!values) return [];
    const { low, step: size, codes } = scalarCodes(values);
    put(2, (i) => codes[i]!);
    return [{ name, unit, low, step: size }];
  });
  const bytes = new Uint8Array(count * planes.length);
  planes.forEach((plane, k) => {
    bytes.set(plane, k * count);
  });
  return {
    width: maps.width,
    height: maps.height,
    step: { value: step?.value ?? 1, unit: step?.unit ?? "px" },
    phases: maps.phases,
    classes: CLASS_NAMES,
    scalars,
    planes: base64(deflate(bytes)),
  };
}
