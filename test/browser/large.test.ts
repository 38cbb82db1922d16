import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { type Large, largeFiles, MARK } from "../../fixtures/make/large.ts";
import { writeSparse } from "../../fixtures/make/sparse.ts";
import { MISSING, type RunningApp, startApp } from "./app.ts";
import { panel, ready, status } from "./steps.ts";

/** Panel, words of the entry, and height of the picture over its width, of those that are put on a disk. */
const SHOWN = [
  ["blo", "pattern", "4D-STEM 98 × 1024 × 256 × 256 · 2.5 nm across, 1.5 nm down · 0.03202 Å⁻¹ · 200 keV", 1],
  ["mib", "pattern", "4D-STEM 128 × 384 × 256 × 256", 1],
  ["dm", "picture", "stack 49152 × 256 × 256", 1],
  ["mrc", "picture", "stack 49152 × 256 × 256", 0.8],
  ["hdf5", "picture", "stack 49152 × 256 × 256", 1],
] as const;

describe.skipIf(MISSING !== "")(`files of 6 GiB in the page${MISSING}`, { timeout: 300_000 }, () => {
  let app: RunningApp;
  let folder = "";
  let all: readonly Large[];

  beforeAll(async () => {
    folder = await mkdtemp(join(tmpdir(), "lithoscope-large-page-"));
    all = await largeFiles();
    app = await startApp("dist");
  }, 300_000);
  afterAll(async () => {
    await app?.close();
    await rm(folder, { recursive: true, force: true });
  });

  /** Picks the file and what belongs to it, as a person does; the browser reads them where they lie. */
  const open = async ({ file }: Large) => {
    const { page } = app;
    const files = [file, ...(file.beside ?? [])];
    for (const one of files) await writeSparse(join(folder, one.name), one);
    const chooser = page.waitForEvent("filechooser");
    await page.locator('.files [data-command="file.open"]').click();
    await (await chooser).setFiles(files.map(({ name }) => join(folder, name)));
    await page.locator(`[data-file="${file.name}"][data-state="ready"]`).waitFor();
    await page.locator(`[data-file="${file.name}"] [data-entry]`).first().click();
  };

  /** Values that are said of the first pixels of a picture, which fills its panel one way and lies in the middle. */
  const firstPixels = async (id: string, aspect: number) => {
    const { page } = app;
    const box = (await panel(page, id).locator("canvas").first().boundingBox())!;
    const wide = Math.min(box.width, box.height / aspect);
    const high = wide * aspect;
    const [left, top] = [box.x + (box.width - wide) / 2, box.y + (box.height - high) / 2];
    const found: number[] = [];
    for (const i of MARK.keys()) {
      await page.mouse.move(left + ((i + 0.5) * wide) / 256, top + (0.5 * high) / 256);
      await expect.poll(() => status(page, "reading")).toMatch(new RegExp(`x ${i} +k?y 0 px`));
      found.push(Number(/· ([\d.]+)\s*$/.exec((await status(page, "reading"))!)?.[1]));
    }
    return found;
  };

  it.each(SHOWN)("%s opens with its axes, and its last frame is right", async (format, id, words, aspect) => {
    const large = all.find((one) => one.format === format)!;
    const { page } = app;
    await open(large);
    await ready(page, id);
    const entry = page.locator(`[data-file="${large.file.name}"] [data-entry]`).first();
    expect(await entry.textContent()).toContain(words);
    await panel(page, id === "picture" ? id : "navigator").focus();
    if (id === "picture") await page.keyboard.press("End");
    else {
      for (let i = 0; i < 60; i++) await page.keyboard.press("Shift+ArrowRight");
      for (let i = 0; i < 10; i++) await page.keyboard.press("Shift+ArrowDown");
    }
    await expect.poll(() => firstPixels(id, aspect), { timeout: 60_000 }).toEqual(MARK);
    expect(app.faults).toEqual([]);
  });

  it("stops to read all of a scan when told to", async () => {
    const { page } = app;
    await page.locator('[data-file="large.blo"] [data-entry]').first().click();
    const navigator = panel(page, "navigator");
    await navigator.getByText(/^Read all/).click();
    await navigator.locator('[data-command="task.cancel"]').click();
    await page.locator('[data-panel="navigator"][data-state="cancelled"]').waitFor();
    expect(await navigator.textContent()).toContain("stopped");
    expect(app.faults).toEqual([]);
  });
});
