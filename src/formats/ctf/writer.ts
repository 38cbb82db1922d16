import type { Writer } from "../../core/contracts.ts";
import type { OrientationMap } from "../../core/orientation-map.ts";
import { LAUE_GROUPS } from "../../science/crystal/symmetry.ts";
import { toVendorCrystal } from "../../science/crystal/vendor-frames.ts";
import { vendorEuler } from "../orientation-build.ts";

/** Lengths of one unit in µm, the unit of these files. */
const MICROMETRES: Readonly<Record<string, number>> = { nm: 1e-3, µm: 1, um: 1, Å: 1e-4, m: 1e6, mm: 1e3 };
const COLUMNS = ["Bands", "Error", "MAD", "BC", "BS"] as const;

/**
 * The map as channel text: Euler angles in degrees, sample x right and y up, crystal a* ∥ x and c ∥ z (HKL), which
 * the Author line states. Phase 0 and error 3 where a point is not indexed; Bands, Error, MAD, BC and BS from the
 * columns of these names, else 0.
 */
export function ctfText(map: OrientationMap): string {
  const scale = MICROMETRES[map.unit] ?? 1;
  const [dx, dy] = map.step.map((step) => Number((step * scale).toPrecision(12))) as [number, number];
  const crystal = map.phases.map((phase) => toVendorCrystal(phase.cell, "a*,c"));
  const lines = [
    "Channel Text File",
    `Prj\t${map.title.replace(/[\t\r\n]/g, " ")}`,
    `Author\tLithoscope, sample frame right-up, crystal a* x, c z${map.unit === "px" ? ", step in px" : ""}`,
    "JobMode\tGrid",
    `XCells\t${map.width}`,
    `YCells\t${map.height}`,
    `XStep\t${dx}`,
    `YStep\t${dy}`,
    "AcqE1\t0",
    "AcqE2\t0",
    "AcqE3\t0",
    "Euler angles refer to Sample Coordinate system (CS0)!\tMag\t0\tCoverage\t0\tDevice\t0\tKV\t0\tTiltAngle\t0\tTiltAxis\t0",
    `Phases\t${map.phases.length}`,
    ...map.phases.map(({ cell, name, laueGroup }) => {
      const laue = (LAUE_GROUPS as readonly string[]).indexOf(laueGroup) + 1;
      return `${cell.slice(0, 3).join(";")}\t${cell.slice(3).join(";")}\t${name.replace(/[\t\r\n]/g, " ")}\t${laue}\t0`;
    }),
    "Phase\tX\tY\tBands\tError\tEuler1\tEuler2\tEuler3\tMAD\tBC\tBS",
  ];
  const value = (name: (typeof COLUMNS)[number], i: number): number => {
    const found = map.extra[name]?.values[i] ?? Number.NaN;
    if (!Number.isNaN(found)) return found;
    return name === "Error" && map.phase[i]! < 0 ? 3 : 0;
  };
  for (let i = 0; i < map.phase.length; i++) {
    const euler = vendorEuler(map, i, "right-up", crystal) ?? [0, 0, 0];
    const [x, y] = [i % map.width, Math.floor(i / map.width)];
    const fields = [
      map.phase[i]! + 1,
      (x * dx).toFixed(6),
      (y * dy).toFixed(6),
      value("Bands", i),
      value("Error", i),
      ...euler.map((deg) => deg.toFixed(5)),
      value("MAD", i),
      value("BC", i),
      value("BS", i),
    ];
    lines.push(fields.join("\t"));
  }
  return `${lines.join("\r\n")}\r\n`;
}

export const writer: Writer = {
  id: "ctf",
  title: "Channel text file (.ctf)",
  extensions: [".ctf"],
  accepts: (item) => item.kind === "orientation-map",
  async write(item, sink, path) {
    await sink.write(path, ctfText(item as OrientationMap));
  },
};
