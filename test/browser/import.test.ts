import { appendFileSync, cpSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import type { Page } from "playwright-core";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { makeHdr, makeMib } from "../../fixtures/make/mib.ts";
import { MISSING, type RunningApp, startApp } from "./app.ts";
import { dropFiles } from "./drop.ts";
import { panel, ready, status } from "./steps.ts";

/** Drops files and folders of the disk onto the page, as the desktop does. */
async function dropPaths(page: Page, ...files: string[]): Promise<void> {
  const session = await page.context().newCDPSession(page);
  const at = { x: 600, y: 350, data: { items: [], files, dragOperationsMask: 1 } };
  for (const type of ["dragEnter", "dragOver", "drop"] as const)
    await session.send("Input.dispatchDragEvent", { type, ...at });
  await session.detach();
}

describe.skipIf(MISSING !== "")(`what a file leaves open${MISSING}`, { timeout: 240_000 }, () => {
  const folder = mkdtempSync(join(tmpdir(), "lithoscope-import-"));
  let app: RunningApp;

  beforeAll(async () => {
    app = await startApp("dist");
  });

  afterAll(async () => {
    await app?.close();
    rmSync(folder, { recursive: true, force: true });
  });

  const row = (name: string) => app.page.locator(`[data-file="${name}"]`);
  const opened = (name: string) => app.page.locator(`[data-file="${name}"][data-state="ready"]`).waitFor();
  const words = (name: string) => row(name).locator("[data-entry]").first().textContent();

  it("takes files that belong together as one, and asks for the one that is missing", async () => {
    const scan = { lines: 4, perLine: 4, pause: 0 };
    const hdr = makeHdr({ ScanX: "4", ScanY: "4" });
    await dropFiles(app.page, [
      { name: "both.hdr", bytes: hdr },
      { name: "both.mib", bytes: makeMib(scan) },
    ]);
    await opened("both.mib");
    expect(await row("both.hdr").count()).toBe(0);
    expect(await words("both.mib")).toContain("4D-STEM 4 × 4 ×");
    await dropFiles(app.page, [{ name: "lone.mib", bytes: makeMib(scan) }]);
    await opened("lone.mib");
    expect(await words("lone.mib")).toContain("stack 16 ×");
    expect(await row("lone.mib").locator('[data-command="file.beside"]').textContent()).toBe("Add lone.hdr…");
    await dropFiles(app.page, [{ name: "LONE.HDR", bytes: hdr }]);
    await expect.poll(() => words("lone.mib")).toContain("4D-STEM 4 × 4 ×");
    expect(await row("LONE.HDR").count()).toBe(0);
  });

  it("asks how frames make a scan, and shows what an answer would give", async () => {
    const { page } = app;
    await dropFiles(page, [{ name: "row.mib", bytes: makeMib({ lines: 3, perLine: 8, pause: 0 }) }]);
    await opened("row.mib");
    await row("row.mib").locator('[data-command="file.ask"]').click();
    const dialog = page.locator("dialog.import");
    await dialog.locator('[data-preview="4 6"]').waitFor();
    await dialog.locator('[data-field="import-rows"]').fill("5");
    await dialog.locator('[data-field="import-columns"]').fill("5");
    expect(await status(page, "import-size")).toBe("25 places for 24 frames");
    expect(await dialog.locator('[data-command="import.apply"]').isDisabled()).toBe(true);
    await dialog.locator('[data-field="import-rows"]').fill("3");
    await dialog.locator('[data-field="import-columns"]').fill("8");
    await dialog.locator('[data-preview="3 8"]').waitFor();
    expect(await status(page, "import-size")).toBe("all frames have a place");
    await page.keyboard.press("Enter");
    await expect.poll(() => words("row.mib")).toContain("4D-STEM 3 × 8 ×");
    await ready(page, "navigator");
    expect(await row("row.mib").locator('[data-state="error"]').count()).toBe(0);
  });

  it("opens numbers without a header by sizes that are checked", async () => {
    const { page } = app;
    const values = Uint16Array.from({ length: 3 * 3 * 32 * 32 }, (_, i) => (i % 1024) + Math.floor(i / 1024));
    await dropFiles(page, [{ name: "numbers.raw", bytes: new Uint8Array(values.buffer) }]);
    await row("numbers.raw").locator('[data-command="file.ask"]').click();
    const dialog = page.locator("dialog.import");
    await dialog.locator('[data-preview="32 32"]').waitFor();
    expect(await dialog.locator('[data-field="import-shape"]').inputValue()).toBe("3, 3, 32, 32");
    await dialog.locator('[data-field="import-shape"]').fill("3, 4, 32, 32");
    await expect.poll(() => dialog.locator(".wrong").last().textContent()).toContain("numbers.raw ends at");
    expect(await status(page, "import-size")).toContain("expected 12 frames of 32 × 32 u16");
    await dialog.locator('[data-field="import-shape"]').fill("3, 3, 32, 32");
    await dialog.locator('[data-preview="32 32"]').waitFor();
    await dialog.locator('[data-command="import.apply"]').click();
    await opened("numbers.raw");
    expect(await words("numbers.raw")).toContain("4D-STEM 3 × 3 × 32 × 32");
    await ready(page, "navigator");
  });

  it("takes a folder as what it is", async () => {
    cpSync("fixtures/zarr/v3.zarr", join(folder, "v3.zarr"), { recursive: true });
    await dropPaths(app.page, join(folder, "v3.zarr"));
    await opened("v3.zarr");
    await panel(app.page, "picture").or(panel(app.page, "navigator")).first().waitFor();
    expect(await app.page.locator("[data-file]").last().getAttribute("data-file")).toBe("v3.zarr");
  });

  it("says that a file grew, and opens it as it is now", async () => {
    const { page } = app;
    const path = join(folder, "grows.mib");
    const whole = makeMib({ lines: 4, perLine: 4, pause: 0 });
    writeFileSync(path, whole.subarray(0, whole.length / 2));
    await dropPaths(page, path);
    await opened("grows.mib");
    expect(await words("grows.mib")).toContain("stack 8 ×");
    appendFileSync(path, whole.subarray(whole.length / 2));
    await row("grows.mib").locator('[data-command="file.refresh"]').click();
    await expect.poll(() => words("grows.mib")).toContain("stack 16 ×");
    expect(await row("grows.mib").count()).toBe(1);
  });

  it("asks for a file again that was picked and has been written on", async () => {
    const { page } = app;
    const path = join(folder, "picked.mib");
    const whole = makeMib({ lines: 4, perLine: 4, pause: 0 });
    writeFileSync(path, whole.subarray(0, whole.length / 2));
    const choose = async (button: string) => {
      const chooser = page.waitForEvent("filechooser");
      await page.locator(button).first().click();
      await (await chooser).setFiles(path);
    };
    await choose('.files [data-command="file.open"]');
    await opened("picked.mib");
    await ready(page, "picture");
    appendFileSync(path, whole.subarray(whole.length / 2));
    await panel(page, "picture").focus();
    await page.keyboard.press("End");
    await expect
      .poll(() => panel(page, "picture").getByRole("alert").textContent())
      .toContain("picked.mib: cannot be read any more");
    await choose('[data-file="picked.mib"] [data-command="file.refresh"]');
    await ready(page, "picture");
    expect(await panel(page, "picture").getByRole("alert").count()).toBe(0);
    await expect.poll(() => words("picked.mib")).toContain("stack 16 ×");
    expect(await row("picked.mib").count()).toBe(1);
  });

  it("asked nobody else, and nothing went wrong", () => {
    expect(app.faults).toEqual([]);
  });
});
