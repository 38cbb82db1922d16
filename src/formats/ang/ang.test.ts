import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { CRYSTALS, makeOrientationMap } from "../../../fixtures/make/orientation-map.ts";
import type { Dataset, Table } from "../../core/contracts.ts";
import { isLithoscopeError } from "../../core/errors.ts";
import type { OrientationMap } from "../../core/orientation-map.ts";
import { seededRandom } from "../../core/random.ts";
import { disorientationAt, packRotations } from "../../science/crystal/misorientation.ts";
import { memorySource } from "../../sources/memory.ts";
import { openDataset } from "../open.ts";
import { reframe } from "../orientation-build.ts";
import { angText } from "./writer.ts";

const open = (text: string): Promise<Dataset> =>
  openDataset(memorySource(new TextEncoder().encode(text), "made.ang"));
const mapOf = (dataset: Dataset) => dataset.items.find((i) => i.kind === "orientation-map") as OrientationMap;
const codes = (dataset: Dataset) => dataset.notices.map(({ code }) => code);

/** The largest rotation between two maps, no symmetry allowed [deg]. */
function largestDifference(a: OrientationMap, b: OrientationMap): number {
  const both = new Float64Array(8);
  let worst = 0;
  for (let i = 0; i < a.phase.length; i++) {
    if (a.phase[i]! < 0) continue;
    both.set(a.orientation.subarray(4 * i, 4 * i + 4));
    both.set(b.orientation.subarray(4 * i, 4 * i + 4), 4);
    worst = Math.max(worst, disorientationAt(both, 0, 1, packRotations([[1, 0, 0, 0]])));
  }
  return worst;
}

const HEADER = [
  "# TEM_PIXperUM 1.0",
  "# Phase 1",
  "# MaterialName Fe",
  "# Symmetry 43",
  "# LatticeConstants 2.866 2.866 2.866 90 90 90",
  "#",
];
const line = (euler: string, x: number, y: number, ci: number, phase: number) =>
  ` ${euler} ${x.toFixed(4)} ${y.toFixed(4)} 100 ${ci} ${phase} 1 1.2`;

describe("ang", () => {
  it.each([
    ["tsl", 10],
    ["tsl", 14],
    ["emsoft", 10],
    ["astar", 10],
  ] as const)("reads what it writes, dialect %s with %d columns", async (dialect, columns) => {
    await fc.assert(
      fc.asyncProperty(fc.nat(), async (seed) => {
        const map = makeOrientationMap(`ang/${seed}`);
        const dataset = await open(angText(map, dialect, columns));
        const back = mapOf(dataset);
        expect(codes(dataset).filter((code) => code !== "marked-bad")).toEqual([]);
        expect([back.width, back.height, [...back.phase]]).toEqual([7, 5, [...map.phase]]);
        expect(largestDifference(map, back)).toBeLessThan(2e-5);
        expect(back.phases).toEqual(map.phases);
        const nm = dialect === "astar" ? 1 : 1000;
        expect(back.step.map((s) => s * nm)).toEqual([2, 3]);
      }),
      { numRuns: 20 },
    );
  });

  it("reads what orix writes, with the columns that its header lists", async () => {
    const names =
      "phi1, Phi, phi2, x, y, image_quality, confidence_index, phase_id, detector_signal, pattern_fit, osm";
    const row = (i: number, ci: number) =>
      `0.1 0.2 0.3 ${0.5 * (i % 2)} ${Math.floor(i / 2)} 1 ${ci} 1 1 0.5 ${i}`;
    const head = [
      "# File created from orix v0.13",
      ...HEADER,
      "# GRID: SqrGrid",
      "# XSTEP: 0.5",
      "# YSTEP: 1",
    ];
    const rows = [0, 1, 2, 3].map((i) => row(i, i === 3 ? -1 : 0.9));
    const dataset = await open([...head, `# Column names: ${names}`, ...rows, ""].join("\n"));
    const map = mapOf(dataset);
    expect([map.width, map.height, [...map.phase]]).toEqual([2, 2, [0, 0, 0, -1]]);
    expect([...map.extra.osm!.values]).toEqual([0, 1, 2, 3]);
  });

  it.each(CRYSTALS)("keeps a map of %s alone", async (...crystal) => {
    const map = makeOrientationMap("ang/one", { crystals: [crystal] });
    expect(largestDifference(map, mapOf(await open(angText(map))))).toBeLessThan(2e-5);
  });

  it("turns EDAX angles into our frame: φ = 0 puts a up and b left of a cubic crystal", async () => {
    const text = [...HEADER, line("0 0 0", 0, 0, 0.9, 0), line("0 0 0", 1, 0, 0.9, 0)].join("\n");
    const [w, x, y, z] = mapOf(await open(text)).orientation;
    // 180° about x − y: a → −y (up), b → −x (left), c → −z (against the electrons).
    for (const [found, want] of [
      [w, 0],
      [x, Math.SQRT1_2],
      [y, -Math.SQRT1_2],
      [z, 0],
    ] as const)
      expect(found).toBeCloseTo(want, 9);
  });

  it("can be told another sample frame than the assumed one", async () => {
    const text = [...HEADER, line("0.3 0.4 0.5", 0, 0, 0.9, 0), line("1 2 3", 1, 0, 0.9, 0)].join("\n");
    const assumed = mapOf(await open(text));
    const stated = mapOf(await open(`# Lithoscope frame right-up\n${text}`));
    const turned = reframe(assumed, "up-left", "right-up");
    expect(largestDifference(turned, stated)).toBeLessThan(1e-5);
    expect(turned.frame).toContain("x right, y up (stated)");
  });

  it("takes phase 0 for the only phase, and as not indexed where there are others", async () => {
    const one = await open([...HEADER, line("1 1 1", 0, 0, 0.5, 0), line("1 1 1", 1, 0, 0.5, 0)].join("\n"));
    expect([...mapOf(one).phase]).toEqual([0, 0]);
    const two = await open([...HEADER, line("1 1 1", 0, 0, 0.5, 0), line("1 1 1", 1, 0, 0.5, 1)].join("\n"));
    expect([...mapOf(two).phase]).toEqual([-1, 0]);
  });

  it("does not index points with confidence −1 or angles 4π, and says how many", async () => {
    const rows = [
      line("1 1 1", 0, 0, -1, 1),
      line("12.56637 12.56637 12.56637", 1, 0, 0.1, 1),
      line("1 1 1", 2, 0, 0.1, 1),
    ];
    const dataset = await open([...HEADER, ...rows].join("\n"));
    expect([...mapOf(dataset).phase]).toEqual([-1, -1, 0]);
    expect(dataset.notices.find((n) => n.code === "marked-bad")?.message).toContain("2 points");
  });

  it("lists phases in any order", async () => {
    const phases = ["# Phase 2", "# MaterialName B", "# Symmetry 62", "# LatticeConstants 3 3 5 90 90 120"];
    const text = ["# TEM_PIXperUM 1", ...phases, ...HEADER.slice(1)].join("\n");
    const map = mapOf(await open([text, line("1 1 1", 0, 0, 1, 1), line("1 1 1", 1, 0, 1, 2)].join("\n")));
    expect([...map.phase].map((p) => map.phases[p]!.name)).toEqual(["Fe", "B"]);
    expect(map.phases.map((p) => p.laueGroup)).toEqual(["6/mmm", "m-3m"]);
  });

  it("believes the coordinates where the header's step and size lie", async () => {
    const head = [...HEADER, "# XSTEP: 0.1", "# YSTEP: 0.1", "# NCOLS_ODD: 8", "# NROWS: 8"];
    const rows = [0, 1].flatMap((y) => [0, 1, 2].map((x) => line("1 1 1", 0.4 * x, 0.4 * y, 1, 1)));
    const dataset = await open([...head, ...rows].join("\n"));
    expect(mapOf(dataset).step).toEqual([0.4, 0.4]);
    expect(codes(dataset)).toEqual(["header-step", "header-cells", "frame-assumed"]);
  });

  it("gives a hexagonal grid as a table only", async () => {
    const rows = [0, 1, 2].flatMap((y) =>
      [0, 1, 2, 3].map((x) => line("1 1 1", x + (y % 2) / 2, 0.866 * y, 1, 1)),
    );
    const dataset = await open([...HEADER, "# GRID: HexGrid", ...rows].join("\n"));
    expect(dataset.items.map((i) => i.kind)).toEqual(["table"]);
    expect(codes(dataset)).toEqual(["grid"]);
    const table = dataset.items[0] as Table;
    expect([...(await table.read("x", 4, 6))]).toEqual([0.5, 1.5]);
  });

  it("places points that are missing from a grid", async () => {
    const rows = [0, 1, 2].flatMap((y) => [0, 1, 2].map((x) => line("1 1 1", x, y, 1, 1)));
    rows.splice(4, 1);
    const map = mapOf(await open([...HEADER, ...rows].join("\n")));
    expect([map.width, map.height, map.phase[4]]).toEqual([3, 3, -1]);
  });

  it("reads a name with the byte 0x85 as one line", async () => {
    const text = [...HEADER, "# OPERATOR: H\u0085kon", line("1 1 1", 0, 0, 1, 1), line("1 1 1", 1, 0, 1, 1)];
    const bytes = Uint8Array.from(text.join("\n"), (c) => c.charCodeAt(0));
    expect(mapOf(await openDataset(memorySource(bytes, "a.ang"))).width).toBe(2);
  });

  it("delivers whole points of a cut file and names a broken line", async () => {
    const text = angText(makeOrientationMap("ang/cut"));
    const dataset = await open(text.slice(0, text.length - 20));
    expect(codes(dataset)).toContain("truncated");
    const broken = text.split("\n");
    broken[45] = " 1 2 x";
    await expect(open(broken.join("\n"))).rejects.toMatchObject({ tag: "Format", fields: { at: 46 } });
    await expect(open(HEADER.join("\n"))).rejects.toMatchObject({ tag: "Format" });
  });

  it("answers 500 byte flips with a result or a LithoscopeError", async () => {
    const random = seededRandom("ang/flips");
    const whole = new TextEncoder().encode(angText(makeOrientationMap("ang/flips")));
    for (let i = 0; i < 500; i++) {
      const bytes = whole.slice();
      bytes[Math.floor(random.next() * bytes.length)]! ^= 1 + Math.floor(random.next() * 255);
      try {
        await openDataset(memorySource(bytes, "made.ang"));
      } catch (error) {
        if (!isLithoscopeError(error)) throw error;
      }
    }
  });
});
