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
import { ctfText } from "./writer.ts";

const open = (text: string): Promise<Dataset> =>
  openDataset(memorySource(new TextEncoder().encode(text), "made.ctf"));
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

interface Made {
  readonly author?: string;
  readonly step?: string;
  readonly cells?: readonly [number, number];
  readonly phases?: readonly string[];
  readonly columns?: string;
  readonly rows: readonly string[];
}

function made({ author = "", step = "1", cells = [2, 1], phases, columns, rows }: Made): string {
  const list = phases ?? ["3.6;3.6;3.6\t90;90;90\tCu\t11\t225"];
  return [
    "Channel Text File",
    "Prj\tmade",
    `Author\t${author}`,
    "JobMode\tGrid",
    `XCells\t${cells[0]}`,
    `YCells\t${cells[1]}`,
    `XStep\t${step}`,
    `YStep\t${step}`,
    "Euler angles refer to Sample Coordinate system (CS0)!\tMag\t0",
    `Phases\t${list.length}`,
    ...list,
    columns ?? "Phase\tX\tY\tBands\tError\tEuler1\tEuler2\tEuler3\tMAD\tBC\tBS",
    ...rows,
  ].join("\r\n");
}
const row = (x: string, error = 0, phase = 1) => `${phase}\t${x}\t0\t7\t${error}\t10\t20\t30\t0.5\t100\t90`;

describe("ctf", () => {
  it("reads what it writes in cubic, R-3m, C2/m and Pnma", async () => {
    await fc.assert(
      fc.asyncProperty(fc.nat(), async (seed) => {
        const map = makeOrientationMap(`ctf/${seed}`);
        const dataset = await open(ctfText(map));
        const back = mapOf(dataset);
        expect(codes(dataset)).toEqual([]);
        expect([back.width, back.height, [...back.phase]]).toEqual([7, 5, [...map.phase]]);
        expect(largestDifference(map, back)).toBeLessThan(2e-5);
        expect(back.phases).toEqual(map.phases);
        expect(back.step.map((s) => s * 1000)).toEqual([2, 3]);
      }),
      { numRuns: 20 },
    );
  });

  it("writes the third angle of a hexagonal crystal 30° away from that of .ang", async () => {
    const [, nmc] = CRYSTALS;
    const map = makeOrientationMap("ctf/hex", { width: 1, height: 1, crystals: [nmc!] });
    map.phase[0] = 0;
    map.orientation.set([0, 1, 0, 0]);
    // Ours seen from x right, y up: the identity; a* is 30° from a.
    const angles = ctfText(map).trim().split("\r\n").at(-1)!.split("\t").slice(5, 8).map(Number);
    expect((angles[0]! + angles[2]!) % 360).toBeCloseTo(30, 4);
  });

  it("reads decimal commas", async () => {
    const phases = ["3,6;3,6;3,6\t90;90;90\tCu\t11\t225"];
    const map = mapOf(await open(made({ step: "0,5", phases, rows: [row("0,0"), row("0,5")] })));
    expect(map.step[0]).toBe(0.5);
    expect(map.phases[0]!.cell[0]).toBe(3.6);
    expect([...map.extra.MAD!.values]).toEqual([0.5, 0.5]);
  });

  it("reads files of 8 and of 10 columns under 11 names", async () => {
    const columns = "Phase\tX\tY\tBands\tError\tEuler1\tEuler2\tEuler3";
    const eight = await open(made({ columns, rows: ["1\t0\t0\t7\t0\t1\t2\t3", "1\t1\t0\t7\t0\t1\t2\t3"] }));
    expect(Object.keys(mapOf(eight).extra)).toEqual(["Bands", "Error"]);
    const ten = await open(made({ rows: ["1\t0\t0\t7\t0\t1\t2\t3\t0\t5", "1\t1\t0\t7\t0\t1\t2\t3\t0\t5"] }));
    expect(codes(ten)).toContain("columns-missing");
    expect(Object.keys(mapOf(ten).extra)).toEqual(["Bands", "Error", "MAD", "BC"]);
  });

  it("believes the coordinates where the header's step lies, the header where ASTAR rounds coordinates", async () => {
    const lie = await open(made({ step: "0.001", rows: [row("0"), row("0.005")] }));
    expect(mapOf(lie).step[0]).toBe(0.005);
    expect(codes(lie)).toContain("header-step");
    const rows = [0, 1, 2, 3, 4].map((i) => row((0.00192 * i).toFixed(4)));
    const rounded = await open(made({ author: "File created from ACOM RES results", step: "0.00192", rows }));
    expect(mapOf(rounded).step).toEqual([0.00192, 0.00192]);
    expect(mapOf(rounded).width).toBe(5);
    expect(codes(rounded)).toEqual(["column-names", "header-cells", "frame-assumed"]);
  });

  it("says which points have an error code and yet a phase", async () => {
    const dataset = await open(made({ rows: [row("0", 3), row("1", 3, 0)] }));
    expect([...mapOf(dataset).phase]).toEqual([0, -1]);
    expect(dataset.notices.find((n) => n.code === "error-code")?.message).toContain("1 points");
  });

  it("finds a Laue class that contradicts space group or cell", async () => {
    const rows = [row("0"), row("1")];
    const wrong = await open(made({ phases: ["3;3;5\t90;90;120\tMg\t11\t194"], rows }));
    expect(mapOf(wrong).phases[0]!.laueGroup).toBe("6/mmm");
    expect(codes(wrong)).toContain("symmetry-contradiction");
    const cell = await open(made({ phases: ["3;3;5\t90;90;120\tMg\t11\t0"], rows }));
    expect(codes(cell)).toContain("symmetry-cell");
  });

  it("gives scattered points as a table only", async () => {
    const rows = ["0", "1.3", "0.2", "7.77"].map((x, i) => `1\t${x}\t${(i * i) / 3}\t7\t0\t1\t2\t3\t0\t1\t1`);
    const dataset = await open(made({ rows }));
    expect(dataset.items.map((i) => i.kind)).toEqual(["table"]);
    expect([...(await (dataset.items[0] as Table).read("X", 1, 2))]).toEqual([1.3]);
    await expect((dataset.items[0] as Table).read("Z", 0, 1)).rejects.toMatchObject({ tag: "Usage" });
  });

  it("refuses cuts in the header and names the line of a broken point", async () => {
    const text = ctfText(makeOrientationMap("ctf/cut"));
    const header = text.indexOf("Phase\tX");
    for (let i = 0; i < 16; i++)
      await expect(open(text.slice(0, Math.floor((header * i) / 16)))).rejects.toMatchObject({
        tag: "Format",
      });
    const lines = text.split("\r\n");
    lines[30] = "1\tx";
    await expect(open(lines.join("\r\n"))).rejects.toMatchObject({ tag: "Format", fields: { at: 31 } });
  });

  it("answers 500 byte flips with a result or a LithoscopeError", async () => {
    const random = seededRandom("ctf/flips");
    const whole = new TextEncoder().encode(ctfText(makeOrientationMap("ctf/flips")));
    for (let i = 0; i < 500; i++) {
      const bytes = whole.slice();
      bytes[Math.floor(random.next() * bytes.length)]! ^= 1 + Math.floor(random.next() * 255);
      try {
        await openDataset(memorySource(bytes, "made.ctf"));
      } catch (error) {
        if (!isLithoscopeError(error)) throw error;
      }
    }
  });
});
