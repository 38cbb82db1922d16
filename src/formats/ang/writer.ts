import type { Writer } from "../../core/contracts.ts";
import type { OrientationMap } from "../../core/orientation-map.ts";
import { toVendorCrystal, tslOfLaue } from "../../science/crystal/vendor-frames.ts";
import { vendorEuler } from "../orientation-build.ts";
import type { AngDialect } from "./reader.ts";

const RAD = Math.PI / 180;
/** Lengths of one file unit in nm. */
const NM: Readonly<Record<string, number>> = { nm: 1, µm: 1000, um: 1000, Å: 0.1, m: 1e9, mm: 1e6 };

const AXES: Readonly<Record<AngDialect, "up-left" | "right-up">> = {
  tsl: "up-left",
  emsoft: "up-left",
  astar: "right-up",
};

/** The value of an extra column under one of its names; `none` where the map has none of them. */
function pick(map: OrientationMap, names: readonly string[], none: number): (i: number) => number {
  const found = names.map((name) => map.extra[name]).find((entry) => entry !== undefined);
  return (i) => {
    const value = found?.values[i];
    return value === undefined || Number.isNaN(value) ? none : value;
  };
}

/**
 * The map as .ang text: Euler angles in rad in the frame that EDAX files are read in (sample x up, y left; ASTAR:
 * x right, y up), named in the header. Points not indexed have phase 0, Euler angles 4π and −1 where the dialect has
 * a confidence.
 */
export function angText(map: OrientationMap, dialect: AngDialect = "tsl", columns: 10 | 14 = 10): string {
  const unit = dialect === "astar" ? "nm" : "µm";
  const scale = map.unit === "px" ? 1 : (NM[map.unit] ?? 1) / NM[unit]!;
  const [dx, dy] = map.step.map((step) => Number((step * scale).toPrecision(12))) as [number, number];
  const sample = AXES[dialect];
  const axes = map.phases.map((phase) => (phase.laueGroup === "2/m" ? "a*,c" : "a,c*") as "a*,c" | "a,c*");
  const crystal = map.phases.map((phase, i) => toVendorCrystal(phase.cell, axes[i]!));
  const lines = [
    ...(dialect === "astar" ? ["# File in the columns of ACOM RES results"] : ["# TEM_PIXperUM 1.000000"]),
    `# Lithoscope frame ${sample}`,
    ...(map.unit === "px" ? ["# Lithoscope step is in px, not known"] : []),
    ...(dialect === "emsoft" ? ["# Lithoscope columns as EMsoft writes them"] : []),
  ];
  map.phases.forEach((phase, i) => {
    lines.push(
      `# Phase ${i + 1}`,
      `# MaterialName ${phase.name}`,
      `# Formula ${phase.name}`,
      "# Info",
      `# Symmetry ${tslOfLaue(phase.laueGroup)}`,
      `# LatticeConstants ${phase.cell.join(" ")}`,
      "# NumberFamilies 0",
    );
  });
  lines.push(
    "# GRID: SqrGrid",
    `# XSTEP: ${dx}`,
    `# YSTEP: ${dy}`,
    `# NCOLS_ODD: ${map.width}`,
    `# NCOLS_EVEN: ${map.width}`,
    `# NROWS: ${map.height}`,
    "#",
  );
  const bad = dialect === "emsoft" ? 0 : -1;
  const quality = pick(map, dialect === "astar" ? ["index", "score"] : ["iq", "score"], 0);
  const trust = pick(map, dialect === "emsoft" ? ["dp", "score"] : ["ci", "reliability"], 0);
  const rest =
    dialect === "tsl"
      ? [pick(map, ["sem"], 0), pick(map, ["fit"], 0)]
      : dialect === "astar"
        ? [pick(map, ["reliability x100"], 0)]
        : [];
  if (columns === 14 && dialect === "tsl")
    for (let k = 11; k <= 14; k++) rest.push(pick(map, [`column ${k}`], 0));
  for (let i = 0; i < map.phase.length; i++) {
    const euler = vendorEuler(map, i, sample, crystal)?.map((deg) => deg * RAD) ?? Array(3).fill(4 * Math.PI);
    const [x, y] = [i % map.width, Math.floor(i / map.width)];
    const numbers = [
      ...euler.map((v) => v.toFixed(7)),
      ...[x * dx, y * dy].map((v) => v.toFixed(6)),
      quality(i),
      map.phase[i]! < 0 ? bad : trust(i),
      map.phase[i]! + 1,
      ...rest.map((value) => value(i)),
    ];
    lines.push(` ${numbers.join(" ")}`);
  }
  return `${lines.join("\n")}\n`;
}

export const writer: Writer = {
  id: "ang",
  title: "Orientation map (.ang)",
  extensions: [".ang"],
  accepts: (item) => item.kind === "orientation-map",
  async write(item, sink, path) {
    await sink.write(path, angText(item as OrientationMap));
  },
};
