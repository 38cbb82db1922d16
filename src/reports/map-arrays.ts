import { LithoscopeError } from "../core/errors.ts";
import type { OrientationArrays } from "../figures/orientation-arrays.ts";
import type { MapJson } from "./map-json.ts";

function rows(values: readonly (readonly (number | null)[] | null)[], size: number): Float64Array {
  return Float64Array.from({ length: size * values.length }, (_, k) => {
    return values[Math.floor(k / size)]?.[k % size] ?? Number.NaN;
  });
}

/**
 * The arrays that `mapJson` wrote.
 *
 * @throws Format if a field is missing or not as long as the map
 */
export function mapArrays(json: MapJson, path: string): OrientationArrays {
  const count = json.width * json.height;
  const fields = ["phase", "quaternion", "amorphous", "trustworthy", "covariance", "grain"] as const;
  for (const field of fields) {
    const found = Array.isArray(json[field]) ? json[field].length : 0;
    if (Number.isInteger(count) && count > 0 && found === count) continue;
    const message = `${path}: wanted ${count} entries of "${field}", found ${found}`;
    throw new LithoscopeError("Format", message, { format: "map.json", at: field });
  }
  return {
    width: json.width,
    height: json.height,
    phases: json.phases,
    phase: Int16Array.from(json.phase),
    orientation: rows(json.quaternion, 4),
    amorphous: Float32Array.from(json.amorphous, (v) => v ?? Number.NaN),
    trustworthy: Uint8Array.from(json.trustworthy),
    covariance: rows(json.covariance, 6),
    grain: Int32Array.from(json.grain),
  };
}
