import { join } from "node:path";
import { outputs } from "../analyses/orientation/outputs.ts";
import type { Buffers } from "../core/analysis.ts";
import type { Crystal, Numeric, Quantity, Signal, Sink } from "../core/contracts.ts";
import { isLithoscopeError, LithoscopeError } from "../core/errors.ts";
import { CLASS_NAMES, type CrystalSymmetry, type OrientationArrays } from "../figures/orientation-arrays.ts";
import { openDataset } from "../formats/open.ts";
import { writeMapsZarr } from "../formats/zarr/write-maps.ts";
import { openFile } from "../sources/file.node.ts";

const FOLDER = "maps.zarr";

/** What the arrays mean, for whoever opens the folder without this program. */
const CONVENTIONS = {
  orientation:
    "unit quaternions w, x, y, z with w ≥ 0 that rotate crystal vectors to sample vectors (active); orix and Bunge's g are the inverse",
  "sample frame": "x right along the scan row, y down the scan, z = x × y, the way the electrons travel",
  "crystal frame": "a ∥ x, c* ∥ z",
  covariance: "of the small rotation δ in R_true = exp(δ)·R, sample axes, xx xy xz yy yz zz, rad²",
  crystals: "cell a, b, c [Å], α, β, γ [deg]; rotations are the proper ones of the Laue group as quaternions",
  "no value": "NaN or −1; class says why",
};

interface MapFacts {
  readonly width: number;
  readonly height: number;
  readonly crystals: readonly Crystal[];
  readonly step?: Quantity | undefined;
  readonly version: string;
}

/** Every map of a run as arrays of one Zarr group, with units, axes and conventions. */
export async function writeOrientationMaps(
  maps: Buffers,
  { width, height, crystals, step, version }: MapFacts,
  sink: Sink,
  stop?: AbortSignal,
): Promise<void> {
  const { value: scale, unit, from = "assumed" } = step ?? { value: 1, unit: "px", from: "none" };
  const axes = ["y", "x"].map((name) => ({ name, scale, offset: 0, unit, from }));
  const parts = (name: string) => ({ name, scale: 1, offset: 0, unit: "1", from: "none" });
  const arrays = Object.entries(outputs).flatMap(([name, output]) => {
    const data = maps[name];
    if (!data) return [];
    const many = output.components > 1;
    return {
      name,
      data,
      shape: [height, width, ...(many ? [output.components] : [])],
      unit: output.unit,
      axes: [...axes, ...(many ? [parts("component")] : [])],
      fill: output.fill,
      text: output.text,
    };
  });
  const attributes = {
    schema: "lithoscope/maps/1",
    version,
    phases: crystals.map(({ name }) => name),
    crystals: crystals.map(({ name, laueGroup, cell, rotations }) => ({ name, laueGroup, cell, rotations })),
    classes: CLASS_NAMES,
    conventions: CONVENTIONS,
  };
  await writeMapsZarr(arrays, sink, FOLDER, attributes, stop);
}

/** Maps of a result with the symmetry of its crystals, in the order of `maps.phases`. */
export interface StoredMaps {
  readonly maps: OrientationArrays;
  readonly crystals: readonly StoredCrystal[];
  /** Distance of neighbouring points, where it is known. */
  readonly step?: Quantity;
}

type StoredCrystal = CrystalSymmetry & Pick<Crystal, "cell">;

/** The whole of every array, by name. */
async function readArrays(items: readonly Signal[], stop?: AbortSignal): Promise<Map<string, Numeric>> {
  const found = new Map<string, Numeric>();
  for (const { title, axes, tile } of items) {
    const region = { start: axes.map(() => 0), stop: axes.map(({ size }) => size) };
    found.set(title, await tile(region, stop));
  }
  return found;
}

/**
 * The maps that `writeOrientationMaps` wrote into a result folder; undefined if it has none.
 *
 * @throws Format if an array that a report cannot do without is missing or not as long as the others
 */
export async function readOrientationMaps(
  folder: string,
  stop?: AbortSignal,
): Promise<StoredMaps | undefined> {
  const path = join(folder, FOLDER, "zarr.json");
  const source = await openFile(path).catch((error: unknown) => {
    if (isLithoscopeError(error, "NotFound")) return undefined;
    throw error;
  });
  if (!source) return undefined;
  try {
    const { items, header } = await openDataset(source, stop);
    const signals = items.filter((item): item is Signal => item.kind === "signal");
    const phase = signals.find(({ title }) => title === "phase");
    const [height = 0, width = 0] = phase?.axes.map(({ size }) => size) ?? [];
    const arrays = await readArrays(signals, stop);
    const sizes = { phase: 1, orientation: 4, covariance: 6, amorphous: 1, trustworthy: 1, grain: 1 };
    for (const [name, components] of Object.entries(sizes)) {
      const length = arrays.get(name)?.length ?? 0;
      if (length === components * width * height && length > 0) continue;
      const message = `${path}: wanted ${components * width * height} values of "${name}", found ${length}`;
      throw new LithoscopeError("Format", message, { format: "zarr", at: name });
    }
    const { attributes } = header as { attributes: { crystals?: readonly StoredCrystal[] } };
    const crystals = attributes.crystals ?? [];
    if (
      !crystals.length ||
      !crystals.every((c) => typeof c.name === "string" && Array.isArray(c.rotations))
    ) {
      const message = `${path}: wanted the crystals with their rotations in its attributes, found none`;
      throw new LithoscopeError("Format", message, { format: "zarr", at: "crystals" });
    }
    const found = Object.fromEntries(arrays) as unknown as OrientationArrays;
    const maps = { ...found, width, height, phases: crystals.map(({ name }) => name) };
    const axis = phase?.axes[1];
    if (!axis || axis.unit === "px") return { maps, crystals };
    return { maps, crystals, step: { value: axis.scale, unit: axis.unit } };
  } finally {
    await source.close();
  }
}
