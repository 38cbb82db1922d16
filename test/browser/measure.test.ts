import { readFileSync } from "node:fs";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { csvRows } from "../../src/figures/csv.ts";
import { encodeNpy } from "../../src/formats/npy/encode.ts";
import { MISSING, type RunningApp, startApp } from "./app.ts";
import { dropFiles } from "./drop.ts";
import { panel, placeIn, ready, status } from "./steps.ts";

describe.skipIf(MISSING !== "")(`lines on pictures${MISSING}`, { timeout: 240_000 }, () => {
  let app: RunningApp;

  beforeAll(async () => {
    app = await startApp("dist");
    // A plane: 10 a column, 1 a row.
    const values = Float64Array.from({ length: 64 * 64 }, (_, i) => 10 * (i % 64) + Math.floor(i / 64));
    await dropFiles(app.page, [{ name: "plane.npy", bytes: encodeNpy(values, [64, 64]) }]);
    await ready(app.page, "picture");
  });

  afterAll(async () => {
    await app?.close();
  });

  const type = async (field: string, value: string) => {
    const input = panel(app.page, "picture").locator(`[data-field="${field}"]`);
    await input.fill(value);
    await input.press("Enter");
  };
  const digest = () => app.page.locator(".history").getAttribute("data-digest");
  const words = () => app.page.locator("[data-entry]").first().textContent();

  it("draws one with the pointer, and takes exact ends from the keyboard", async () => {
    const { page } = app;
    await panel(page, "picture").focus();
    await page.keyboard.press("m");
    expect(await status(page, "measure")).toBe("31 px, 0°");
    const view = panel(page, "picture").locator(".image-view");
    await page.mouse.move(...(await placeIn(view, 0.4, 0.4)));
    await page.mouse.down();
    await page.mouse.move(...(await placeIn(view, 0.6, 0.6)), { steps: 3 });
    await page.mouse.up();
    await page.locator('[data-measure="drawn"]').waitFor();
    expect(await status(page, "measure")).not.toBe("31 px, 0°");
    for (const [field, value] of [
      ["x", "10"],
      ["y", "20"],
      ["x2", "40"],
      ["y2", "60"],
    ] as const)
      await type(`line-${field}`, value);
    expect(await status(page, "measure")).toBe("50 px, 53.13°");
  });

  it("gives the values along it, of a band of a width that stays set", async () => {
    const { page } = app;
    await type("line-width", "3");
    expect(await panel(page, "picture").locator("[data-profile]").getAttribute("data-profile")).toBe("51");
    const started = page.waitForEvent("download");
    await page.locator('[data-command="profile.csv"]').click();
    const [head, ...rows] = csvRows(readFileSync(await (await started).path(), "utf8"));
    expect(head).toEqual(["distance (px)", "mean over 3 px (1)"]);
    expect(rows.length).toBe(51);
    const [distance, value] = rows[25]!.map(Number);
    expect(distance).toBeCloseTo(25, 9);
    expect(value).toBeCloseTo(10 * 25 + 40, 9);
  });

  it("sets the scale of a picture that has none, and takes it back", async () => {
    const { page } = app;
    const before = await digest();
    expect(await words()).toContain("64 × 64 · px");
    await type("line-length", "100 parsec");
    await expect
      .poll(() => panel(page, "picture").getByRole("alert").textContent())
      .toContain("a length such as");
    // A line from 10, 20 to itself.
    await type("line-x2", "10");
    await type("line-y2", "20");
    await type("line-length", "100 nm");
    await expect.poll(() => panel(page, "picture").getByRole("alert").textContent()).toContain("no length");
    expect(await words()).toContain("64 × 64 · px");
    await type("line-x2", "40");
    await type("line-y2", "60");
    await type("line-length", "100 nm");
    await expect.poll(words).toContain("64 × 64 · 2 nm");
    expect(await status(page, "measure")).toBe("100 nm, 53.13°");
    await expect
      .poll(() => panel(page, "picture").locator("[data-scale-bar]").getAttribute("data-scale-bar"))
      .toMatch(/ nm$/);
    await page.keyboard.press("Control+z");
    expect(await digest()).toBe(before);
    await expect.poll(words).toContain("64 × 64 · px");
    await page.keyboard.press("Control+Shift+Z");
    await expect.poll(words).toContain("64 × 64 · 2 nm");
  });

  it("keeps measurements in a table with their place on the picture", async () => {
    const { page } = app;
    await panel(page, "picture").locator('[data-command="measure.keep"]').click();
    await type("line-x2", "10");
    await panel(page, "picture").locator('[data-command="measure.keep"]').click();
    const rows = page.locator(".measurements tbody tr");
    await expect.poll(() => rows.count()).toBe(2);
    expect(await rows.first().locator("td:not(.does)").allTextContents()).toEqual(["100 nm", "53.13°"]);
    expect(await panel(page, "picture").locator("[data-line]").count()).toBe(2);
    const started = page.waitForEvent("download");
    await page.locator('[data-command="measurements.csv"]').click();
    const [head, first] = csvRows(readFileSync(await (await started).path(), "utf8"));
    expect(head!.slice(0, 4)).toEqual(["name", "length (nm)", "angle (deg)", "x (px)"]);
    expect(first!.slice(0, 2)).toEqual(["L1", "100"]);
    await rows.first().locator('[data-command="measurements.delete"]').click();
    await expect.poll(() => rows.count()).toBe(1);
    await page.keyboard.press("Control+z");
    await expect.poll(() => rows.count()).toBe(2);
    await panel(page, "picture").focus();
    await page.keyboard.press("Escape");
    expect(await page.locator("[data-measure]").count()).toBe(0);
  });

  it("asked nobody else, and nothing went wrong", () => {
    expect(app.faults).toEqual([]);
  });
});
