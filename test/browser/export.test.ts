import { readFileSync } from "node:fs";
import { decode } from "fast-png";
import type { Download, Locator } from "playwright-core";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { csvRows } from "../../src/figures/csv.ts";
import { memorySource, openDataset, type Signal } from "../../src/index.ts";
import { MISSING, type RunningApp, startApp } from "./app.ts";
import { dropFiles } from "./drop.ts";
import { scanBytes } from "./scan-bytes.ts";

const SIZE = 10;
/** Names come from anybody: this one would be a formula in a table and markup in a page. */
const NAME = "=1+1<img src=x>.blo";

describe.skipIf(MISSING !== "")(`export of a panel${MISSING}`, { timeout: 240_000 }, () => {
  let app: RunningApp;
  let scan: Signal;
  let dialog: Locator;

  beforeAll(async () => {
    const bytes = await scanBytes(SIZE);
    scan = (await openDataset(memorySource(new Uint8Array(bytes), NAME))).items[0] as Signal;
    app = await startApp("dist");
    dialog = app.page.locator("dialog.export");
    await dropFiles(app.page, [{ name: NAME, bytes }]);
    await app.page.locator('[data-panel="navigator"][data-state="ready"]').waitFor();
    await app.page.locator('[data-panel="pattern"][data-state="ready"]').waitFor();
  });

  afterAll(async () => {
    await app?.close();
  });

  const take = async (command: string): Promise<Uint8Array> => {
    const started: Promise<Download> = app.page.waitForEvent("download");
    await dialog.locator(`[data-command="${command}"]`).click();
    return new Uint8Array(readFileSync(await (await started).path()));
  };
  const open = async (panel: string) => {
    await app.page.locator(`[data-panel="${panel}"] [data-command="panel.export"]`).click();
    await app.page.locator('dialog.export[data-state="ready"]').waitFor();
  };
  const text = (bytes: Uint8Array) => new TextDecoder().decode(bytes);
  const numbers = (part: string, names: readonly string[]) =>
    names.map((name) => Number(new RegExp(` ${name}="([\\d.]+)"`).exec(part)?.[1]));

  it("draws the navigator with a true scale bar, its key and words as text", async () => {
    await app.page.locator('[data-panel="navigator"]').focus();
    await app.page.keyboard.press("Enter");
    await open("navigator");
    const svg = text(await take("export.svg"));
    expect(svg).toContain('width="89mm"');
    expect(svg).toContain('data-pin="A"');
    const [imageWidth] = numbers(/<image [^>]*data-picture="10 10"[^>]*>/.exec(svg)![0], ["width"]);
    const bar = /<g data-scale-bar="(\d+) nm"><rect [^>]*>/.exec(svg)!;
    const [barWidth] = numbers(bar[0], ["width"]);
    // 10 points of 4 nm; the bar says how long it is.
    expect(barWidth! / imageWidth!).toBeCloseTo(Number(bar[1]) / (SIZE * 4), 5);
    expect(svg).toMatch(/<text [^>]*>Virtual image BF: sum of every pattern over the disc of/);
    expect(svg).toContain("BF, sum of");
    expect(svg).not.toContain("<img");
    expect(await dialog.locator('[data-export="methods"]').textContent()).toMatch(/Lithoscope \d/);
  });

  it("draws a PNG as wide as asked, with a bar of the right length", async () => {
    await dialog.locator('[data-field="export-width"]').selectOption("183");
    await dialog.locator('[data-field="export-dpi"]').selectOption("600");
    await app.page.waitForFunction(() => {
      const image = document.querySelector<HTMLImageElement>("dialog.export .preview img");
      return image !== null && image.naturalWidth > 600;
    });
    const svg = text(await take("export.svg"));
    const png = decode(await take("export.png"));
    expect(png.width).toBe(Math.round((183 * 600) / 25.4));
    expect(png.resolution).toEqual({ x: Math.round(600 / 0.0254), y: Math.round(600 / 0.0254), unit: 1 });
    // The bar in the drawn picture, in the middle of its height.
    const group = /<g data-scale-bar="(\d+) nm"><rect [^>]*>/.exec(svg)!;
    const [x, y, width, height] = numbers(group[0], ["x", "y", "width", "height"]) as [
      number,
      number,
      number,
      number,
    ];
    const scale = 600 / 72;
    const row = Math.round((y + height / 2) * scale);
    let [first, last] = [-1, -1];
    for (let column = 0; column < Math.round((x + 1.02 * width) * scale); column++) {
      if (png.data[(row * png.width + column) * png.channels]! > 100) continue;
      if (first < 0) first = column;
      last = column;
    }
    expect(Math.abs(last - first + 1 - width * scale) / (width * scale)).toBeLessThan(0.005);
  });

  it("writes exactly the numbers that are shown", async () => {
    const [head, ...rows] = csvRows(text(await take("export.csv")));
    expect(head!.slice(0, 4)).toEqual(["column (px)", "row (px)", "x (nm)", "y (nm)"]);
    expect(rows.length).toBe(SIZE * SIZE);
    const place = /disc:([\d.]+)px,([\d.]+)px,([\d.]+)px/.exec(
      await app.page.locator('[data-command="detector.type"]').inputValue(),
    )!;
    const [cx, cy, r] = place.slice(1).map(Number) as [number, number, number];
    const at = 37;
    const tile = await scan.tile({ start: [3, 7, 0, 0], stop: [4, 8, 128, 128] });
    let sum = 0;
    for (let i = 0; i < tile.length; i++)
      if (Math.hypot((i % 128) - cx, Math.floor(i / 128) - cy) <= r) sum += tile[i]!;
    expect(rows[at]!.map(Number)).toEqual([7, 3, 28, 12, sum]);
    const npy = await take("export.npy");
    expect(text(npy.subarray(10, 80))).toContain(`'shape': (${SIZE}, ${SIZE})`);
    const values = new Float64Array(npy.slice(npy.length - 8 * SIZE * SIZE).buffer);
    expect(values[at]).toBe(sum);
    await app.page.keyboard.press("Escape");
  });

  it("takes what is zoomed into, and the detectors", async () => {
    await app.page.locator('[data-panel="pattern"]').focus();
    for (let i = 0; i < 6; i++) await app.page.keyboard.press("+");
    await app.page.keyboard.press("Control+e");
    await app.page.locator('dialog.export[data-state="ready"]').waitFor();
    const svg = text(await take("export.svg"));
    const [, columns] = /data-picture="(\d+) (\d+)"/.exec(svg)!.map(Number) as [number, number];
    expect(columns).toBeLessThan(128);
    expect(svg).toContain('data-detector="ADF"');
    const [head, ...rows] = csvRows(text(await take("export.csv")));
    expect(head).toHaveLength(5);
    expect(new Set(rows.map(([column]) => column)).size).toBe(columns);
    await app.page.keyboard.press("Escape");
  });

  it("asked nobody else, and nothing went wrong", () => {
    expect(app.faults).toEqual([]);
  });
});
