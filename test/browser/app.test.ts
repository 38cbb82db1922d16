import { readdirSync, readFileSync, statSync } from "node:fs";
import { join } from "node:path";
import { gzipSync } from "node:zlib";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { LNMO, PLATINUM } from "../../src/analyses/simulation/crystals.ts";
import { simulationParams } from "../../src/analyses/simulation/params.ts";
import { simulateOrientation } from "../../src/analyses/simulation/scan.ts";
import { writer } from "../../src/formats/blo/writer.ts";
import { memorySource, openDataset, readCif, type Signal } from "../../src/index.ts";
import { MISSING, type RunningApp, startApp } from "./app.ts";

const SIZE = 12;

/** A block file of the simulated film. */
async function scanBytes(): Promise<Uint8Array> {
  const crystals = [await readCif(LNMO.cif, LNMO.name), await readCif(PLATINUM.cif, PLATINUM.name)];
  let bytes: Uint8Array | string = "";
  const sink = {
    write: async (_path: string, made: Uint8Array | string) => {
      bytes = made;
    },
    commit: async () => {},
    discard: async () => {},
  };
  const params = simulationParams.parse({ size: SIZE, step: 4 });
  await writer.write(simulateOrientation(crystals, params, 9).scan, sink, "scan.blo");
  return bytes as unknown as Uint8Array;
}

describe.skipIf(MISSING !== "")(`the app${MISSING}`, { timeout: 240_000 }, () => {
  let app: RunningApp;
  let bytes: Uint8Array;
  let scan: Signal;

  beforeAll(async () => {
    bytes = await scanBytes();
    const opened = await openDataset(memorySource(new Uint8Array(bytes), "scan.blo"));
    scan = opened.items[0] as Signal;
    app = await startApp();
  });

  afterAll(async () => {
    await app?.close();
  });

  const status = (name: string) => app.page.locator(`[data-status="${name}"]`).textContent();
  const panel = (id: string) => app.page.locator(`[data-panel="${id}"]`);
  const ready = (id: string) => app.page.locator(`[data-panel="${id}"][data-state="ready"]`).waitFor();
  const pick = async (...files: { name: string; mimeType: string; buffer: Buffer }[]) => {
    const chooser = app.page.waitForEvent("filechooser");
    await app.page.locator('.files [data-command="file.open"]').click();
    await (await chooser).setFiles(files);
  };
  const file = (name: string, content: Uint8Array | string) => {
    return { name, mimeType: "application/octet-stream", buffer: Buffer.from(content) };
  };
  /** Sum over a disc in one pattern, by a plain loop. */
  const discSum = async (x: number, y: number, cx: number, cy: number, r: number) => {
    const [, , rows, columns] = scan.axes.map(({ size }) => size) as [number, number, number, number];
    const tile = await scan.tile({ start: [y, x, 0, 0], stop: [y + 1, x + 1, rows, columns] });
    let sum = 0;
    for (let row = 0; row < rows; row++)
      for (let column = 0; column < columns; column++)
        if (Math.hypot(column - cx, row - cy) <= r) sum += tile[row * columns + column]!;
    return sum;
  };

  it("loads in less than 150 kB", () => {
    const html = readFileSync(join(app.folder, "index.html"), "utf8");
    const named = [...html.matchAll(/(?:src|href)="\.\/(assets\/[^"]+)"/g)].map((m) => m[1]!);
    expect(named.length).toBeGreaterThan(1);
    const total = [...named, "index.html"].reduce(
      (sum, name) => sum + gzipSync(readFileSync(join(app.folder, name))).length,
      0,
    );
    expect(total).toBeLessThan(150_000);
    const assets = readdirSync(join(app.folder, "assets"));
    // What reads HDF5 is there, and not among what is loaded first.
    const hdf5 = assets.find((name) => name.startsWith("hdf5_hl"))!;
    expect(statSync(join(app.folder, "assets", hdf5)).size).toBeGreaterThan(1e6);
    expect(named.some((name) => name.includes("hdf5"))).toBe(false);
  });

  it("says what a scan is, and shows the image of the beam's disc", async () => {
    await pick(file("scan.blo", bytes));
    await ready("navigator");
    await ready("pattern");
    expect(await app.page.locator("[data-entry]").textContent()).toContain(
      `4D-STEM ${SIZE} × ${SIZE} × 128 × 128 · 4 nm · 0.0252 Å⁻¹ · 200 keV`,
    );
    expect(await status("cursor")).toBe("cursor 6, 6 · 24, 24 nm");
  });

  it("shows the pattern under the pointer, and keeps the point that was clicked", async () => {
    const picture = panel("navigator").locator(".image-view");
    const box = (await picture.boundingBox())!;
    const zoom = Math.min(box.width, box.height) / SIZE;
    const at = (x: number, y: number) =>
      [
        box.x + (box.width - SIZE * zoom) / 2 + (x + 0.5) * zoom,
        box.y + (box.height - SIZE * zoom) / 2 + (y + 0.5) * zoom,
      ] as const;
    await app.page.mouse.move(...at(3, 8));
    await panel("pattern").getByText("at 3, 8").waitFor({ state: "attached" });
    expect(await status("cursor")).toContain("cursor 6, 6");
    await app.page.mouse.click(...at(2, 5));
    expect(await status("cursor")).toBe("cursor 2, 5 · 8, 20 nm");
    await app.page.mouse.move(5, 500);
    await panel("pattern").getByText("at 2, 5").waitFor({ state: "attached" });
  });

  it("is moved by keys, and pins points", async () => {
    await panel("navigator").focus();
    await app.page.keyboard.press("ArrowRight");
    await app.page.keyboard.press("ArrowDown");
    await app.page.keyboard.press("Enter");
    await app.page.keyboard.press("Shift+ArrowRight");
    expect(await status("cursor")).toContain("cursor 11, 6");
    await app.page.keyboard.press("Enter");
    expect(await status("pins")).toBe("A→B 32 nm, 0°");
  });

  it("goes back and forward between the points that were looked at", async () => {
    const before = (await status("cursor"))!;
    /** The point that the address keeps, some time after the cursor stood still. */
    const kept = () =>
      app.page.evaluate(() => {
        const text = location.hash.replace("#v=", "").replaceAll("-", "+").replaceAll("_", "/");
        const { x, y } = text === "" ? {} : JSON.parse(atob(text));
        return `${x}, ${y}`;
      });
    await expect.poll(kept).toBe(/\d+, \d+/.exec(before)![0]);
    await panel("navigator").focus();
    await app.page.keyboard.press("ArrowUp");
    await expect.poll(() => status("cursor")).toContain("cursor 11, 5");
    await expect.poll(kept).toBe("11, 5");
    await app.page.goBack();
    await expect.poll(() => status("cursor")).toBe(before);
    await app.page.goForward();
    await expect.poll(() => status("cursor")).toContain("cursor 11, 5");
    await app.page.goBack();
    await expect.poll(() => status("cursor")).toBe(before);
  });

  it("sums over a detector that is typed or dragged, and takes it back", async () => {
    const place = app.page.locator('[data-command="detector.type"]');
    const before = await place.inputValue();
    await place.fill("disc:60px,70px,9px");
    await place.press("Enter");
    await ready("navigator");
    const reading = async () => Number(/BF ([\d.]+)/.exec((await status("reading"))!)?.[1]);
    await expect.poll(reading).toBe(await discSum(11, 6, 60, 70, 9));
    const middle = app.page.locator('[data-handle="1/middle"]');
    const { x, y, width, height } = (await middle.boundingBox())!;
    await app.page.mouse.move(x + width / 2, y + height / 2);
    await app.page.mouse.down();
    await app.page.mouse.move(x + width / 2 + 30, y + height / 2, { steps: 5 });
    await app.page.mouse.up();
    expect(await place.inputValue()).not.toBe("disc:60px,70px,9px");
    // One step, however many movements the drag had.
    await app.page.keyboard.press("Control+z");
    expect(await place.inputValue()).toBe("disc:60px,70px,9px");
    await app.page.keyboard.press("Control+z");
    expect(await place.inputValue()).toBe(before);
    await app.page.keyboard.press("Control+Shift+Z");
    expect(await place.inputValue()).toBe("disc:60px,70px,9px");
    await place.fill("disc:1,2");
    await place.press("Enter");
    expect(await panel("pattern").getByRole("alert").textContent()).toContain("wanted disc:x,y,r");
  });

  it("says what is wrong with a file, and lives on", async () => {
    await pick(file("broken.blo", bytes.slice(0, 2000)));
    const row = app.page.locator('[data-file="broken.blo"][data-state="error"]');
    expect(await row.getByRole("alert").textContent()).toContain("broken.blo");
    expect(await status("cursor")).toContain("cursor 11, 6");
  });

  it("finds every command by name", async () => {
    await panel("pattern").focus();
    await app.page.keyboard.press("Control+k");
    await app.page.keyboard.type("mean of all");
    await app.page.keyboard.press("Enter");
    expect(await panel("pattern").locator('[data-command="pattern.mean"]').inputValue()).toBe("mean");
    await app.page.keyboard.press("?");
    expect(await app.page.locator("dialog.keys").textContent()).toContain("Smaller radius");
    await app.page.keyboard.press("Escape");
  });

  it("cancels a run, indexes the scan, and says why a point has its answer", async () => {
    const cif = ({ name, cif: text }: { name: string; cif: string }) => file(`${name}.cif`, text);
    await pick(cif(LNMO), cif(PLATINUM));
    await app.page.locator(`[data-file="${PLATINUM.name}.cif"][data-state="ready"]`).waitFor();
    const start = app.page.locator('[data-command="run.start"]');
    const precession = app.page.locator('[data-field="precessionDeg"]');
    await precession.fill("0.7");
    await start.click();
    const alert = app.page.locator(".analysis [role=alert]");
    await expect
      .poll(() => alert.textContent())
      .toContain('wanted a number from 0 to 10 in deg, found "0.7"');
    await precession.fill("0.7deg");
    await start.click();
    await app.page.locator("[data-run]").waitFor();
    await app.page.locator('[data-panel="run"] [data-command="task.cancel"]').click();
    await panel("run").getByText("Cancelled").waitFor();
    await start.click();
    await app.page.locator('[data-panel="map"][data-state="ready"]').waitFor({ timeout: 90_000 });
    await ready("why");
    expect(await app.page.locator('[data-answer="best"]').textContent()).toMatch(/LNMO|Pt/);
    expect(await app.page.locator('[data-why="spots"]').textContent()).toMatch(/\d+ spots used/);
    await panel("map").locator('[data-command="map.shows"]').selectOption("reliability");
    await expect.poll(() => status("reading")).toContain("reliability");
  });

  it("asked nobody else, and nothing went wrong", () => {
    expect(app.faults).toEqual([]);
  });
});
