import { readFileSync } from "node:fs";
import type { Download } from "playwright-core";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { LNMO, PLATINUM } from "../../src/analyses/simulation/crystals.ts";
import { MISSING, type RunningApp, startApp } from "./app.ts";
import { scanBytes } from "./scan-bytes.ts";
import { given, panel, ready, status } from "./steps.ts";

describe.skipIf(MISSING !== "")(
  `the microscopist's minute without a mouse${MISSING}`,
  { timeout: 240_000 },
  () => {
    let app: RunningApp;

    beforeAll(async () => {
      app = await startApp("dist");
    });

    afterAll(async () => {
      await app?.close();
    });

    const press = async (...keys: string[]) => {
      for (const key of keys) await app.page.keyboard.press(key);
    };
    /** Tab until the control with this command or field has the focus. */
    const tabTo = async (selector: string) => {
      for (let i = 0; i < 120; i++) {
        if (await app.page.evaluate((wanted) => document.activeElement?.matches(wanted) ?? false, selector))
          return;
        await app.page.keyboard.press("Tab");
      }
      throw new Error(`Tab does not come to ${selector}`);
    };
    /** What a key press downloads; a button that was drawn anew meanwhile has lost the focus, and is pressed again. */
    const downloaded = async (act: () => Promise<void>): Promise<Download> => {
      for (let attempt = 0; attempt < 4; attempt++) {
        const file = app.page.waitForEvent("download", { timeout: 15_000 }).catch(() => undefined);
        await act();
        const found = await file;
        if (found) return found;
      }
      throw new Error("no download came");
    };
    const place = () => app.page.locator('[data-command="detector.type"]').inputValue();
    const focused = () => app.page.evaluate(() => document.activeElement?.getAttribute("data-panel"));

    it("opens, looks, moves the detector, indexes, asks why, exports and saves by keys alone", async () => {
      const { page } = app;
      const chooser = page.waitForEvent("filechooser");
      await press("Control+o");
      const cifs = [LNMO, PLATINUM].map(({ name, cif }) => given(`${name}.cif`, cif));
      await (await chooser).setFiles([given("scan.blo", await scanBytes(5)), ...cifs]);
      await page.locator(`[data-file="${PLATINUM.name}.cif"][data-state="ready"]`).waitFor();
      await ready(page, "navigator");

      await press("1");
      expect(await focused()).toBe("navigator");
      await press("ArrowRight", "ArrowDown", "Enter", "ArrowLeft", "Enter", "A", "G");
      expect(await status(page, "cursor")).toContain("cursor 2, 3");
      expect(await status(page, "pins")).toContain("A→B 4 nm");

      await press("2");
      expect(await focused()).toBe("pattern");
      const before = await place();
      await press("Shift+ArrowRight", "]", "]");
      expect(await place()).not.toBe(before);
      await press("Control+z", "Control+z", "Control+z");
      expect(await place()).toBe(before);
      // A detector can be typed.
      await tabTo('[data-command="detector.type"]');
      await page.keyboard.press("Control+a");
      await page.keyboard.type("ring:64px,64px,10px,30px");
      await press("Enter");
      expect(await place()).toBe("ring:64px,64px,10px,30px");

      // The palette finds what has no key.
      await press("Control+k");
      await page.keyboard.type("copy cli");
      await press("Escape");

      await tabTo('[data-field="precessionDeg"]');
      await page.keyboard.press("Control+a");
      await page.keyboard.type("0.7deg");
      await press("Enter");
      await page.locator('[data-panel="map"][data-state="ready"]').waitFor({ timeout: 90_000 });
      await ready(page, "why");

      await press("1");
      expect(await focused()).toBe("map");
      await press("X");
      expect(await panel(page, "map").locator('[data-command="map.shows"]').inputValue()).toBe("ipf-x");
      await press("ArrowRight");
      await page.waitForFunction(() =>
        document.querySelector('[data-why="reason"]')?.textContent?.includes("3, 3"),
      );

      await press("Control+e");
      await page.locator('dialog.export[data-state="ready"]').waitFor();
      const figure = await downloaded(async () => {
        await tabTo('[data-command="export.svg"]');
        await press("Enter");
      });
      expect(readFileSync(await figure.path(), "utf8")).toContain("<svg");
      await press("Escape");
      const saved = await downloaded(() => press("Control+s"));
      expect(saved.suggestedFilename()).toBe("scan.blo.lithoscope.json");
      await press("?");
      expect(await page.locator("dialog.keys").textContent()).toContain("Smaller radius");
      await press("Escape");
      expect(app.faults).toEqual([]);
    });
  },
);
