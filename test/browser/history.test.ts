import { execFileSync } from "node:child_process";
import { existsSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { LNMO, PLATINUM } from "../../src/analyses/simulation/crystals.ts";
import { csvRows } from "../../src/figures/csv.ts";
import { MISSING, type RunningApp, startApp } from "./app.ts";
import { dropFiles } from "./drop.ts";
import { scanBytes } from "./scan-bytes.ts";

const CLI = fileURLToPath(new URL("../../dist/cli.js", import.meta.url));
const SIZE = 5;
/** A name that a shell would take apart. */
const NAME = "it's a scan.blo";

describe.skipIf(MISSING !== "" || !existsSync(CLI))(`the history${MISSING}`, { timeout: 240_000 }, () => {
  const folder = mkdtempSync(join(tmpdir(), "lithoscope-history-"));
  let app: RunningApp;

  beforeAll(async () => {
    const bytes = await scanBytes(SIZE);
    app = await startApp("dist");
    await app.page.context().grantPermissions(["clipboard-read", "clipboard-write"]);
    const cifs = [LNMO, PLATINUM].map(({ name, cif }) => ({ name: `${name}.cif`, bytes: cif }));
    const files = [{ name: NAME, bytes }, ...cifs];
    for (const file of files) writeFileSync(join(folder, file.name), file.bytes);
    await dropFiles(app.page, files);
    await app.page.locator(`[data-file="${PLATINUM.name}.cif"][data-state="ready"]`).waitFor();
    await app.page.locator('[data-panel="navigator"][data-state="ready"]').waitFor();
  });

  afterAll(async () => {
    await app?.close();
    rmSync(folder, { recursive: true, force: true });
  });

  const digest = () => app.page.locator(".history").getAttribute("data-digest");
  const copied = async (kind: string): Promise<string> => {
    await app.page.locator(`.copy-as [data-command="copy.${kind}"]`).click();
    return app.page.evaluate(() => navigator.clipboard.readText());
  };
  /** Runs a copied command as a shell does. */
  const shell = (command: string) =>
    execFileSync("sh", ["-c", command.replace(/^lithoscope /, `"$NODE" "$CLI" `)], {
      cwd: folder,
      env: { ...process.env, NODE: process.execPath, CLI },
      stdio: ["ignore", "pipe", "pipe"],
    });
  const taken = async (command: string): Promise<Buffer> => {
    const started = app.page.waitForEvent("download");
    await app.page.locator(`dialog.export [data-command="${command}"]`).click();
    return readFileSync(await (await started).path());
  };
  const exported = async (panel: string, command: string): Promise<Buffer> => {
    await app.page.locator(`[data-panel="${panel}"] [data-command="panel.export"]`).click();
    await app.page.locator('dialog.export[data-state="ready"]').waitFor();
    const bytes = await taken(command);
    await app.page.keyboard.press("Escape");
    return bytes;
  };

  it("goes 20 steps back and forth, every state as it was", async () => {
    const seen = [await digest()];
    await app.page.locator('[data-panel="pattern"]').focus();
    for (let i = 0; i < 20; i++) {
      await app.page.keyboard.press(["ArrowRight", "]", "ArrowDown", "Enter", "["][i % 5]!);
      seen.push(await digest());
    }
    expect(new Set(seen).size).toBeGreaterThan(15);
    for (let i = 19; i >= 0; i--) {
      await app.page.keyboard.press("Control+z");
      expect(await digest()).toBe(seen[i]);
    }
    for (let i = 1; i <= 20; i++) {
      await app.page.keyboard.press("Control+Shift+Z");
      expect(await digest()).toBe(seen[i]);
    }
  });

  it("switches an earlier step off, gives it other numbers, and takes both back", async () => {
    const before = await digest();
    const step = app.page.locator('[data-step="3"]');
    const pins = app.page.locator('[data-panel="navigator"] .pin');
    const count = await pins.count();
    await step.locator('[data-command="history.switch"]').click();
    expect(await pins.count()).toBe(count - 1);
    expect(await step.textContent()).toContain("(off)");
    await app.page.keyboard.press("Control+z");
    expect(await digest()).toBe(before);
    await step.locator('[data-command="history.edit"]').click();
    await step.locator('input[name$=" x"]').fill("1");
    await app.page.keyboard.press("Enter");
    expect(await digest()).not.toBe(before);
    expect(await step.textContent()).toContain("x 1");
    expect(await pins.count()).toBe(count);
    await app.page.keyboard.press("Control+z");
    expect(await digest()).toBe(before);
  });

  it("copies a command that sums the same images, a recipe and Python", async () => {
    await app.page.locator('[data-panel="navigator"][data-state="ready"]').waitFor();
    const command = await copied("cli");
    shell(command);
    const mine = new Float64Array(
      new Uint8Array((await exported("navigator", "export.npy")).subarray(-8 * SIZE ** 2)).buffer,
    );
    const folderOf = /--out (\S+)$/.exec(command)![1]!;
    const file = readFileSync(join(folder, folderOf, "BF.npy"));
    const theirs = new Float64Array(new Uint8Array(file.subarray(-8 * SIZE ** 2)).buffer);
    expect([...mine]).toEqual([...theirs]);
    const recipe = JSON.parse(await copied("recipe"));
    const stated = JSON.parse(readFileSync(join(folder, folderOf, "images.json"), "utf8"));
    expect(recipe.inputs[0]).toMatchObject({ file: NAME, id: stated.scan.id });
    expect(await copied("python")).toContain(`np.load("${folderOf}/BF.npy")`);
  });

  it("copies the command of a run, which finds the same", async () => {
    await app.page.locator('[data-field="precessionDeg"]').fill("0.7deg");
    await app.page.locator('[data-command="run.start"]').click();
    await app.page.locator('[data-panel="map"][data-state="ready"]').waitFor({ timeout: 90_000 });
    const command = await copied("cli");
    expect(command).toContain("--precession 0.7deg");
    const [, ...mine] = csvRows((await exported("map", "export.csv")).toString());
    shell(command);
    const folderOf = /--out (\S+)$/.exec(command)![1]!;
    const json = join(folder, "map.json");
    execFileSync(process.execPath, [CLI, "convert", join(folder, folderOf), json]);
    const map = JSON.parse(readFileSync(json, "utf8"));
    expect(mine).toHaveLength(SIZE * SIZE);
    // Another engine rounds otherwise: nearly all to 1e-6, and none that a person could tell from the other.
    let equal = 0;
    mine.forEach((row, i) => {
      const [phase, ...quaternion] = row.slice(4).map(Number);
      expect(phase).toBe(map.phase[i]);
      if (phase === -1) {
        equal++;
        return;
      }
      const off = Math.max(...quaternion.map((value, k) => Math.abs(value - map.quaternion[i][k])));
      expect(off).toBeLessThan(1e-3);
      if (off <= 1e-6) equal++;
    });
    expect(equal / mine.length).toBeGreaterThanOrEqual(0.9);
    const recipe = JSON.parse(readFileSync(join(folder, folderOf, "recipe.json"), "utf8"));
    expect(JSON.parse(await copied("recipe"))).toEqual(recipe);
  });

  it("saves the report of a run that the command line writes", async () => {
    const started = app.page.waitForEvent("download");
    await app.page.locator('[data-command="report.save"]').click();
    const mine = readFileSync(await (await started).path(), "utf8");
    const folderOf = /--out (\S+)$/.exec(await copied("cli"))![1]!;
    const theirs = readFileSync(join(folder, folderOf, "report.html"), "utf8");
    const words = (html: string) =>
      html
        .replace(/<(script|svg)[^>]*>.*?<\/\1>/gs, "")
        .replace(/<[^>]+>/g, "\n")
        .split(/\n+/);
    expect(words(mine)).toEqual(words(theirs));
    const figures = (html: string) => html.match(/<figure id="[^"]*"/g);
    expect(figures(mine)).toEqual(figures(theirs));
  });

  it("asked nobody else, and nothing went wrong", () => {
    expect(app.faults).toEqual([]);
  });
});
