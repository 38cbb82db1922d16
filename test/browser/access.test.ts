import axe from "axe-core";
import type { Page } from "playwright-core";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { casesOf } from "../../fixtures/cases/index.ts";
import { makeMib } from "../../fixtures/make/mib.ts";
import { LNMO, PLATINUM } from "../../src/analyses/simulation/crystals.ts";
import { MISSING, type RunningApp, startApp } from "./app.ts";
import { dropFiles } from "./drop.ts";
import { scanBytes } from "./scan-bytes.ts";

/** Formats that together bring every kind of item. */
const FORMATS = ["ctf", "msa", "mpt", "csv", "npy", "tiff", "mrc", "cif", "dm"];

const EVERYTHING = { type: "tag", values: ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa"] } as const;
const CONTRAST = { type: "rule", values: ["color-contrast"] } as const;

/** What axe finds serious in the page as it is: rule, element and why. */
async function serious(page: Page, rules: typeof EVERYTHING | typeof CONTRAST): Promise<string[]> {
  if (!(await page.evaluate(() => "axe" in globalThis))) await page.evaluate(axe.source);
  return page.evaluate(async ({ type, values }) => {
    const { axe: run } = globalThis as unknown as { axe: typeof axe };
    const { violations } = await run.run(document, { runOnly: { type, values: [...values] } });
    return violations
      .filter(({ impact }) => impact === "serious" || impact === "critical")
      .flatMap(({ id, nodes }) =>
        nodes.map(({ html, failureSummary }) => `${id}: ${html} ${failureSummary}`),
      );
  }, rules);
}

describe.skipIf(MISSING !== "")(`access to the app${MISSING}`, { timeout: 240_000 }, () => {
  let app: RunningApp;

  beforeAll(async () => {
    app = await startApp("dist");
  });

  afterAll(async () => {
    await app?.close();
  });

  const check = async (what: string) => {
    // Only the colours differ between the themes.
    for (const [theme, rules] of [
      ["dark", EVERYTHING],
      ["light", CONTRAST],
    ] as const) {
      await app.page.evaluate((name) => {
        document.documentElement.dataset.theme = name;
      }, theme);
      expect.soft(await serious(app.page, rules), `${what}, ${theme}`).toEqual([]);
    }
  };

  it("finds nothing serious in the empty page, the palette and the key sheet", async () => {
    await check("welcome");
    await app.page.keyboard.press("Control+k");
    await check("palette");
    await app.page.keyboard.press("Escape");
    await app.page.keyboard.press("?");
    await check("keys");
    await app.page.keyboard.press("Escape");
  });

  it("finds nothing serious in a scan, its steps and the export", async () => {
    const { page } = app;
    await dropFiles(page, [{ name: "scan.blo", bytes: await scanBytes(5) }]);
    await page.locator('[data-panel="navigator"][data-state="ready"]').waitFor();
    await page.locator('[data-panel="pattern"]').focus();
    for (const key of ["ArrowRight", "Enter"]) await page.keyboard.press(key);
    await page.locator('[data-step="0"] [data-command="history.edit"]').click();
    await page.locator('[data-step="1"] [data-command="history.switch"]').click();
    await check("scan");
    await page.locator('[data-panel="pattern"]').focus();
    await page.keyboard.press("Control+e");
    await page.locator('dialog.export[data-state="ready"]').waitFor();
    await check("export");
    await page.keyboard.press("Escape");
  });

  it("finds nothing serious in a line that is measured, and in the questions of a file", async () => {
    const { page } = app;
    await page.locator('[data-panel="navigator"]').focus();
    await page.keyboard.press("m");
    await page.locator('[data-panel="navigator"] [data-command="measure.keep"]').click();
    await check("line");
    await page.locator('[data-panel="navigator"]').focus();
    await page.keyboard.press("Escape");
    await dropFiles(page, [{ name: "row.mib", bytes: makeMib({ lines: 3, perLine: 8, pause: 0 }) }]);
    await page.locator('[data-file="row.mib"] [data-command="file.ask"]').click();
    await page.locator("dialog.import [data-preview='4 6']").waitFor();
    await check("question");
    await page.keyboard.press("Escape");
    await page.locator('[data-file="row.mib"] summary').click();
    await check("notices");
    await page.locator('[data-file="row.mib"] [data-command="file.close"]').click();
  });

  it("finds nothing serious in the result of a run", async () => {
    const { page } = app;
    await dropFiles(
      page,
      [LNMO, PLATINUM].map(({ name, cif }) => ({ name: `${name}.cif`, bytes: cif })),
    );
    await page.locator(`[data-file="${PLATINUM.name}.cif"][data-state="ready"]`).waitFor();
    await page.locator('[data-command="run.start"]').click();
    await page.locator("[data-run]").waitFor();
    await check("run");
    await page.locator('[data-panel="map"][data-state="ready"]').waitFor();
    await check("result");
  });

  it("finds nothing serious in any other kind of file, and has a panel for each", async () => {
    const { page } = app;
    for (const format of FORMATS) {
      const [first] = await casesOf(format);
      const { name, files } = first!;
      await dropFiles(page, [{ name, bytes: files[name]! }]);
      const row = page.locator(`[data-file="${name}"]`);
      await row.and(page.locator(':not([data-state="opening"])')).waitFor();
      const entry = row.locator('[data-command="entry.show"]').first();
      if ((await entry.count()) > 0) await entry.click();
      await page.waitForFunction(() => document.querySelector('[data-panel][data-state="loading"]') === null);
      const panels = await page.locator("[data-panel]").count();
      expect(panels, name).toBeGreaterThan(0);
      await check(name);
    }
  });

  it("finds nothing serious after a reload, with work that is kept and files that are wanted", async () => {
    const { page } = app;
    await page.waitForTimeout(2500);
    await page.reload();
    await page.locator("[data-offer]").waitFor();
    await check("offer");
    await page.locator('[data-command="session.go-on"]').click();
    await page.locator("[data-wanted]").first().waitFor();
    await check("wanted");
  });

  it("nothing went wrong", () => {
    expect(app.faults).toEqual([]);
  });
});
