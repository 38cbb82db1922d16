import { spawnSync } from "node:child_process";
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import type { Page } from "playwright-core";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { mptText, simulateEchem } from "../../src/analyses/simulation/echem/echem.ts";
import { MISSING, type RunningApp, startApp } from "./app.ts";
import { given, panel, pick } from "./steps.ts";

const CLI = fileURLToPath(new URL("../../dist/cli.js", import.meta.url));
const FILES = new Map(simulateEchem(1).files.map((file, day) => [file.name, mptText(file, day)]));
/** Where pictures of the panel are put, for those who want to look at them. */
const SHOTS = process.env.LITHOSCOPE_SHOTS;

const lab = (page: Page) => panel(page, "lab");
const value = (page: Page, name: string) =>
  lab(page)
    .locator(`[data-value="${name}"] td`)
    .allTextContents()
    .then(
      ([number, sigma]) =>
        [number, sigma].map((text) => Number((text ?? "").replace("−", "-"))) as [number, number],
    );

/** Opens one of the simulated files and chooses an analysis. */
async function open(page: Page, name: string, analysis: string): Promise<void> {
  await pick(page, given(name, FILES.get(name)!));
  await page.locator(".file-list, .files").getByText(name, { exact: false }).first().waitFor();
  await lab(page).locator(`form[aria-label]`).waitFor();
  const choice = lab(page).locator('[data-command="lab.analysis"]');
  if ((await choice.count()) > 0) await choice.selectOption(analysis);
  await lab(page).locator(`form[aria-label="${analysis}"]`).waitFor();
}

async function run(page: Page): Promise<void> {
  await lab(page).locator('[data-command="lab.start"]').click();
  await lab(page).locator('[data-lab="answer"]').waitFor();
}

const shows = async (page: Page) =>
  lab(page)
    .locator('[data-command="lab.shows"] option')
    .evaluateAll((all) => all.map((one) => (one as HTMLOptionElement).value));

async function shot(page: Page, name: string): Promise<void> {
  if (SHOTS) await page.screenshot({ path: join(SHOTS, `${name}.png`) });
}

describe.skipIf(MISSING !== "")(`electrochemistry in the app${MISSING}`, { timeout: 240_000 }, () => {
  let app: RunningApp;

  beforeAll(async () => {
    app = await startApp();
  }, 240_000);
  afterAll(() => app?.close());

  it("cycles: capacities and efficiencies with their figures, cycles picked by colour", async () => {
    const { page } = app;
    await open(page, "cycling.mpt", "cycling");
    await lab(page).locator('[data-field="mass"]').fill("15 bananas");
    await lab(page).locator('[data-command="lab.start"]').click();
    await expect.poll(() => lab(page).getByRole("alert").textContent()).toContain("mg");
    expect(await page.locator(".history [data-step]").count()).toBe(0);
    await lab(page).locator('[data-field="mass"]').fill("0.1500±0.0002mg");
    await lab(page).locator('[data-field="formula"]').fill("LiNi0.5Mn1.5O4");
    await run(page);
    expect(await shows(page)).toEqual(["capacity", "efficiency", "potential", "dqdv", "dvdq"]);
    const [theory] = await value(page, "theoretical capacity");
    expect(theory).toBeCloseTo(146.7, 0);
    const [, sigma] = await value(page, "discharge capacity, cycle 1, mAh/g");
    expect(sigma).toBeGreaterThan(0);
    await shot(page, "cycling");
    await lab(page).locator('[data-command="lab.shows"]').selectOption("potential");
    const picture = lab(page).locator("img.figure");
    const all = (await picture.getAttribute("src"))!;
    await lab(page).locator('[data-cycle="1"]').click();
    await lab(page).locator('[data-cycle="50"]').click();
    expect(await lab(page).locator('[data-field="cycles"]').inputValue()).toBe("1, 50");
    await expect.poll(async () => await picture.getAttribute("alt")).toContain("half cycles");
    await expect
      .poll(async () => decodeURIComponent((await picture.getAttribute("src"))!))
      .not.toContain("cycle 11");
    expect((await picture.getAttribute("src"))!.length).toBeLessThan(all.length / 3);
    await shot(page, "cycling-picked");
    await lab(page).locator('[data-command="lab.all-cycles"]').click();
    await expect.poll(() => picture.getAttribute("src")).toBe(all);
    await lab(page).locator('[data-command="lab.shows"]').selectOption("dqdv");
    await shot(page, "dqdv");
    await lab(page).focus();
    await page.keyboard.press("Control+E");
    const dialog = page.locator('dialog.export[data-state="ready"]');
    await dialog.waitFor();
    expect(await dialog.locator('[data-export="methods"]').textContent()).toContain("Half cycles were cut");
    await page.keyboard.press("Escape");
  });

  it("takes a voltammogram for one, and names its couples", async () => {
    const { page } = app;
    await pick(page, given("cv.mpt", FILES.get("cv.mpt")!));
    await lab(page).locator('form[aria-label="cv"]').waitFor();
    await lab(page).locator('[data-field="reference"]').fill("0.25V±0.06V");
    await run(page);
    const [half] = await value(page, "E½ of Ni2+/3+");
    expect(half).toBeCloseTo(4.64, 2);
    await shot(page, "cv");
    expect(await shows(page)).toEqual(["cv", "fit"]);
    expect(await lab(page).locator("[data-cycle]").count()).toBe(3);
    await lab(page).locator('[data-command="lab.shows"]').selectOption("fit");
    await shot(page, "cv-fit");
  });

  it("finds the resistance of an I–V", async () => {
    const { page } = app;
    await open(page, "iv-bridge.mpt", "iv");
    await run(page);
    const [resistance, sigma] = await value(page, "resistance");
    expect(resistance).toBeGreaterThan(0);
    expect(sigma).toBeGreaterThan(0);
    await shot(page, "iv");
  });

  it("is undone and done again without working it out anew", async () => {
    const { page } = app;
    await page.keyboard.press("Escape");
    await page.locator('[data-command="edit.undo"]').first().click();
    await lab(page).locator('[data-lab="answer"]').waitFor({ state: "detached" });
    // Every analysis has a worker of its own.
    let started = 0;
    page.on("worker", () => started++);
    await page.locator('[data-command="edit.redo"]').first().click();
    await lab(page).locator('[data-lab="answer"]').waitFor();
    expect(started).toBe(0);
    expect(await page.locator(".history").textContent()).toContain("Run current and potential");
  });

  it("is copied as a command and a recipe that the command line runs to the same result", async () => {
    const { page } = app;
    const folder = mkdtempSync(join(tmpdir(), "lithoscope-lab-"));
    try {
      await page.context().grantPermissions(["clipboard-read", "clipboard-write"]);
      const copied = async (kind: string) => {
        await page.locator(`.copy-as [data-command="copy.${kind}"]`).click();
        return page.evaluate(() => navigator.clipboard.readText());
      };
      expect(await copied("cli")).toBe("lithoscope iv iv-bridge.mpt --out out");
      expect(await copied("python")).toContain("tables/points.csv");
      const recipe = JSON.parse(await copied("recipe"));
      writeFileSync(join(folder, "recipe.json"), JSON.stringify(recipe));
      writeFileSync(join(folder, "iv-bridge.mpt"), FILES.get("iv-bridge.mpt")!);
      const { status, stderr } = spawnSync(process.execPath, [CLI, "run", "recipe.json", "--out", "out"], {
        cwd: folder,
        encoding: "utf8",
      });
      expect(status, stderr).toBe(0);
      expect(stderr).not.toContain("may differ");
      const result = JSON.parse(readFileSync(join(folder, "out/result.json"), "utf8"));
      expect(result.recipe).toBe(recipe.hash);
      const [resistance] = await value(page, "resistance");
      expect(result.values.resistance.value / resistance).toBeCloseTo(1, 2);
    } finally {
      rmSync(folder, { recursive: true, force: true });
    }
  });

  it("saves the report that the command writes", async () => {
    const { page } = app;
    const download = page.waitForEvent("download");
    await page.locator('[data-command="report.save"]').first().click();
    const path = await (await download).path();
    const report = readFileSync(path, "utf8");
    expect(report).toContain("Current over potential was fitted by a weighted straight line");
    expect(report.match(/<figure /g)).toHaveLength(2);
    expect(report).not.toMatch(/<(?:script|img|iframe)[^>]+src="(?!data:)/);
  });

  it("is part of the kept session: given the file again, the run goes on", async () => {
    const { page } = app;
    await page.waitForTimeout(2500);
    await page.reload();
    await page.locator('[data-command="session.go-on"]').click();
    await pick(page, given("iv-bridge.mpt", FILES.get("iv-bridge.mpt")!));
    await lab(page).locator('[data-lab="answer"]').waitFor();
    expect((await value(page, "resistance"))[0]).toBeGreaterThan(0);
  });

  it("goes without an error in the page or a request to elsewhere", () => {
    expect(app.faults).toEqual([]);
  });
});
