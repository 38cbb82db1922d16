import { runInNewContext } from "node:vm";
import { inflateSync } from "node:zlib";
import { describe, expect, it } from "vitest";
import { HEIGHT, syntheticMaps, WIDTH } from "../../fixtures/make/report-maps.ts";
import { grainSizes } from "../analyses/orientation/grain-sizes.ts";
import { grainTable } from "../analyses/orientation/grain-table.ts";
import { PIXEL_CLASSES } from "../analyses/orientation/maps.ts";
import { seededRandom } from "../core/random.ts";
import { csvRows } from "../figures/csv.ts";
import { CLASS_NAMES } from "../figures/orientation-arrays.ts";
import { fromBungeEuler } from "../science/crystal/rotation.ts";
import { laueRotations } from "../science/crystal/symmetry.ts";
import { commandLine } from "./command-line.ts";
import { orientationReport, type ResultJson } from "./orientation-report.ts";
import { moveCursor, pixelReader } from "./pixel-answer.ts";
import { packPixels } from "./pixel-data.ts";

const maps = syntheticMaps();
const step = { value: 2, unit: "nm", from: "flag" as const };
const rotations = laueRotations("m-3m");
const crystals = maps.phases.map((name) => ({ name, laueGroup: "m-3m", rotations }));
const result: ResultJson = {
  version: "0.1.0",
  complete: true,
  asked: {
    scan: { file: "scans/</script><b>.blo", id: "s1:00" },
    crystals: { A: "a.cif", "B<&>": "b c.cif" },
    voltage: { value: 200, unit: "kV", from: "flag" },
    pixelSize: { value: 0.02, unit: "1/Å", from: "flag" },
    step,
  },
  values: { "pixel size": { value: 0.0218754, unit: "1/Å", sigma: 0.00002, from: "found" } },
  notices: [{ code: "x", message: "something <assumed>", flag: "--step" }],
};

describe("a point's answer", () => {
  const packed = packPixels(maps, step, crystals);
  const answer = pixelReader(packed, inflateSync(Buffer.from(packed.planes, "base64")));
  const line = (i: number, name: string) => answer(i).find((l) => l.name === name)!;

  it("has its numbers to the digits shown", () => {
    const i = 2 * WIDTH + 1;
    expect(line(i, "point").values).toEqual([1, 2]);
    expect(line(i, "position")).toMatchObject({ values: [2, 4], unit: "nm" });
    expect(line(i, "phase").text).toBe("A");
    expect(line(i, "class").text).toBe("crystal");
    expect(line(i, "score").values[0]).toBeCloseTo(0.5 + i / 200, 4);
    const q = fromBungeEuler(10, 20, 30);
    line(i, "quaternion").values.forEach((v, k) => {
      expect(v).toBeCloseTo(q[k]!, 4);
    });
    line(i, "Bunge angles").values.forEach((v, k) => {
      expect(v).toBeCloseTo([10, 20, 30][k]!, 1);
    });
    expect(line(i, "σ of the orientation").values[0]).toBeCloseTo((Math.sqrt(3e-4) * 180) / Math.PI, 3);
    expect(line(i, "grain").values).toEqual([0]);
    expect(line(i, "spots explained").values).toEqual([17]);
  });

  it("names the second answer and its angle to the best where they are of one phase", () => {
    const i = 2 * WIDTH + 1;
    expect(line(i, "second answer").text).toBe("A");
    expect(line(i, "angle to the second answer").values[0]).toBeCloseTo(15, 2);
    expect(line(i + 4, "angle to the second answer").values[0]).toBeNaN();
  });

  it("says why there is none", () => {
    expect(line(0, "why").text).toContain("no counts");
    expect(line(0, "phase").text).toBe("not indexed");
    expect(line(0, "score").values[0]).toBeNaN();
    expect(line(7, "why").text).toContain("amorphous share above 0.5");
    expect(line(7, "grain").text).toBe("none");
  });

  it("moves with the keys and stays within the map", () => {
    expect(moveCursor(0, "ArrowLeft", false, WIDTH, HEIGHT)).toBe(0);
    expect(moveCursor(0, "ArrowRight", false, WIDTH, HEIGHT)).toBe(1);
    expect(moveCursor(3, "ArrowDown", true, WIDTH, HEIGHT)).toBe(5 * WIDTH + 3);
    expect(moveCursor(3, "End", false, WIDTH, HEIGHT)).toBe(7);
    expect(moveCursor(3, "x", false, WIDTH, HEIGHT)).toBe(3);
  });
});

describe("an orientation report", async () => {
  const files = await orientationReport({ maps, step, result, crystals });
  const text = (path: string) => String(files.find((f) => f.path === path)!.bytes);
  const page = text("report.html");

  it("knows the classes of the analysis", () => {
    expect(CLASS_NAMES).toEqual(PIXEL_CLASSES);
  });

  it("loads nothing from elsewhere", () => {
    const loads = [
      ...page.matchAll(/(?:src|href|url\(|@import|poster|action)\s*=?\s*["'(]*([^"')>\s]+)/g),
    ].map((m) => m[1]!);
    const foreign = loads.filter((url) => /^(https?:)?\/\//.test(url) && !url.startsWith("https://doi.org/"));
    expect(foreign).toEqual([]);
    expect(page).not.toMatch(
      /<(?:link|iframe|object|embed)\b|<script[^>]+src|\bfetch\(|XMLHttpRequest|<base\b/,
    );
    expect(page).toContain("default-src 'none'");
  });

  it("keeps names of files and phases out of the markup", () => {
    expect(page).not.toContain("</script><b>");
    expect(page).not.toContain("B<&>");
    expect(page).toContain("something &lt;assumed&gt;");
  });

  it("carries a script that is whole and the pixels as JSON", () => {
    const script = /<script>([\s\S]*?)<\/script>\s*<\/body>/.exec(page)![1]!;
    expect(() => runInNewContext(`(function(){${script}})`)).not.toThrow();
    const json = /id="pixels">([\s\S]*?)<\/script>/.exec(page)![1]!;
    const own = runInNewContext(
      `${/const pixelReader = [\s\S]*?\n(?=const moveCursor)/.exec(script)![0]};pixelReader`,
      {
        atob,
      },
    );
    const lines = own(
      JSON.parse(json),
      inflateSync(Buffer.from(JSON.parse(json).planes, "base64")),
    )(2 * WIDTH + 1);
    expect(lines.find((l: { name: string }) => l.name === "phase").text).toBe("A");
  });

  it("counts grain sizes in the bins of the table of grain sizes", () => {
    const table = grainTable({ ...maps, orientation: Float64Array.from(maps.orientation) }, crystals);
    const { histogram } = grainSizes(table, WIDTH, HEIGHT, [2, 2], seededRandom("bins"))!;
    const rows = csvRows(text("figures/grain-size-number.csv")).slice(1);
    const column = (k: number) => rows.map((row) => Number(row[k]));
    expect([...column(0), column(1).at(-1)]).toEqual([...histogram.edges]);
    expect(rows.map((row) => row.slice(2).reduce((sum, n) => sum + Number(n), 0))).toEqual([
      ...histogram.number,
    ]);
  });

  it("gives every figure as SVG with data and caption, and tables with units", () => {
    const ids = files.filter((f) => f.path.endsWith(".svg")).map((f) => f.path.slice(8, -4));
    for (const id of ["phase", "score", "amorphous", "class", "grain", "boundaries", "grain-size-area"]) {
      expect(ids).toContain(id);
    }
    for (const id of ids) {
      expect(text(`figures/${id}.txt`).length).toBeGreaterThan(20);
      expect(csvRows(text(`figures/${id}.csv`)).length).toBeGreaterThan(1);
      expect(page).toContain(`id="figure-${id}"`);
    }
    expect(csvRows(text("tables/values.csv"))[1]).toEqual([
      "pixel size",
      "0.0218754",
      "1/Å",
      "0.00002",
      "found",
    ]);
  });

  it("shows value, uncertainty, unit and origin of the numbers, the method and the command", () => {
    expect(page).toContain(
      '<td class="n">0.021875</td><td class="n">0.000020</td><td>1/Å</td><td>found</td>',
    );
    expect(text("methods.md")).toContain("0.021875 ± 0.000020 1/Å as refined");
    expect(page).toContain("--pixel-size 0.02/Å");
    expect(text("citations.bib")).toContain("10.1107/S205327331401643X");
  });

  it("writes the command so that a shell reads it back, with every flag that was asked", () => {
    const asked = {
      scan: { file: "a b.blo", id: "s1:0", open: { dataset: "/x", shape: [-1, 4], bigEndian: true } },
      crystals: { LNMO: "it's.cif" },
      settings: { LNMO: "2" },
      precession: { value: 0, unit: "deg", from: "assumed" as const },
      centre: [
        { value: 64, unit: "px" },
        { value: 63.5, unit: "px" },
      ],
      scanRotation: { value: -25, unit: "deg" },
      // What file, program or nobody said is not asked for again: 0/Å would be refused, and a flag is another recipe.
      pixelSize: { value: 0, unit: "1/Å", from: "found" as const },
      voltage: { value: 200, unit: "kV", from: "file" as const },
      flip: "x",
      calibration: "fixed",
      exact: true,
    };
    expect(commandLine(asked)).toBe(
      "lithoscope orientation 'a b.blo' --dataset /x --shape=-1,4 --big-endian --crystal 'LNMO=it'\\''s.cif' --setting LNMO=2 --scan-rotation=-25deg --centre 64px,63.5px --flip x --calibration fixed --exact --out out",
    );
  });

  it("has a name and a sentence for every picture", () => {
    const pictures = [
      ...page.matchAll(/<svg [^>]*role="img"[^>]*><title>([^<]+)<\/title><desc>([^<]+)<\/desc>/g),
    ];
    expect(pictures.length).toBe(files.filter((f) => f.path.endsWith(".svg")).length);
  });

  it("says what is wrong with a map that is not complete", async () => {
    const other = await orientationReport({ maps, result: { ...result, complete: false }, crystals: [] });
    const html = String(other.find((f) => f.path === "report.html")!.bytes);
    expect(html).toContain("Not complete");
    expect(other.some((f) => f.path === "figures/boundaries.svg")).toBe(false);
    expect(String(other.find((f) => f.path === "figures/score.svg")!.bytes)).toMatch(
      /data-scale-bar="\d+ px"/,
    );
  });

  it.each([
    [1, 1],
    [300, 2],
    [2, 300],
  ])("holds for a scan of %d × %d points with nothing indexed", async (width, height) => {
    const count = width * height;
    const none = new Float32Array(count).fill(Number.NaN);
    const empty = {
      ...{ width, height, phases: maps.phases, score: none, reliability: none, amorphous: none },
      phase: new Int16Array(count).fill(-1),
      orientation: new Float64Array(4 * count).fill(Number.NaN),
      covariance: new Float64Array(6 * count).fill(Number.NaN),
      trustworthy: new Uint8Array(count),
      grain: new Int32Array(count).fill(-1),
    };
    const other = await orientationReport({ maps: empty, result, crystals, step });
    for (const { path, bytes } of other) {
      if (path.endsWith(".svg"))
        expect(String(bytes).replace(/href="[^"]*"/g, "")).not.toMatch(/="[^"]*(?:NaN|Infinity|undefined)/);
    }
    expect(String(other.at(-1)!.bytes)).toContain("No grain has five points or more.");
  });
});
