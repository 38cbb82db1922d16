import { existsSync } from "node:fs";
import { fileURLToPath } from "node:url";
import fc from "fast-check";
import { decode } from "fast-png";
import { describe, expect, it } from "vitest";
import { colourTable, PHASE_COLOURS, scalarRgb } from "./colour-map.ts";
import { csvRows, csvText } from "./csv.ts";
import { histogram } from "./histogram.ts";
import { linePlot } from "./line-plot.ts";
import { numberText, quantityText } from "./number-text.ts";
import { scalarMap } from "./orientation-maps.ts";
import { axisMarks, markText } from "./plot.ts";
import { figurePng } from "./png.node.ts";
import { scaleBar } from "./scale-bar.ts";
import { escapeXml, textWidth, wrap } from "./svg.ts";
import { roundBelow, ticks } from "./ticks.ts";

const DRAWING_THREAD = fileURLToPath(new URL("../../dist/png-worker.js", import.meta.url));
const values = Float32Array.from({ length: 12 }, (_, i) => (i === 5 ? Number.NaN : i / 11));
const grid = { width: 4, height: 3, step: { value: 2.5, unit: "nm" } };
const map = scalarMap(grid, {
  title: "Score",
  name: "score",
  unit: "1",
  values,
  low: 0,
  high: 1,
  about: "Test.",
});
const sizes = histogram({
  title: "Sizes",
  quantity: { name: "Diameter", unit: "nm" },
  height: { name: "Grains", unit: "count" },
  groups: [{ name: "A & B", fill: "#0050FF", values: [1, 2, 2, 3, 9.5] }],
  caption: "",
  alt: "",
});

describe("a scale bar", () => {
  it("has a round length and is true to 0.5 % in the drawing", () => {
    const svg = map.svg;
    const bar = /data-scale-bar="([\d.]+) nm"><rect x="[\d.]+" y="[\d.]+" width="([\d.]+)"/.exec(svg)!;
    const picture = /<image[^>]* width="([\d.]+)"[^>]*data-map/.exec(svg)!;
    const drawn = (Number(bar[2]) / Number(picture[1])) * grid.width * grid.step.value;
    expect(Math.abs(drawn / Number(bar[1]) - 1)).toBeLessThan(0.005);
  });

  it("is a 1-2-5 length that takes 14 % to 35 % of the width, in any unit", () => {
    fc.assert(
      fc.property(
        fc.double({ min: 1e-3, max: 1e6, noNaN: true }),
        fc.constantFrom("nm", "px", "1/Å", "µm"),
        (e, unit) => {
          const bar = scaleBar(e, unit);
          expect(bar.fraction).toBeGreaterThan(0.139);
          expect(bar.fraction).toBeLessThan(0.3501);
          expect(["1", "2", "5"]).toContain(bar.length.toExponential(6).replace(/\.?0*e.*/, ""));
        },
      ),
    );
  });

  it("changes to the unit that keeps its number readable", () => {
    expect(scaleBar(5000, "nm").label).toBe("1 µm");
    expect(scaleBar(0.8, "nm").label).toBe("200 pm");
    expect(scaleBar(64, "px").label).toBe("20 px");
  });
});

describe("axes", () => {
  it("carry the unit of what they show", () => {
    expect(sizes.svg).toContain("Diameter (nm)");
    expect(sizes.svg).toContain("Grains (count)");
    expect(map.svg).toContain("score (dimensionless)");
    const plot = linePlot({
      title: "Line",
      x: { name: "q", unit: "1/Å" },
      y: { name: "intensity", unit: "counts" },
      lines: [{ name: "a", stroke: PHASE_COLOURS[0]!, x: [0, 1, 2], y: [1, Number.NaN, 3] }],
      caption: "",
      alt: "",
    });
    expect(plot.svg).toContain("q (1/Å)");
    expect(plot.svg).toContain("intensity (counts)");
    expect(plot.svg).toMatchSnapshot();
  });

  it("have ticks whose numbers differ, far from 0 too", () => {
    for (const [low, high] of [
      [3.6965, 3.6985],
      [-1.65004, -1.64996],
      [4e5, 4.00005e5],
      [0, 1e-4],
    ] as const) {
      const texts = axisMarks({ name: "x", unit: "V", low, high }, 5).map((v) => markText({}, v));
      expect(new Set(texts).size).toBe(texts.length);
      for (const text of texts) expect(text.length).toBeLessThan(14);
    }
  });

  it("have ticks at round numbers within the range", () => {
    expect(ticks(0, 1, 5)).toEqual([0, 0.2, 0.4, 0.6, 0.8, 1]);
    expect(ticks(-3, 17, 5)).toEqual([0, 5, 10, 15]);
    expect(roundBelow(0.35)).toBe(0.2);
    expect(roundBelow(1000)).toBe(1000);
  });
});

describe("figures", () => {
  it("are the same text for the same input", () => {
    expect(map.svg).toMatchSnapshot();
    expect(sizes.svg).toMatchSnapshot();
  });

  it("count every value once", () => {
    const [, ...rows] = csvRows(sizes.data);
    expect(rows.reduce((sum, row) => sum + Number(row[2]), 0)).toBe(5);
  });

  it("bring exactly the numbers shown", () => {
    const [head, ...rows] = csvRows(map.data);
    expect(head).toEqual(["x (nm)", "y (nm)", "score (1)"]);
    expect(rows).toHaveLength(12);
    expect(rows[5]).toEqual(["2.5", "2.5", ""]);
    expect(Number(rows[11]![2])).toBe(1);
  });

  it("become PNG of the size that the resolution asks for, text drawn", async () => {
    const image = decode(await figurePng(map.svg, 144));
    expect(image.width).toBe(Math.round(252.28 * 2));
    const dark = Array.from({ length: 24 * image.width }, (_, i) => image.data[4 * i]! < 100).filter(Boolean);
    expect(dark.length).toBeGreaterThan(50);
  });

  it.skipIf(!existsSync(DRAWING_THREAD))("stop being drawn for who asks for it, not for others", async () => {
    const stop = new AbortController();
    const [stopped, other] = [figurePng(map.svg, 72, stop.signal), figurePng(map.svg, 72)];
    stop.abort(new Error("enough"));
    await expect(stopped).rejects.toThrow("enough");
    expect(decode(await other).width).toBe(252);
    await expect(figurePng(map.svg, 72, stop.signal)).rejects.toThrow("enough");
    // The thread ended with the last who waited; another one draws.
    const again = new AbortController();
    const last = figurePng(map.svg, 72, again.signal);
    again.abort(new Error("enough"));
    await expect(last).rejects.toThrow("enough");
    expect(decode(await figurePng(map.svg, 72)).width).toBe(252);
    await expect(figurePng("no picture", 72)).rejects.toThrow();
  });

  it("escape markup and drop what XML cannot hold", () => {
    expect(escapeXml('<a b="&">\u0001')).toBe("&lt;a b=&quot;&amp;&quot;&gt;");
    expect(sizes.svg).toContain("A &amp; B");
  });
});

describe("colours", () => {
  it("run from the first to the last of the table, values beyond held, none told apart", () => {
    const table = colourTable("viridis");
    expect([...table.subarray(0, 3)]).toEqual([0x44, 0x01, 0x54]);
    expect([...table.subarray(765)]).toEqual([0xfd, 0xe7, 0x25]);
    const rgb = scalarRgb([-1, 0, 1, 2, Number.NaN], 0, 1, "grey");
    expect([...rgb]).toEqual([0, 0, 0, 0, 0, 0, 255, 255, 255, 255, 255, 255, 0xd9, 0xd9, 0xd9]);
  });
});

describe("texts", () => {
  it("show numbers with their uncertainty", () => {
    expect(quantityText({ value: 0.0218754, unit: "1/Å", sigma: 0.0000213 })).toBe("0.021875 ± 0.000021 1/Å");
    expect(quantityText({ value: 12, unit: "1", from: "counted" })).toBe("12");
    expect(numberText(-4.2e-7)).toBe("−4.2×10⁻⁷");
    expect(numberText(Number.NaN)).toBe("–");
  });

  it("wrap within a width", () => {
    const lines = wrap("Darker: the program does not stand for the answer.", 66);
    expect(lines.length).toBeGreaterThan(1);
    for (const line of lines) expect(textWidth(line)).toBeLessThanOrEqual(66);
  });
});

describe("CSV", () => {
  it("lets no name from a file become a formula", () => {
    const values = ["=1+1", "+cmd", "-a", "@x", "\t=1", "-2.5", "a=b"];
    const text = csvText([{ name: "=HYPERLINK(1)", unit: "", values }]);
    expect(text.split("\n").slice(0, 8)).toEqual([
      ...["'=HYPERLINK(1)", "'=1+1", "'+cmd", "'-a", "'@x", "'\t=1", "-2.5", "a=b"],
    ]);
    expect(csvRows(text).slice(1).flat()).toEqual(values);
  });

  it("gives back words and numbers", () => {
    const cell = fc.string({ unit: fc.constantFrom("a", ",", '"', "\n", " ", "é", "-", "1", "=", "'") });
    fc.assert(
      fc.property(
        fc.array(fc.tuple(cell, fc.double({ noNaN: true, noDefaultInfinity: true })), { minLength: 1 }),
        (rows) => {
          const text = csvText([
            { name: "word, quoted", unit: "", values: rows.map(([w]) => w) },
            { name: "number", unit: "nm", values: rows.map(([, v]) => v) },
          ]);
          const [head, ...back] = csvRows(text);
          expect(head).toEqual(["word, quoted", "number (nm)"]);
          expect(back.map(([w]) => w)).toEqual(rows.map(([w]) => w));
          expect(back.map(([, v]) => Number(v))).toEqual(rows.map(([, v]) => v + 0));
        },
      ),
    );
  });
});
