import { join } from "node:path";
import { describe, expect, it } from "vitest";
import { makeOrientationMap } from "../fixtures/make/orientation-map.ts";
import { grainTable } from "../src/analyses/orientation/grain-table.ts";
import { segmentGrains } from "../src/analyses/orientation/grains.ts";
import { toOrientationMap } from "../src/analyses/orientation/to-map.ts";
import type { Dataset } from "../src/core/contracts.ts";
import type { OrientationMap } from "../src/core/orientation-map.ts";
import { angText } from "../src/formats/ang/writer.ts";
import { ctfText } from "../src/formats/ctf/writer.ts";
import { openDataset } from "../src/formats/open.ts";
import { misorientationFinder } from "../src/science/crystal/csl.ts";
import { grainBoundaries, specialShares } from "../src/science/crystal/grain-boundaries.ts";
import { openFile } from "../src/sources/file.node.ts";
import { memorySource } from "../src/sources/memory.ts";

const DATA = process.env.LITHOSCOPE_DATA;

async function open(name: string): Promise<Dataset> {
  const source = await openFile(join(DATA!, "em", "orientation", name));
  try {
    return await openDataset(source);
  } finally {
    await source.close();
  }
}
const mapOf = (dataset: Dataset) => dataset.items.find((i) => i.kind === "orientation-map") as OrientationMap;
const codes = (dataset: Dataset) => dataset.notices.map(({ code }) => code);

describe("a result", () => {
  it("goes out as .ang and .ctf and comes back", async () => {
    const made = makeOrientationMap("result", { unit: "px", step: [1, 1] });
    const crystals = made.phases;
    const step = { value: 2, unit: "nm" };
    const score = new Float32Array(35).fill(0.5);
    const map = toOrientationMap({ ...made, phases: [], score }, crystals, "result", step);
    for (const [name, text] of [
      ["a.ang", angText(map)],
      ["a.ctf", ctfText(map)],
    ] as const) {
      const back = mapOf(await openDataset(memorySource(new TextEncoder().encode(text), name)));
      expect([...back.phase]).toEqual([...made.phase]);
      expect(back.step[0]).toBeCloseTo(0.002, 12);
      expect(back.unit).toBe("µm");
      for (let i = 0; i < 140; i++)
        if (made.phase[i >> 2]! >= 0) expect(back.orientation[i]).toBeCloseTo(made.orientation[i]!, 6);
      if (name === "a.ang") expect(back.extra.iq!.values[0]).toBe(0.5);
    }
    const px = mapOf(
      await openDataset(
        memorySource(new TextEncoder().encode(ctfText({ ...map, step: [1, 1], unit: "px" })), "a.ctf"),
      ),
    );
    expect([px.unit, px.step]).toEqual(["px", [1, 1]]);
  });
});

/** Size, step and points not indexed as an independent program (orix 0.15) and the text columns give them. */
const EXPECTED = [
  ["ACOM.ang", 15, 15, 2, "nm", 6, ["marked-bad", "frame-assumed"]],
  ["S00.ANG", 35, 40, 0.4, "µm", 342, ["marked-bad", "header-step", "header-cells", "frame-assumed"]],
  ["sdss_ferrite_austenite.ang", 117, 100, 1.5, "µm", 0, ["frame-assumed"]],
  ["astar_g.ctf", 260, 200, 0.005, "µm", 0, ["column-names", "header-step", "frame-assumed"]],
  ["astar_TVIPS_without_mask.ctf", 111, 59, 0.0027, "µm", 0, ["column-names", "frame-assumed"]],
  ["testdata_sqr.ctf", 30, 30, 1, "µm", 0, ["columns-missing", "frame-assumed"]],
  ["twins.ctf", 167, 137, 0.3, "µm", 46, ["error-code", "frame-assumed"]],
] as const;

describe.skipIf(!DATA)("real orientation maps (LITHOSCOPE_DATA)", () => {
  it.each(EXPECTED)(
    "%s opens, its header's lies are flagged, grains and boundaries come out",
    async (...row) => {
      const [name, width, height, step, unit, none, notices] = row;
      const dataset = await open(name);
      expect(codes(dataset)).toEqual(notices);
      const map = mapOf(dataset);
      expect([map.width, map.height, map.unit]).toEqual([width, height, unit]);
      expect(map.step[0]).toBeCloseTo(step, 9);
      expect(map.phase.filter((p) => p < 0).length).toBe(none);
      const grain = segmentGrains(map, map.phases, 5, 5, 0);
      const table = grainTable({ ...map, grain }, map.phases, "keep");
      expect(table.count).toBeGreaterThan(0);
      expect(table.gos.every((deg) => deg >= 0 && deg < 10)).toBe(true);
      if (table.count > 1) expect(grainBoundaries({ ...map, grain }, map.phases).count).toBeGreaterThan(0);
    },
  );

  it.each([
    ["eclogite.ctf", ["error-code", "grid"]],
    ["testdata_hex.ctf", ["columns-missing", "grid"]],
  ])("%s has no rectangular grid and is a table only", async (name, notices) => {
    const dataset = await open(name);
    expect(codes(dataset)).toEqual(notices);
    expect(dataset.items.map(({ kind }) => kind)).toEqual(["table"]);
  });

  it("finds the {10-12} twins of magnesium, 86.3° about ⟨11-20⟩", async () => {
    const map = mapOf(await open("twins.ctf"));
    const grain = segmentGrains(map, map.phases, 5, 5, 0);
    const twin = { name: "{10-12}", deg: 86.3, axis: [1, 0, 0] as const, toleranceDeg: 5 };
    const finder = misorientationFinder([twin], map.phases[0]!.rotations);
    const boundaries = grainBoundaries({ ...map, grain }, map.phases, map.step, [finder]);
    expect(specialShares(boundaries, 1)[0]).toBeGreaterThan(0.4);
    const angles = boundaries.deg.filter((_, k) => boundaries.special[k] === 0).sort();
    expect(angles[angles.length >> 1]).toBeCloseTo(86.3, 0);
    const alongX: number[] = [];
    for (let k = 0; k < boundaries.count; k++) {
      if (boundaries.special[k] !== 0) continue;
      const [x, y, z] = boundaries.axis.subarray(3 * k, 3 * k + 3);
      // Angle to the nearest of the six ⟨11-20⟩, which lie at multiples of 60° in the basal plane.
      const azimuth = (Math.atan2(y!, x!) * 180) / Math.PI;
      const off = Math.abs(azimuth - 60 * Math.round(azimuth / 60));
      alongX.push(Math.hypot(off, (Math.asin(z!) * 180) / Math.PI));
    }
    alongX.sort((a, b) => a - b);
    expect(alongX[alongX.length >> 1]).toBeLessThan(2);
  });

  it("finds the Σ3 twins of austenite in a duplex steel and in copper", async () => {
    for (const name of ["sdss_ferrite_austenite.ang", "astar_TVIPS_without_mask.ctf"]) {
      const map = mapOf(await open(name));
      const grain = segmentGrains(map, map.phases, 5, 5, 0);
      const boundaries = grainBoundaries({ ...map, grain }, map.phases);
      expect(specialShares(boundaries, 21)[0]).toBeGreaterThan(0.3);
    }
  });
});
