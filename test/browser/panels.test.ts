import { existsSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { encodeNpy } from "../../src/formats/npy/encode.ts";
import { MISSING, type RunningApp, startApp } from "./app.ts";
import { given, panel, pick, placeIn, ready, status } from "./steps.ts";

/** A real file of Bragg disks, where it is. */
const DATA = process.env.LITHOSCOPE_DATA;
const LISTS = [DATA && join(DATA, "em/4dstem/py4dstem_cathode_braggdisks_cali.h5")].find(
  (path) => path && existsSync(path),
);

/** A spectrum with a line of one channel among 10 000, which a picture of 600 columns must not lose. */
function msa(): string {
  const counts = Array.from({ length: 10_000 }, (_, i) => (i === 4321 ? 5000 : 100));
  return `#FORMAT : EMSA/MAS Spectral Data File
#VERSION : 1.0
#TITLE : one line
#NPOINTS : 10000.
#NCOLUMNS : 1.
#XUNITS : eV
#YUNITS : counts
#DATATYPE : Y
#XPERCHAN : 0.1
#OFFSET : 400
#SPECTRUM :
${counts.map((n) => `${n}.`).join("\n")}
#ENDOFDATA :
`;
}

/** An impedance measurement as EC-Lab writes it: a resistance and an arc, Z″ with the other sign. */
function mpt(): string {
  const head = [
    "EC-Lab ASCII FILE",
    "Nb header lines : 4",
    "",
    "freq/Hz\tRe(Z)/Ohm\t-Im(Z)/Ohm\t|Z|/Ohm\tPhase(Z)/deg\ttime/s",
  ];
  const rows = Array.from({ length: 31 }, (_, i) => {
    const f = 10 ** (5 - i / 5);
    const wt = 2 * Math.PI * f * 1e-3;
    const [re, im] = [10 + 90 / (1 + wt * wt), (90 * wt) / (1 + wt * wt)];
    return [f, re, im, Math.hypot(re, im), (-Math.atan2(im, re) * 180) / Math.PI, i].join("\t");
  });
  return `${[...head, ...rows].join("\n")}\n`;
}

/** A map of 10 × 10 points of a cubic crystal: the left half with a cube axis along the beam, the right half tilted. */
function ctf(): string {
  const head = [
    "Channel Text File",
    "Prj test",
    "Author\t[Unknown]",
    "JobMode\tGrid",
    "XCells\t10",
    "YCells\t10",
    "XStep\t0.1",
    "YStep\t0.1",
    "AcqE1\t0",
    "AcqE2\t0",
    "AcqE3\t0",
    "Euler angles refer to Sample Coordinate system (CS0)!\tMag\t1\tCoverage\t100\tDevice\t0\tKV\t200\tTiltAngle\t0\tTiltAxis\t0",
    "Phases\t1",
    "4;4;4\t90;90;90\tCube\t11\t225\t\t\t",
    "Phase\tX\tY\tBands\tError\tEuler1\tEuler2\tEuler3\tMAD\tBC\tBS",
  ];
  const rows = Array.from({ length: 100 }, (_, i) => {
    const [x, y] = [i % 10, Math.floor(i / 10)];
    return [1, x / 10, y / 10, 8, 0, 10, x < 5 ? 0 : 30, 0, 0.5, 100, 100].join("\t");
  });
  return `${[...head, ...rows].join("\n")}\n`;
}

describe.skipIf(MISSING !== "")(`the app's panels${MISSING}`, { timeout: 240_000 }, () => {
  let app: RunningApp;

  beforeAll(async () => {
    app = await startApp();
  });

  afterAll(async () => {
    await app?.close();
  });

  it("shows a spectrum, and the exact number of a channel", async () => {
    const { page } = app;
    await pick(page, given("line.msa", msa()));
    await ready(page, "trace");
    await panel(page, "trace").focus();
    const plot = panel(page, "trace").locator(".plot-view");
    expect(await plot.locator('[data-axis="x"]').textContent()).toBe("energy (eV)");
    await page.mouse.click(...(await placeIn(plot, 0.5, 0.5)));
    const cursor = panel(page, "trace").locator('[data-trace="cursor"]');
    const channel = Number(/channel (\d+)/.exec((await cursor.textContent())!)?.[1]);
    await page.keyboard.press("Shift+ArrowRight");
    await page.keyboard.press("ArrowLeft");
    const energy = Number((400 + 0.1 * (channel + 9)).toPrecision(6));
    await expect.poll(() => cursor.textContent()).toBe(`channel ${channel + 9} · ${energy} eV · 100`);
    // The peak is on the canvas: its column has the curve's colour near the top of the frame.
    const drawn = await plot.locator("canvas").evaluate((element) => {
      const canvas = element as HTMLCanvasElement;
      const { data, width } = canvas
        .getContext("2d")!
        .getImageData(0, 0, canvas.width, Math.round(canvas.height / 3));
      const columns = new Set<number>();
      for (let i = 0; i < data.length / 4; i++) if (data[4 * i + 3]! > 60) columns.add(i % width);
      return columns.size;
    });
    expect(drawn).toBeGreaterThan(0);
    expect(drawn).toBeLessThan(6);
  });

  it("zooms about the pointer, along one axis with Shift, and fits again", async () => {
    const { page } = app;
    const plot = panel(page, "trace").locator(".plot-view");
    const ticks = () => plot.locator(".overlay text").allTextContents();
    const before = await ticks();
    await page.mouse.move(...(await placeIn(plot, 0.5, 0.5)));
    await page.keyboard.down("Shift");
    await page.mouse.wheel(0, -400);
    await page.keyboard.up("Shift");
    await expect.poll(ticks).not.toEqual(before);
    const after = await ticks();
    // The numbers up stay; only those across are others.
    expect(after.filter((text) => before.includes(text)).length).toBeGreaterThan(2);
    await panel(page, "trace").focus();
    await page.keyboard.press("0");
    await expect.poll(ticks).toEqual(before);
  });

  it("draws Nyquist with equal lengths for equal ohms, and other columns when asked", async () => {
    const { page } = app;
    await pick(page, given("arc.mpt", mpt()));
    await ready(page, "trace");
    const plot = panel(page, "trace").locator(".plot-view");
    await expect.poll(() => plot.locator('[data-axis="y"]').textContent()).toBe("-Im(Z) (Ohm)");
    const lengths = await plot.locator(".overlay").evaluate((overlay) => {
      const marks = [...overlay.querySelectorAll("text:not([data-axis])")].map((text) => ({
        value: Number(text.textContent!.replace("−", "-")),
        x: Number(text.getAttribute("x")),
        y: Number(text.getAttribute("y")),
        across: text.getAttribute("text-anchor") === "middle",
      }));
      const per = (list: typeof marks, pick: "x" | "y") =>
        Math.abs((list.at(-1)![pick] - list[0]![pick]) / (list.at(-1)!.value - list[0]!.value));
      return [
        per(
          marks.filter(({ across }) => across),
          "x",
        ),
        per(
          marks.filter(({ across }) => !across),
          "y",
        ),
      ];
    });
    expect(lengths[0]).toBeCloseTo(lengths[1]!, 3);
    await panel(page, "trace").locator('[data-command="trace.shows"]').selectOption("bode");
    await expect.poll(() => plot.count()).toBe(2);
    await panel(page, "trace").locator('[data-command="trace.x"]').selectOption("time");
    await expect.poll(() => plot.locator('[data-axis="x"]').textContent()).toBe("time (s)");
    await page.mouse.move(...(await placeIn(plot.first(), 0.6, 0.5)));
    await expect.poll(() => status(page, "reading")).toMatch(/^row \d+ · time [\d.]+ s · \|Z\|/);
  });

  it("fits a circuit to an impedance spectrum, with a form made from the analysis' schema", async () => {
    const { page } = app;
    const lab = panel(page, "lab");
    await lab.locator('[data-field="circuit"]').fill("R0-p(R1,Q1)");
    await lab.locator('[data-field="quick"]').check();
    const start = lab.locator('[data-command="lab.start"]');
    await start.click();
    await expect.poll(() => lab.getByRole("alert").textContent()).toContain("Q1");
    await lab.locator('[data-field="circuit"]').fill("R0-p(R1,C1)");
    await lab.locator('[data-field="starts"]').fill("3");
    await start.click();
    const value = (name: string) => lab.locator(`[data-value="${name}"] td`).first().textContent();
    await lab.locator("[data-lab]").waitFor();
    expect(Number(await value("R0"))).toBeCloseTo(10, 3);
    expect(Number(await value("R1"))).toBeCloseTo(90, 3);
    await lab.locator('[data-command="lab.shows"]').selectOption("bode");
    await expect.poll(() => lab.locator("img").getAttribute("alt")).toContain("Bode");
  });

  it("sorts a table, and its marked row is the trace's cursor", async () => {
    const { page } = app;
    const rows = panel(page, "table").locator("tbody tr");
    await ready(page, "table");
    await panel(page, "table").locator("thead button", { hasText: "-Im(Z)" }).click();
    await panel(page, "table").locator("thead button", { hasText: "-Im(Z)" }).click();
    // The top of the arc is where the angular frequency times the time constant is 1: near 159 Hz.
    await expect.poll(() => rows.first().getAttribute("data-row")).toBe("14");
    await rows.first().locator("td").first().click();
    const cursor = panel(page, "trace").locator('[data-trace="cursor"]');
    await expect.poll(() => cursor.textContent()).toMatch(/^row 15 · /);
    await panel(page, "table").focus();
    await page.keyboard.press("ArrowDown");
    await expect.poll(() => cursor.textContent()).not.toMatch(/^row 15 · /);
    await panel(page, "trace").focus();
    await page.keyboard.press("ArrowRight");
    const row = Number(/^row (\d+)/.exec((await cursor.textContent())!)?.[1]) - 1;
    await expect
      .poll(() => panel(page, "table").locator('[aria-current="true"]').getAttribute("data-row"))
      .toBe(String(row));
  });

  it("plays a stack, and steps through it by keys", async () => {
    const { page } = app;
    const values = Float64Array.from(
      { length: 5 * 16 * 16 },
      (_, i) => 1000 * Math.floor(i / 256) + (i % 256),
    );
    await pick(page, given("movie.npy", encodeNpy(values, [5, 16, 16])));
    await ready(page, "picture");
    const picture = panel(page, "picture").locator(".image-view");
    const slider = panel(page, "picture").locator('[data-command="slice.go"]');
    expect(await slider.getAttribute("aria-valuetext")).toContain("1 of 5");
    await page.mouse.click(...(await placeIn(picture, 0.5, 0.5)));
    await page.keyboard.press(".");
    await page.keyboard.press(".");
    await page.keyboard.press(",");
    await expect.poll(() => slider.inputValue()).toBe("1");
    await expect.poll(() => status(page, "reading")).toMatch(/^x 8 {2}y 8 px · 1136/);
    await page.keyboard.press("End");
    await expect.poll(() => status(page, "reading")).toMatch(/· 4136/);
    // It goes round, and rests where it is stopped.
    await page.keyboard.press("Space");
    await expect.poll(() => slider.inputValue()).not.toBe("4");
    await page.keyboard.press("K");
    const rests = await slider.inputValue();
    await page.waitForTimeout(300);
    expect(await slider.inputValue()).toBe(rests);
  });

  it("holds the contrast over the frames", async () => {
    const { page } = app;
    await page.keyboard.press("Home");
    const range = panel(page, "picture").locator(".range").first();
    await expect.poll(() => range.textContent()).toBe("0 … 255");
    await page.keyboard.press("Shift+A");
    await page.keyboard.press(".");
    await expect.poll(() => status(page, "reading")).toMatch(/· 1136/);
    expect(await range.textContent()).toBe("0 … 255");
    await page.keyboard.press("Shift+A");
    await expect.poll(() => range.textContent()).toBe("1000 … 1260");
  });

  it("counts the values of a picture, and sets the limits of its colours", async () => {
    const { page } = app;
    const histogram = panel(page, "histogram");
    await ready(page, "histogram");
    await panel(page, "picture").focus();
    await page.keyboard.press("Home");
    await expect
      .poll(() => histogram.locator('[data-histogram="numbers"]').textContent())
      .toBe("256 values · least 0 · most 255 · mean 127.5 · σ 74.05");
    const high = histogram.locator('[data-field="limit-high"]');
    await high.fill("100");
    await high.press("Enter");
    const range = panel(page, "picture").locator(".range").first();
    await expect.poll(() => range.textContent()).toBe("0 … 100");
    await histogram.locator('[data-command="view.lock"]').click();
    await expect.poll(() => range.textContent()).toBe("0 … 255");
  });

  it("puts panels where they are wanted, and remembers it", async () => {
    const { page } = app;
    const open = async () => {
      await pick(page, given("arc.mpt", mpt()));
      await ready(page, "trace");
    };
    await open();
    await panel(page, "table").locator('[data-command="panel.place"]').selectOption("tabs trace");
    const tabs = page.locator('[role="tab"]');
    await expect.poll(() => tabs.allTextContents()).toEqual(["Trace", "Table"]);
    await ready(page, "table");
    expect(await panel(page, "trace").count()).toBe(0);
    // Without the view in the address, which may speak of a file that is looked at no more.
    await page.goto(new URL("/", page.url()).href);
    await pick(page, given("arc.mpt", mpt()));
    await ready(page, "table");
    await tabs.filter({ hasText: "Trace" }).click();
    await ready(page, "trace");
    // By its number the panel gets the keys, by the number again all the room.
    await page.keyboard.press("2");
    expect(await page.locator("[data-panel]:focus").getAttribute("data-panel")).toBe("lab");
    await page.keyboard.press("2");
    await expect.poll(() => page.locator("[data-panel]").count()).toBe(1);
    await page.keyboard.press("F");
    const edge = page.locator('[data-command="layout.resize"]').first();
    const width = async () => (await panel(page, "trace").boundingBox())!.width;
    const before = await width();
    await edge.focus();
    await page.keyboard.press("ArrowRight");
    await expect.poll(width).toBeGreaterThan(before + 8);
    await panel(page, "info").locator('[data-command="panel.place"]').selectOption("first");
    await expect.poll(() => tabs.count()).toBe(0);
    await ready(page, "table");
  });

  it("marks on the map what has a direction in the pole figures", async () => {
    const { page } = app;
    await pick(page, given("two.ctf", ctf()));
    await ready(page, "map");
    await ready(page, "pole");
    const marks = panel(page, "pole").locator(".pole-marks");
    // The middle of the first disc is the direction of the beam; one half has a cube axis there.
    const at = await marks.evaluate((element) => {
      const matrix = (element as SVGSVGElement).getScreenCTM()!;
      const { x, y } = new DOMPoint(33, 63).matrixTransform(matrix);
      return [x, y] as const;
    });
    await page.mouse.click(...at);
    const words = panel(page, "pole").locator('[data-pole="marked"]');
    await expect.poll(() => words.textContent()).toBe("50 points within 10° of [001]");
    await panel(page, "pole").locator('[data-command="pole.clear"]').click();
    await expect.poll(() => words.count()).toBe(0);
  });

  it("draws the boundaries of a map, on the page and in its figure", async () => {
    const { page } = app;
    await panel(page, "map").focus();
    await page.keyboard.press("o");
    const sides = panel(page, "map").locator('[data-sides="high-angle"] path');
    // The halves meet in one line from top to bottom.
    await expect.poll(() => sides.first().getAttribute("d")).toBe("M5 0v10");
    await page.keyboard.press("Control+e");
    await page.locator('dialog.export[data-state="ready"]').waitFor();
    const started = page.waitForEvent("download");
    await page.locator('dialog.export [data-command="export.svg"]').click();
    const svg = readFileSync(await (await started).path(), "utf8");
    expect(svg).toContain('data-sides="high-angle"');
    expect(svg).toMatch(/not indexed</);
    expect(svg).not.toContain(">amorphous<");
    await page.keyboard.press("Escape");
    await panel(page, "map").locator('[data-command="map.shows"]').selectOption("phase");
    await expect.poll(() => panel(page, "map").locator("svg.key").textContent()).toContain("Cube 100 %");
    await panel(page, "map").focus();
    await page.keyboard.press("o");
    await expect.poll(() => sides.count()).toBe(0);
    await page.keyboard.press("h");
    await expect
      .poll(() => panel(page, "histogram").evaluate((one) => one === document.activeElement))
      .toBe(true);
  });

  it.skipIf(!LISTS)("shows lists of spots, and those of the point under the pointer", async () => {
    const { page } = app;
    const chooser = page.waitForEvent("filechooser");
    await page.locator('.files [data-command="file.open"]').click();
    await (await chooser).setFiles(LISTS!);
    await ready(page, "spot-map");
    await ready(page, "spots");
    const count = panel(page, "spots").locator('[data-spots="count"]');
    await page.mouse.click(...(await placeIn(panel(page, "spot-map").locator(".image-view"), 0.5, 0.5)));
    // As many as the file lists for the points in the middle of its 58 × 80.
    await expect.poll(() => count.textContent()).toMatch(/^70 spots at (28|29), (39|40)$/);
    expect(await panel(page, "spots").locator(".rings circle").count()).toBe(70);
    await expect.poll(() => status(page, "reading")).toMatch(/^x \d+ {2}y \d+ px · spots \d+$/);
  });

  it("asked nobody else, and nothing went wrong", () => {
    expect(app.faults).toEqual([]);
  });
});
