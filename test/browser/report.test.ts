import { existsSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { type Browser, chromium, type Page } from "playwright-core";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { HEIGHT, syntheticMaps, WIDTH } from "../../fixtures/make/report-maps.ts";
import { csvRows } from "../../src/figures/csv.ts";
import { orientationReport } from "../../src/reports/orientation-report.ts";
import { laueRotations } from "../../src/science/crystal/symmetry.ts";

const CHROMIUM = process.env.CHROMIUM_PATH ?? "/usr/bin/chromium";
const MISSING = existsSync(CHROMIUM) ? "" : ` (skipped: no Chromium at ${CHROMIUM})`;
const DIR = mkdtempSync(join(tmpdir(), "lithoscope-report-"));

describe.skipIf(MISSING !== "")(`the report page${MISSING}`, () => {
  let browser: Browser;
  let page: Page;
  const foreign: string[] = [];
  const errors: string[] = [];

  beforeAll(async () => {
    const maps = syntheticMaps();
    const rotations = laueRotations("m-3m");
    const files = await orientationReport({
      maps,
      step: { value: 2, unit: "nm" },
      crystals: maps.phases.map((name) => ({ name, laueGroup: "m-3m", rotations })),
      result: { version: "0.0.0", complete: true, asked: {}, values: {}, notices: [] },
    });
    writeFileSync(join(DIR, "report.html"), files.find((f) => f.path === "report.html")!.bytes);
    browser = await chromium.launch({ executablePath: CHROMIUM, args: ["--no-sandbox"] });
    page = await browser.newPage({ viewport: { width: 1280, height: 720 } });
    page.on("request", (request) => {
      if (!/^(?:file|data|blob):/.test(request.url())) foreign.push(request.url());
    });
    page.on("pageerror", (error) => errors.push(error.message));
    page.on("console", (message) => errors.push(message.text()));
    await page.goto(`file://${DIR}/report.html`);
    await page.locator("#explore").waitFor();
  });

  afterAll(async () => {
    expect(foreign).toEqual([]);
    expect(errors).toEqual([]);
    await browser.close();
    rmSync(DIR, { recursive: true });
  });

  const answer = (name: string) =>
    page.locator(`#answer-body tr:has(th:text-is("${name}")) td`).textContent();

  it("answers where the pointer is and holds what was clicked, in every map", async () => {
    const map = page.locator("#figure-score .map");
    await map.scrollIntoViewIfNeeded();
    const box = (await map.locator("image[data-map]").boundingBox())!;
    const at = (x: number, y: number) =>
      [box.x + ((x + 0.5) / WIDTH) * box.width, box.y + ((y + 0.5) / HEIGHT) * box.height] as const;
    await page.mouse.click(...at(1, 2));
    expect(await answer("point")).toContain("1, 2 px");
    expect(await answer("position")).toContain("2, 4 nm");
    await page.mouse.move(...at(7, 5));
    expect(await answer("why")).toContain("amorphous share above 0.5");
    await page.mouse.move(5, 5);
    expect(await answer("phase")).toBe("A");
    expect(await page.locator(".marker").count()).toBe(await page.locator(".map").count());
  });

  it("is moved by keys and by typed coordinates, and keeps points", async () => {
    await page.locator("#field-x").fill("0");
    await page.locator("#field-x").press("Tab");
    await page.locator("#field-y").fill("0");
    await page.locator("#field-y").press("Tab");
    expect(await answer("why")).toContain("no counts");
    await page.locator("#figure-phase .map").focus();
    await page.keyboard.press("ArrowRight");
    await page.keyboard.press("ArrowDown");
    expect(await answer("point")).toContain("1, 1 px");
    expect(await page.locator("#answer-spoken").textContent()).toContain("phase: A");
    await page.keyboard.press("Enter");
    expect(await page.locator("#pins li").textContent()).toContain("A: 1, 1");
  });

  it("gives figures and numbers to keep", async () => {
    const keep = async (figure: string, kind: string) => {
      const download = page.waitForEvent("download");
      await page.locator(`#figure-${figure} [data-save="${kind}"]`).click();
      return readFileSync(await (await download).path());
    };
    expect(String(await keep("phase", "svg"))).not.toContain("marker");
    expect([...(await keep("phase", "png")).subarray(1, 4)]).toEqual([...Buffer.from("PNG")]);
    const rows = csvRows(String(await keep("phase", "csv")));
    expect(rows).toHaveLength(1 + WIDTH * HEIGHT);
    expect(rows[0]).toContain("σ of the orientation (deg)");
    expect(csvRows(String(await keep("grain-size-area", "csv")))[0]![0]).toBe(
      "Equivalent diameter from (nm)",
    );
  });

  it("fits a narrow window", async () => {
    await page.setViewportSize({ width: 400, height: 800 });
    const width = await page.evaluate(() => document.documentElement.scrollWidth);
    await page.setViewportSize({ width: 1280, height: 720 });
    expect(width).toBeLessThanOrEqual(400);
  });
});
