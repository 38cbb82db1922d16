import { execFileSync } from "node:child_process";
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath, pathToFileURL } from "node:url";
import { type Browser, chromium, type Page } from "playwright-core";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { CHROMIUM, MISSING } from "./app.ts";
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
  }, 120_000);

  afterAll(async () => {
    await browser?.close();
    rmSync(folder, { recursive: true, force: true });
  });

  it("opens a dropped scan without network or server, and shows navigator and pattern", async () => {
    const bytes = await scanBytes(8);
    await page.evaluate((text) => {
      const content = Uint8Array.from(atob(text), (letter) => letter.charCodeAt(0));
      const dropped = new DataTransfer();
      dropped.items.add(new File([content], "scan.blo"));
      document.dispatchEvent(new DragEvent("drop", { dataTransfer: dropped, cancelable: true }));
    }, Buffer.from(bytes).toString("base64"));
    await page.locator('[data-panel="navigator"][data-state="ready"]').waitFor();
    await page.locator('[data-panel="pattern"][data-state="ready"]').waitFor();
    expect(await page.locator("[data-entry]").textContent()).toContain("4D-STEM 8 × 8 × 128 × 128");
    expect(faults).toEqual([]);
  });
});
