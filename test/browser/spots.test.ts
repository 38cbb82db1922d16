import { readFileSync } from "node:fs";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { fakeLists, type Q, randomQuaternions } from "../../src/analyses/orientation/made-lists.ts";
import { LNMO } from "../../src/analyses/simulation/crystals.ts";
import { csvRows } from "../../src/figures/csv.ts";
import { readCif } from "../../src/index.ts";
import { MISSING, type RunningApp, startApp } from "./app.ts";
import { braggBytes } from "./bragg-bytes.ts";
import { dropFiles } from "./drop.ts";
import { panel, ready } from "./steps.ts";

describe.skipIf(MISSING !== "")(`lists of spots in the app${MISSING}`, { timeout: 240_000 }, () => {
  let app: RunningApp;
  let lists: Float64Array[];

  beforeAll(async () => {
    // Two grains of six points each, side by side.
    const [a, b] = randomQuaternions(2, "spots.test") as [Q, Q];
    const row = [a, a, a, b, b, b];
    lists = fakeLists(await readCif(LNMO.cif, LNMO.name), [...row, ...row], 0.025);
    app = await startApp("dist");
    await dropFiles(app.page, [{ name: "bragg.h5", bytes: await braggBytes(lists, 6) }]);
    await ready(app.page, "spots");
  });

  afterAll(async () => {
    await app?.close();
  });

  const exported = async (id: string, kind: "svg" | "csv" | "npy") => {
    await panel(app.page, id).locator('[data-command="panel.export"]').click();
    await app.page.locator('dialog.export[data-state="ready"]').waitFor();
    const started = app.page.waitForEvent("download");
    await app.page.locator(`dialog.export [data-command="export.${kind}"]`).click();
    const text = readFileSync(await (await started).path(), "latin1");
    await app.page.keyboard.press("Escape");
    return kind === "npy" ? text : Buffer.from(text, "latin1").toString("utf8");
  };

  it("exports the spots of a point, as rings and as numbers", async () => {
    await panel(app.page, "spot-map").focus();
    // The cursor begins in the middle: column 3, row 1 of 6 × 2 points.
    const spots = lists[9]!.filter((_, k) => k % 3 === 0).filter(Number.isFinite).length;
    await expect
      .poll(() => panel(app.page, "spots").locator('[data-spots="count"]').textContent())
      .toBe(`${spots} spots at 3, 1`);
    const svg = await exported("spots", "svg");
    expect(svg.match(/data-spot="ring"/g)).toHaveLength(spots);
    expect(svg).toMatch(/data-scale-bar="[\d.]+ px"/);
    const [head, ...rows] = csvRows(await exported("spots", "csv"));
    expect(head).toEqual(["qx (px)", "qy (px)", "intensity (1)"]);
    expect(rows.map((row) => row.map(Number))).toEqual(
      Array.from({ length: spots }, (_, i) => [...lists[9]!.subarray(3 * i, 3 * i + 3)]),
    );
    expect(await exported("spots", "npy")).toContain(`'shape': (${spots}, 3)`);
  });

  it("sets the step of the scan by a line, and the run goes by it", async () => {
    const { page } = app;
    await panel(page, "spot-map").focus();
    await page.keyboard.press("m");
    for (const [field, value] of [
      ["line-x", "0"],
      ["line-x2", "5"],
      ["line-length", "10 nm"],
    ] as const) {
      await panel(page, "spot-map").locator(`[data-field="${field}"]`).fill(value);
      await page.keyboard.press("Enter");
    }
    await expect
      .poll(() => page.locator('[data-status="cursor"]').textContent())
      .toBe("cursor 3, 1 · 6, 2 nm");
    await ready(page, "spot-map");
    await panel(page, "spot-map").focus();
    await page.keyboard.press("Escape");
  });

  it("says why a list has its answer, with what the answer predicts", async () => {
    const { page } = app;
    await dropFiles(page, [{ name: "LNMO.cif", bytes: LNMO.cif }]);
    await page.locator('[data-file="LNMO.cif"][data-state="ready"]').waitFor();
    await page.locator('[data-field="voltageKv"]').fill("300kV");
    await page.locator('[data-field="pixelSize"]').fill("0.025/Å");
    await page.locator('[data-field="calibration"]').selectOption("fixed");
    await page.locator('[data-command="run.start"]').click();
    await page.locator('[data-panel="map"][data-state="ready"]').waitFor();
    await ready(page, "why");
    expect(await page.locator("div.copy-as[title]").getAttribute("title")).toMatch(/--step 2nm /);
    const entry = page.locator('[data-entry="r1"]');
    expect(await entry.textContent()).toContain("orientation map 6 × 2 · 2 nm");
    const why = panel(page, "why");
    await expect
      .poll(() => why.locator("figcaption").allTextContents())
      .toEqual(["measured", "predicted", "residual"]);
    const words = (await why.locator('[data-why="spots"]').textContent())!;
    const [used, missed, unexplained] = [...words.matchAll(/\d+/g)].map(Number);
    expect(used).toBeGreaterThan(3);
    expect(await why.locator(".overlay circle, .overlay rect:not([rx])").count()).toBeGreaterThanOrEqual(
      used!,
    );
    expect(await why.locator('[data-why="neighbours"]').textContent()).toMatch(/← [\d.]+° · → [\d.]+° · ↑/);
    const svg = await exported("why", "svg");
    expect(svg.match(/data-spot="dashed ring"/g)?.length ?? 0).toBe(missed);
    expect(svg.match(/data-spot="square"/g)?.length ?? 0).toBe(unexplained);
    expect(svg).toMatch(/data-scale-bar="[\d.]+ Å⁻¹"/);
  });

  it("goes from a point of the lists to its why, by a key", async () => {
    const { page } = app;
    await page.locator('[data-file="bragg.h5"] [data-entry]').first().click();
    await ready(page, "spot-map");
    await panel(page, "spot-map").focus();
    await page.keyboard.press("ArrowLeft");
    await page.keyboard.press("w");
    await expect.poll(() => panel(page, "why").locator(".strong").first().textContent()).toMatch(/^2, 1/);
    await expect.poll(() => panel(page, "why").evaluate((one) => one === document.activeElement)).toBe(true);
  });

  it("exports the table of grains as it is seen, with the numbers of all rows", async () => {
    const { page } = app;
    const cells = panel(page, "grains").locator("tbody tr");
    await expect.poll(() => cells.count()).toBeGreaterThan(0);
    const rows = await cells.count();
    const svg = await exported("grains", "svg");
    for (const name of await panel(page, "grains").locator("tbody td.words").allTextContents())
      expect(svg).toContain(`>${name}</text>`);
    expect(csvRows(await exported("grains", "csv"))).toHaveLength(rows + 1);
  });

  it("asked nobody else, and nothing went wrong", () => {
    expect(app.faults).toEqual([]);
  });
});
