import type { Crystal } from "../../core/contracts.ts";
import type { OrientationTruth } from "./scan.ts";

/** The arrays of the truth file, in their order, with the numbers of each entry. */
const ARRAYS = [
  ["phase1", 1],
  ["phase2", 1],
  ["q1", 4],
  ["q2", 4],
  ["w", 1],
  ["w_thickness", 1],
  ["amorphous", 1],
  ["grain1", 1],
  ["nspots", 1],
  ["thickness", 1],
] as const;

/** The truth as a JSON head and one block of little-endian numbers that it describes. */
export function truthFiles(
  truth: OrientationTruth,
  crystals: readonly Crystal[],
  preset: string,
  seed: number,
  bin: string,
): { json: unknown; bytes: Uint8Array } {
  const n = truth.size * truth.size;
  const total = ARRAYS.reduce((sum, [, components]) => sum + components, 0);
  const bytes = new Uint8Array(4 * n * total);
  const view = new DataView(bytes.buffer);
  let offset = 0;
  const arrays = ARRAYS.map(([name, components]) => {
    const values = truth[name];
    const entry = { name, dtype: values instanceof Int32Array ? "i4" : "f4", components, offset };
    for (let i = 0; i < values.length; i++) {
      if (entry.dtype === "i4") view.setInt32(offset + 4 * i, values[i]!, true);
      else view.setFloat32(offset + 4 * i, values[i]!, true);
    }
    offset += 4 * values.length;
    return entry;
  });
  const json = {
    schema: "lithoscope/truth/1",
    preset,
    seed,
    width: truth.size,
    height: truth.size,
    step_nm: truth.step,
    phases: crystals.map(({ name, laueGroup }) => ({ name, laue: laueGroup })),
    frames:
      "quaternions w x y z, crystal to sample; x along the row, y down, z with the electrons; a ∥ x, c* ∥ z",
    units: { thickness: "nm" },
    bin,
    arrays,
  };
  return { json, bytes };
}

/** The head of a truth file. */
export interface TruthHead {
  readonly width: number;
  readonly step_nm: number;
  readonly phases: readonly { readonly name: string; readonly laue: string }[];
  readonly arrays: readonly {
    readonly name: string;
    readonly dtype: string;
    readonly components: number;
    readonly offset: number;
  }[];
}

/** The truth that `truthFiles` wrote. */
export function readTruth(head: TruthHead, bytes: Uint8Array): OrientationTruth {
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  const n = head.width * head.width;
  const arrays = head.arrays.map(({ name, dtype, components, offset }) => {
    const length = n * components;
    const at = (i: number) => offset + 4 * i;
    const values =
      dtype === "i4"
        ? Int32Array.from({ length }, (_, i) => view.getInt32(at(i), true))
        : Float32Array.from({ length }, (_, i) => view.getFloat32(at(i), true));
    return [name, values] as const;
  });
  return {
    size: head.width,
    step: head.step_nm,
    ...Object.fromEntries(arrays),
  } as unknown as OrientationTruth;
}
