import { readFileSync } from "node:fs";
import type { Page } from "playwright-core";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { MISSING, type RunningApp, startApp } from "./app.ts";
import { dropFiles } from "./drop.ts";
import { scanBytes } from "./scan-bytes.ts";

describe.skipIf(MISSING !== "")(`sessions${MISSING}`, { timeout: 240_000 }, () => {
  let app: RunningApp;
  let bytes: Uint8Array;
  let kept = "";

  beforeAll(async () => {
    bytes = await scanBytes(6);
    app = await startApp("dist");
  });

  afterAll(async () => {
    await app?.close();
  });

  const digest = (page: Page) => page.locator(".history").getAttribute("data-digest");
  const ready = (page: Page, id: string) =>
    page.locator(`[data-panel="${id}"][data-state="ready"]`).waitFor();
  const cursor = (page: Page) => page.locator('[data-status="cursor"]').textContent();
  const drop = async (page: Page) => {
    await dropFiles(page, [{ name: "scan.blo", bytes }]);
    await ready(page, "navigator");
  };
  const work = async (page: Page) => {
    await page.locator('[data-panel="pattern"]').focus();
    for (const key of ["ArrowRight", "]", "ArrowDown"]) await page.keyboard.press(key);
    await page.locator('[data-panel="navigator"]').focus();
    for (const key of ["ArrowRight", "Enter", "ArrowUp"]) await page.keyboard.press(key);
    await page.locator('[data-panel="navigator"] [data-command="view.colours"]').selectOption("cividis");
  };

  it("keeps the work within two seconds, and gives it back after a reload", async () => {
    const { page } = app;
    await drop(page);
    await work(page);
    const before = { digest: await digest(page), cursor: await cursor(page) };
    await page.waitForTimeout(2500);
    await page.locator('[data-status="kept"]').waitFor();
    await page.reload();
    const bar = page.locator("[data-offer]");
    expect(await bar.textContent()).toContain("scan.blo, 4 steps");
    await bar.locator('[data-command="session.go-on"]').click();
    expect(await page.locator("[data-wanted]").textContent()).toContain("scan.blo");
    expect(await digest(page)).toBe(before.digest);
    await drop(page);
    expect(await page.locator("[data-wanted]").count()).toBe(0);
    expect({ digest: await digest(page), cursor: await cursor(page) }).toEqual(before);
    expect(await page.locator('[data-panel="navigator"] [data-command="view.colours"]').inputValue()).toBe(
      "cividis",
    );
    await page.locator('[data-panel="pattern"]').focus();
    await page.keyboard.press("Control+z");
    await page.keyboard.press("Control+Shift+Z");
    expect(await digest(page)).toBe(before.digest);
    expect(await page.locator(".step").count()).toBe(5);
  });

  it("tells two tabs apart", async () => {
    await app.page.waitForTimeout(2500);
    const other = await app.page.context().newPage();
    await other.goto(new URL("/", app.page.url()).href);
    await other.waitForTimeout(300);
    // The first tab's work is in use: the second is not offered it.
    expect(await other.locator("[data-offer]").count()).toBe(0);
    await drop(other);
    await other.waitForTimeout(2500);
    await other.close();
    expect(await app.page.locator(".step").count()).toBe(5);
    const third = await app.page.context().newPage();
    await third.goto(new URL("/", app.page.url()).href);
    expect(await third.locator("[data-offer]").textContent()).toContain("scan.blo, 0 steps");
    await third.locator('[data-command="session.forget"]').click();
    await third.close();
  });

  it("carries the view in the address, which asks for its file", async () => {
    const address = app.page.url();
    expect(address).toContain("#v=");
    const other = await app.page.context().newPage();
    await other.goto("about:blank");
    await other.goto(address);
    expect(await other.locator("main h1").textContent()).toBe("Drop scan.blo here");
    await drop(other);
    expect(await cursor(other)).toBe(await cursor(app.page));
    for (const forged of ["#v=%00", "#v=eyJfX3Byb3RvX18iOnsieCI6MX19", "#v=AAAA"]) {
      await other.goto(new URL(`/${forged}`, address).href);
      await other.reload();
      await other.locator(".welcome, .panels").first().waitFor();
      expect(await other.evaluate(() => location.hash)).toBe("");
    }
    await other.close();
  });

  it("saves the experiment as a file without data, and opens it", async () => {
    const { page } = app;
    const before = await digest(page);
    const started = page.waitForEvent("download");
    await page.keyboard.press("Control+s");
    const download = await started;
    expect(download.suggestedFilename()).toBe("scan.blo.lithoscope.json");
    kept = readFileSync(await download.path(), "utf8");
    expect(kept.length).toBeLessThan(20_000);
    expect(JSON.parse(kept).files[0].content).toMatch(/^s1:[0-9a-f]{64}$/);
    await page.locator('[data-panel="pattern"]').focus();
    await page.keyboard.press("]");
    expect(await digest(page)).not.toBe(before);
    // The open file belongs to the experiment and is taken over.
    await dropFiles(page, [{ name: "mine.lithoscope.json", bytes: kept }]);
    await ready(page, "navigator");
    expect(await digest(page)).toBe(before);
  });

  it("refuses experiments that are forged, and lives on", async () => {
    const { page } = app;
    const before = await digest(page);
    const changed = (change: (session: Record<string, unknown>) => void) => {
      const session = JSON.parse(kept);
      change(session);
      return JSON.stringify(session);
    };
    const forged = [
      "[]",
      kept.replace('"start": {', '"start": {"__proto__": {"active": 1, "detectors": [], "pins": []},'),
      kept.replace('"start": {', '"start": {"constructor": {"active": 1, "detectors": [], "pins": []},'),
      changed((s) => {
        s.done = 99;
      }),
      changed((s) => {
        (s.steps as unknown[]).unshift({ label: "x", step: 3, off: true });
      }),
      changed((s) => {
        s.more = 1;
      }),
      changed((s) => {
        s.place = { shown: "<img src=x onerror=alert(1)>", x: 0, y: 0 };
      }),
      changed((s) => {
        s.files = Array.from({ length: 600 }, () => (s.files as unknown[])[0]);
      }),
    ];
    await dropFiles(
      page,
      forged.map((text, i) => ({ name: `forged-${i}.lithoscope.json`, bytes: text })),
    );
    for (const i of forged.keys()) {
      const row = page.locator(`[data-file="forged-${i}.lithoscope.json"]`);
      expect(await row.getByRole("alert").textContent()).toContain(`forged-${i}.lithoscope.json`);
    }
    expect(await digest(page)).toBe(before);
    expect(await page.evaluate(() => ({}) as Record<string, unknown>)).toEqual({});
  });

  it("offers the generation before where the last cannot be read, and drops what is forged", async () => {
    const context = await app.page.context().browser()!.newContext();
    const page = await context.newPage();
    await page.goto(new URL("/", app.page.url()).href);
    await page.evaluate(async (text) => {
      const opening = indexedDB.open("lithoscope", 1);
      await new Promise((resolve) => opening.addEventListener("success", resolve));
      const change = opening.result.transaction(["sessions", "runs"], "readwrite");
      const forged = text.replace(
        '"start": {',
        '"start": {"__proto__": {"active": 1, "detectors": [], "pins": []},',
      );
      change.objectStore("sessions").put({ id: "cut", now: text.slice(0, 300), before: text });
      change.objectStore("sessions").put({ id: "forged", now: forged });
      change.objectStore("runs").put({ id: "r1:x", scan: "<img src=x>", crystals: 7 });
      await new Promise((resolve) => change.addEventListener("complete", resolve));
      opening.result.close();
    }, kept);
    await page.reload();
    await page.locator("[data-offer]").waitFor();
    expect(await page.locator("[data-offer]").getAttribute("data-offer")).toBe("cut");
    expect(await page.locator("[data-offer]").textContent()).not.toContain("more");
    expect(await page.locator("[data-kept-run]").count()).toBe(0);
    await page.locator('[data-command="session.go-on"]').click();
    expect(await digest(page)).toBe(await digest(app.page));
    await context.close();
  });

  it("says when nothing can be kept, and asks before it closes", async () => {
    const context = await app.page.context().browser()!.newContext();
    const page = await context.newPage();
    await page.addInitScript(() => {
      IDBObjectStore.prototype.put = () => {
        throw new DOMException("full", "QuotaExceededError");
      };
    });
    await page.goto(new URL("/", app.page.url()).href);
    await drop(page);
    const fault = page.locator('[data-status="keeping"]');
    await fault.waitFor();
    expect(await fault.textContent()).toContain("storage is full");
    await context.close();
  });

  it("asked nobody else, and nothing went wrong", () => {
    expect(app.faults).toEqual([]);
  });
});
