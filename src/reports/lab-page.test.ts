import { describe, expect, it } from "vitest";
import { cyclePlot } from "../figures/cycle-plot.ts";
import { plainSvg, readLabPage } from "./lab-page.ts";

const { svg } = cyclePlot({
  title: "A < B & C",
  x: { name: "cycle", unit: "1" },
  y: { name: "capacity", unit: "µAh cm⁻² µm⁻¹" },
  lines: [{ name: "one", group: "cycle 1", stroke: "#000000", x: [1, 2], y: [3, 4] }],
  caption: "c",
  alt: '"quoted"',
});

describe("a drawing of a result folder", () => {
  it("may be one of ours", () => expect(plainSvg(svg, "f")).toBe(svg));

  it.each([
    "<svg ><script>alert(1)</script></svg>",
    '<svg onload="alert(1)"></svg>',
    '<svg ><a href="https://example.org">x</a></svg>',
    '<svg ><image href="https://example.org/x.png"/></svg>',
    "<svg ><foreignObject></foreignObject></svg>",
    '<svg ><rect style="background:url(https://example.org)"/></svg>',
    '<svg ><rect fill="url(https://example.org)"/></svg>',
    '<svg ><rect fill="a"onclick="b"/></svg>',
    "<svg ><rect onclick=alert(1) /></svg>",
    "<svg ><rect",
    "<html></html>",
  ])("may not act: %s", (text) => expect(() => plainSvg(text, "f")).toThrow(/^f: wanted a drawing/));
});

describe("report.json", () => {
  const page = {
    schema: "lithoscope/report/1",
    ...{ title: "t", answer: ["a"], python: "p", command: "c" },
    methods: { paragraph: "m", citations: [] },
    tables: [{ caption: "c", head: ["h"], rows: [["1"]], numbers: [0] }],
    figures: [{ id: "iv", title: "t", alt: "a" }],
  };

  it("is read field by field, others left out", () =>
    expect(readLabPage({ ...page, other: 1 }, "f")).toEqual(page));

  it.each([
    [{ schema: "x" }],
    [{ title: 1 }],
    [{ methods: {} }],
    [{ tables: [{ caption: "c", head: ["h"], rows: [[1]] }] }],
    [{ figures: [{ id: "../../x", title: "t", alt: "a" }] }],
  ])("says what is wrong: %j", (wrong) =>
    expect(() => readLabPage({ ...page, ...wrong }, "f")).toThrow(/^f: wanted/),
  );
});
