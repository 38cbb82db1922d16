import { readFile } from "node:fs/promises";
import { fileURLToPath } from "node:url";
import { describe, expect, it } from "vitest";
import { whole } from "../../../../../test/contracts/format.ts";
import type { Dataset, Item, Signal, Table } from "../../../../core/contracts.ts";
import type { OrientationMap } from "../../../../core/orientation-map.ts";
import { memorySource } from "../../../../sources/memory.ts";
import { openDataset } from "../../../open.ts";

async function openFixture(name: string): Promise<Dataset> {
  const path = fileURLToPath(new URL(`../../../../../fixtures/hdf5/${name}`, import.meta.url));
  return openDataset(memorySource(new Uint8Array(await readFile(path)), name));
}

async function openText(name: string, text: string): Promise<Dataset> {
  return openDataset(memorySource(new TextEncoder().encode(text), name));
}

const mapOf = ({ items }: { readonly items: readonly Item[] }) => items[0] as OrientationMap;
const PHASES = [1, 2, 1, 0, 2, 1];
const POINTS = PHASES.map((phase, i) => {
  return { phase, x: 0.5 * (i % 3), y: 0.25 * Math.floor(i / 3), euler: [1, 2, 3].map((k) => 10 * i + k) };
});

/** The same points as the channel text that the same vendor's text export is. */
function ctfText(phases: readonly string[], known: (phase: number) => number): string {
  const rows = POINTS.map(({ phase, x, y, euler }) =>
    [known(phase), x, y, 8, 0, ...euler, 0.5, 100, 100].join("\t"),
  );
  const names = "Phase\tX\tY\tBands\tError\tEuler1\tEuler2\tEuler3\tMAD\tBC\tBS";
  const head = [
    "Channel Text File",
    "Prj\tmade",
    "XCells\t3",
    "YCells\t2",
    "XStep\t0.5",
    "YStep\t0.25",
    "Euler angles refer to Sample Coordinate system (CS0)!",
    `Phases\t${phases.length}`,
  ];
  return [...head, ...phases, names, ...rows, ""].join("\r\n");
}

const CUBIC = "4;4;4\t90;90;90\tcubic\t11\t225";
const HEXAGONAL = "3;3;5\t90;90;120\thexagonal\t9\t0";

/** Same orientations to the digits of single precision. */
function expectSame(map: OrientationMap, other: OrientationMap) {
  expect([map.width, map.height, map.step, map.unit]).toEqual([
    other.width,
    other.height,
    other.step,
    other.unit,
  ]);
  expect([...map.phase]).toEqual([...other.phase]);
  expect(map.phases.map(({ name, laueGroup, cell }) => [name, laueGroup, cell])).toEqual(
    other.phases.map(({ name, laueGroup, cell }) => [name, laueGroup, cell]),
  );
  for (const [i, value] of map.orientation.entries()) {
    if (Number.isNaN(other.orientation[i]!)) expect(value).toBeNaN();
    else expect(value).toBeCloseTo(other.orientation[i]!, 6);
  }
}

describe("EBSD in HDF5", () => {
  it("reads Oxford's h5oina as the channel text of the same points", async () => {
    const found = await openFixture("oxford.h5oina");
    const text = ctfText([CUBIC, HEXAGONAL], (phase) => phase);
    expectSame(mapOf(found), mapOf(await openText("same.ctf", text)));
    expect(found.notices.map(({ code }) => code)).toEqual(["frame-assumed"]);
    expect([...mapOf(found).extra["Band Contrast"]!.values]).toEqual([0, 1, 2, 3, 4, 5]);
  });

  it("reads Bruker's points in any order, by their beam positions", async () => {
    const found = await openFixture("bruker.h5");
    const text = ctfText([CUBIC], (phase) => Math.min(1, phase));
    expectSame(mapOf(found), mapOf(await openText("same.ctf", text)));
    expect([...mapOf(found).extra.MAD!.values]).toEqual([0, 1, 2, 3, 4, 5]);
    const table = found.items[1] as Table;
    expect(table.columns.find(({ name }) => name === "phi1")!.unit).toBe("deg");
    expect([...(await table.read("phi1", 4, 6))]).toEqual([11, 1]);
  });

  it("reads EDAX's h5ebsd as the .ang of the same points, with patterns as a scan", async () => {
    const found = await openFixture("edax.h5");
    const phase = (n: number, name: string, symmetry: string, cell: string) =>
      `# Phase ${n}\n# MaterialName ${name}\n# Symmetry ${symmetry}\n# LatticeConstants ${cell}`;
    const rows = POINTS.map(({ phase: n, x, y, euler }, i) =>
      [...euler.map((v) => (v * Math.PI) / 180), x, y, 1, i === 5 ? -1 : 0.5, n, 1, 0.5].join(" "),
    );
    const first = phase(1, "hexagonal", "62", "3 3 5 90 90 120");
    const text = [first, phase(2, "cubic", "43", "4 4 4 90 90 90"), "# GRID: SqrGrid", ...rows, ""].join(
      "\n",
    );
    expectSame(mapOf(found), mapOf(await openText("same.ang", text)));
    expect(mapOf(found).phase[5]).toBe(-1);
    const patterns = found.items[2] as Signal;
    expect(patterns.axes.map(({ name, size, unit, scale }) => [name, size, unit, scale])).toEqual([
      ["y", 2, "µm", 0.25],
      ["x", 3, "µm", 0.5],
      ["ky", 3, "px", 1],
      ["kx", 4, "px", 1],
    ]);
    expect([...(await patterns.tile(whole(patterns)))]).toEqual(Array.from({ length: 72 }, (_, i) => i));
    expect([...(await patterns.tile({ start: [1, 1, 2, 1], stop: [2, 3, 3, 2] }))]).toEqual([57, 69]);
  });
});
