import { readFileSync } from "node:fs";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { LNMO, PLATINUM } from "../../src/analyses/simulation/crystals.ts";
import { MISSING, type RunningApp, startApp } from "./app.ts";
import { dropFiles } from "./drop.ts";
import { scanBytes } from "./scan-bytes.ts";

const SIZE = 16;

describe.skipIf(MISSING !== "")(`a run that is interrupted${MISSING}`, { timeout: 240_000 }, () => {
  let app: RunningApp;
  let scan: { name: string; bytes: Uint8Array };

  beforeAll(async () => {
    scan = { name: "scan.blo", bytes: await scanBytes(SIZE) };
    app = await startApp("dist");
  });

  afterAll(async () => {
    await app?.close();
  });

  const kept = () => app.page.locator("[data-kept-run]");
  const mapCsv = async (): Promise<string> => {
    await app.page.locator('[data-panel="map"][data-state="ready"]').waitFor({ timeout: 90_000 });
    await app.page.locator('[data-panel="map"] [data-command="panel.export"]').click();
    await app.page.locator('dialog.export[data-state="ready"]').waitFor();
    const started = app.page.waitForEvent("download");
    await app.page.locator('dialog.export [data-command="export.csv"]').click();
    const csv = readFileSync(await (await started).path(), "utf8");
    await app.page.keyboard.press("Escape");
    return csv;
  };
  const start = async () => {
    await app.page.locator('[data-field="precessionDeg"]').fill("0.7deg");
    await app.page.locator('[data-command="run.start"]').click();
  };

  let resumed = "";

  it("is paused after a reload, and goes on when the scan is handed over again", async () => {
    const { page } = app;
    const cifs = [LNMO, PLATINUM].map(({ name, cif }) => ({ name: `${name}.cif`, bytes: cif }));
    await dropFiles(page, [scan, ...cifs]);
    await page.locator(`[data-file="${PLATINUM.name}.cif"][data-state="ready"]`).waitFor();
    await start();
    // Some tiles are finished, not all.
    await page.waitForFunction(() =>
      /indexing (?!0 )\d+ of/.test(document.querySelector('[data-status="run"]')?.textContent ?? ""),
    );
    await page.waitForTimeout(200);
    await page.reload();
    await kept().waitFor();
    expect(await kept().getAttribute("data-state")).toBe("paused");
    const [, done, total] = /(\d+) of (\d+) points/.exec((await kept().textContent())!)!.map(Number);
    expect(total).toBe(SIZE * SIZE);
    expect(done).toBeGreaterThan(0);
    // Its crystals were kept with it; only the scan is asked for.
    await dropFiles(page, [scan]);
    resumed = await mapCsv();
    expect(await kept().count()).toBe(0);
  });

  it("is finished after another reload, and shown without being computed again", async () => {
    const { page } = app;
    await page.reload();
    await kept().waitFor();
    expect(await kept().textContent()).toContain("finished");
    await dropFiles(page, [scan]);
    await kept().locator('[data-command="run.go-on"]').click();
    expect(await mapCsv()).toBe(resumed);
  });

  it("has the numbers of a run that nobody interrupted", async () => {
    const { page } = app;
    await page.reload();
    await kept().locator('[data-command="run.forget"]').click();
    expect(await kept().count()).toBe(0);
    const cifs = [LNMO, PLATINUM].map(({ name, cif }) => ({ name: `${name}.cif`, bytes: cif }));
    await dropFiles(page, [scan, ...cifs]);
    await page.locator(`[data-file="${PLATINUM.name}.cif"][data-state="ready"]`).waitFor();
    await start();
    expect(await mapCsv()).toBe(resumed);
  });

  it("asked nobody else, and nothing went wrong", () => {
    expect(app.faults).toEqual([]);
  });
});
