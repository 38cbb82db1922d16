/** Rows of an orientation file to a map in our frame, and back: the one place where the frames are turned. */
import type { OrientationMap, OrientationPhase } from "../core/orientation-map.ts";
import {
  conjugate,
  fromBungeEuler,
  multiply,
  type Quaternion,
  toBungeEuler,
} from "../science/crystal/rotation.ts";
import {
  type CrystalAxes,
  fromVendor,
  SAMPLE_FRAMES,
  type SampleFrame,
  toVendor,
  toVendorCrystal,
} from "../science/crystal/vendor-frames.ts";
import { column, type Grid, type Rows } from "./orientation-grid.ts";

const FRAME_TEXT: Readonly<Record<SampleFrame, string>> = {
  "right-up": "sample x right, y up",
  "up-left": "sample x up, y left",
  "down-right": "sample x down, y right",
  "left-down": "sample x left, y down",
};

/** A phase of a file and the axes that its angles refer to. */
export interface FilePhase extends OrientationPhase {
  readonly axes: CrystalAxes;
}

/** One sentence on what was turned. */
export function frameText(sample: SampleFrame, phases: readonly FilePhase[], certain: boolean): string {
  const axes = [...new Set(phases.map((phase) => phase.axes))].map((a) => {
    const [x, z] = a.split(",");
    return `${x} ∥ x, ${z} ∥ z`;
  });
  const said = certain ? "as the file says" : "assumed";
  return `${FRAME_TEXT[sample]}, crystal ${axes.join(" or ")} in the file (${said}); here x right, y down, a ∥ x, c* ∥ z`;
}

export interface MapParts {
  readonly title: string;
  readonly rows: Rows;
  readonly grid: Grid;
  readonly step: readonly [number, number];
  readonly unit: string;
  /** Columns of φ1, Φ, φ2 and their unit in degrees. */
  readonly euler: readonly [number, number, number];
  readonly eulerUnitDeg: number;
  /** Phase index of every row, −1 = not indexed. */
  readonly phase: Int16Array;
  readonly phases: readonly FilePhase[];
  readonly sample: SampleFrame;
  readonly frame: string;
  /** Columns that go into `extra`: name, unit, column. */
  readonly extra: readonly (readonly [name: string, unit: string, column: number])[];
}

/** The map of the rows; grid points without a row are not indexed. */
export function buildMap(parts: MapParts): OrientationMap {
  const { rows, grid, phases, eulerUnitDeg } = parts;
  const n = grid.width * grid.height;
  const phase = new Int16Array(n).fill(-1);
  const orientation = new Float64Array(4 * n).fill(Number.NaN);
  const sample = SAMPLE_FRAMES[parts.sample];
  const crystal = phases.map((p) => toVendorCrystal(p.cell, p.axes));
  const [c1, c2, c3] = parts.euler.map((index) => column(rows, index)) as [
    Float64Array,
    Float64Array,
    Float64Array,
  ];
  for (let i = 0; i < rows.count; i++) {
    const p = parts.phase[i]!;
    if (p < 0) continue;
    const at = grid.position[i]!;
    const vendor = fromBungeEuler(c1[i]! * eulerUnitDeg, c2[i]! * eulerUnitDeg, c3[i]! * eulerUnitDeg);
    phase[at] = p;
    orientation.set(fromVendor(vendor, sample, crystal[p]!), 4 * at);
  }
  const extra = Object.fromEntries(
    parts.extra.map(([name, unit, index]) => {
      const values = new Float64Array(n).fill(Number.NaN);
      const source = column(rows, index);
      for (let i = 0; i < rows.count; i++) values[grid.position[i]!] = source[i]!;
      return [name, { unit, values }];
    }),
  );
  return {
    kind: "orientation-map",
    title: parts.title,
    width: grid.width,
    height: grid.height,
    step: parts.step,
    unit: parts.unit,
    phases: phases.map(({ name, laueGroup, cell, rotations }) => ({ name, laueGroup, cell, rotations })),
    phase,
    orientation,
    extra,
    frame: parts.frame,
  };
}

/** The map read again as if its file had meant the sample frame `stated` instead of `assumed`. */
export function reframe(map: OrientationMap, assumed: SampleFrame, stated: SampleFrame): OrientationMap {
  const turn = multiply(SAMPLE_FRAMES[stated], conjugate(SAMPLE_FRAMES[assumed]));
  const orientation = map.orientation.slice();
  for (let i = 0; i < map.phase.length; i++) {
    if (map.phase[i]! < 0) continue;
    const q = Array.from(orientation.subarray(4 * i, 4 * i + 4)) as unknown as Quaternion;
    orientation.set(multiply(turn, q), 4 * i);
  }
  const frame = map.frame.replace(FRAME_TEXT[assumed], `${FRAME_TEXT[stated]} (stated)`);
  return { ...map, orientation, frame };
}

/** Bunge's angles in degrees of point `i` in a vendor's frames; undefined where it is not indexed. */
export function vendorEuler(
  map: OrientationMap,
  i: number,
  sample: SampleFrame,
  crystal: readonly Quaternion[],
): readonly [number, number, number] | undefined {
  const p = map.phase[i]!;
  if (p < 0) return undefined;
  const q = Array.from(map.orientation.subarray(4 * i, 4 * i + 4)) as unknown as Quaternion;
  return toBungeEuler(toVendor(q, SAMPLE_FRAMES[sample], crystal[p]!));
}
