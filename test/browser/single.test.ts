import { execFileSync } from "node:child_process";
import { mkdtempSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath, pathToFileURL } from "node:url";
import { decode } from "fast-png";
import { type Browser, chromium, type Page } from "playwright-core";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { LNMO, PLATINUM } from "../../src/analyses/simulation/crystals.ts";
import { CHROMIUM, MISSING } from "./app.ts";
import { dropFiles } from "./drop.ts";
import { scanBytes } from "./scan-bytes.ts";

describe.skipIf(MISSING !== "")(`lithoscope.html from a disk${MISSING}`, () => {
  const folder = mkdtempSync(join(tmpdir(), "lithoscope-single-"));
  const faults: string[] = [];
  let browser: Browser;
  let page: Page;

  beforeAll(async () => {
    const script = fileURLToPath(new URL("../../scripts/build-single.mjs", import.meta.url));
    execFileSync(process.execPath, [script, folder]);
    browser = await chromium.launch({ executablePath: CHROMIUM, args: ["--no-sandbox"] });
    const context = await browser.newContext({ offline: true });
    page = await context.newPage();
    page.on("pageerror", (error) => faults.push(String(error.stack ?? error)));
    page.on("console", (message) => {
      if (message.type() === "error") faults.push(message.text());
    });
    const address = pathToFileURL(join(folder, "lithoscope.html")).href;
    page.on("request", (request) => {
      const url = request.url();
      if (url !== address && !/^(?:data|blob):/.test(url)) faults.push(`foreign request: ${url}`);
    });
    await page.goto(address);
  });

  afterAll(async () => {
    await browser?.close();
    rmSync(folder, { recursive: true, force: true });
  });

  it("opens a dropped scan without network or server, and shows navigator and pattern", async () => {
    await dropFiles(page, [{ name: "scan.blo", bytes: await scanBytes(5) }]);
    await page.locator('[data-panel="navigator"][data-state="ready"]').waitFor();
    await page.locator('[data-panel="pattern"][data-state="ready"]').waitFor();
    expect(await page.locator("[data-entry]").textContent()).toContain("4D-STEM 5 × 5 × 128 × 128");
    expect(faults).toEqual([]);
  });

  it("indexes the scan, keeps the work and the run, and draws PNG", { timeout: 240_000 }, async () => {
    page.setDefaultTimeout(100_000);
    const cifs = [LNMO, PLATINUM].map(({ name, cif }) => ({ name: `${name}.cif`, bytes: cif }));
    await dropFiles(page, cifs);
    await page.locator(`[data-file="${PLATINUM.name}.cif"][data-state="ready"]`).waitFor();
    await page.locator('[data-command="run.start"]').click();
    await page.locator('[data-panel="map"][data-state="ready"]').waitFor();
    await page.locator('[data-panel="map"] [data-command="panel.export"]').click();
    const started = page.waitForEvent("download");
    await page.locator('dialog.export [data-command="export.png"]:enabled').click();
    const png = decode(readFileSync(await (await started).path()));
    expect(png.width).toBe(Math.round((89 * 300) / 25.4));
    await page.locator('[data-status="kept"]').waitFor();
    await page.reload();
    expect(await page.locator("[data-kept-run]").textContent()).toContain("finished");
    expect(await page.locator("[data-offer]").textContent()).toContain("scan.blo");
    expect(faults).toEqual([]);
  });
});
