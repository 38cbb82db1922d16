import { type ChildProcess, spawn } from "node:child_process";
import { existsSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { type Browser, chromium } from "playwright-core";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { CHROMIUM, MISSING } from "./app.ts";
import { scanBytes } from "./scan-bytes.ts";

const CLI = fileURLToPath(new URL("../../dist/cli.js", import.meta.url));

describe.skipIf(MISSING !== "" || !existsSync(CLI))(`lithoscope open${MISSING}`, () => {
  const folder = mkdtempSync(join(tmpdir(), "lithoscope-open-"));
  let child: ChildProcess;
  let browser: Browser;
  let address = "";

  beforeAll(async () => {
    writeFileSync(join(folder, "scan.blo"), await scanBytes(8));
    child = spawn(process.execPath, [CLI, "open", folder]);
    address = await new Promise<string>((resolve) => {
      child.stdout!.once("data", (text) => resolve(String(text).trim()));
    });
    browser = await chromium.launch({ executablePath: CHROMIUM, args: ["--no-sandbox"] });
  }, 60_000);

  afterAll(async () => {
    await browser?.close();
    child?.kill("SIGKILL");
    rmSync(folder, { recursive: true, force: true });
  });

  it("lists the file and opens it by a click, then quits at Ctrl C", async () => {
    const faults: string[] = [];
    const page = await browser.newPage();
    page.on("pageerror", (error) => faults.push(String(error.stack ?? error)));
    page.on("console", (message) => {
      if (message.type() === "error") faults.push(message.text());
    });
    await page.goto(address);
    expect(page.url()).not.toContain("token");
    await page.locator('[data-path="scan.blo"]').click();
    await page.locator('[data-panel="navigator"][data-state="ready"]').waitFor();
    expect(await page.locator("[data-entry]").textContent()).toContain("4D-STEM 8 × 8 × 128 × 128");
    expect(faults).toEqual([]);
    const ended = new Promise((resolve) => child.once("exit", resolve));
    child.kill("SIGINT");
    // The exit status of a program that was asked to serve until it is stopped.
    expect(await ended).toBe(0);
  });
});
