import { join } from "node:path";
import type { CDPSession, Page } from "playwright-core";
import type { BenchOptions } from "./app.ts";
import { writePicture, writeScan } from "./app-files.ts";
import {
  give,
  measures,
  median,
  nextMeasure,
  now,
  openApp,
  percentile95,
  ready,
  row,
  spentByChildren,
} from "./app-page.ts";

/** Steps of one drag, and of one way of the pointer. */
const STEPS = 40;

async function middleOf(page: Page, selector: string): Promise<[number, number]> {
  const { x, y, width, height } = (await page.locator(selector).boundingBox())!;
  return [x + width / 2, y + height / 2];
}

/** The pattern under the pointer, and a ring that is dragged over a scan of 1 GiB. */
export async function benchDetector({ rounds, folder }: BenchOptions): Promise<void> {
  const path = join(folder, "scan.blo");
  await writeScan(path, 256, 256, 128);
  const [cached, fromFile, preview, preview95, exact, spent]: number[][] = [[], [], [], [], [], []];
  for (let i = 0; i < rounds; i++) {
    const app = await openApp();
    const { page } = app;
    await give(page, path);
    await ready(page, "pattern");
    await ready(page, "navigator");
    const [x, y] = await middleOf(page, '[data-panel="navigator"] .image-view');
    const hover = async () => {
      const from = await now(page);
      for (let k = 0; k < STEPS; k++) {
        await page.mouse.move(x - 60 + 3 * k, y + 2 * (k % 9));
        await page.waitForTimeout(30);
      }
      return percentile95(
        (await measures(page, "litho:cursor")).filter(({ end }) => end > from).map(({ ms }) => ms),
      );
    };
    fromFile!.push(await hover());
    cached!.push(await hover());
    await page.locator('[data-detector-choice="ADF"]').click();
    await ready(page, "navigator");
    const [rx, ry] = await middleOf(page, '[data-handle="2/middle"]');
    await page.mouse.move(rx, ry);
    await page.mouse.down();
    const began = await now(page);
    for (let k = 1; k <= STEPS; k++) {
      await page.mouse.move(rx + 0.5 * k, ry + 0.3 * k);
      await page.waitForTimeout(30);
    }
    const steps = (await measures(page, "litho:detector"))
      .filter(({ end }) => end > began)
      .map(({ ms }) => ms);
    preview!.push(median(steps));
    preview95!.push(percentile95(steps));
    const [released, before] = [await now(page), spentByChildren()];
    await page.mouse.up();
    exact!.push((await nextMeasure(page, "litho:detector-exact", released)).ms);
    spent!.push(spentByChildren() - before);
    await app.close();
  }
  row("pattern under the pointer, p95, from file", `${median(fromFile!).toFixed(0)} ms`, "50 ms");
  row("the same, seen before", `${median(cached!).toFixed(0)} ms`, "33 ms");
  row("preview of a ring dragged, 256² × 128²", `${median(preview!).toFixed(0)} ms`, "33 ms");
  row("the same, p95", `${median(preview95!).toFixed(0)} ms`, "33 ms");
  const used = `${(median(spent!) / 1000).toFixed(1)} s of processors`;
  row(`exact image on release, per GiB, ${used}`, `${(median(exact!) / 1000).toFixed(2)} s`, "1 s");
}

async function metrics(cdp: CDPSession): Promise<Record<string, number>> {
  const { metrics: found } = await cdp.send("Performance.getMetrics");
  return Object.fromEntries(found.map(({ name, value }) => [name, value]));
}

/** Frames of something that goes on for a while: script and interval per frame [ms]. */
async function frames(page: Page, cdp: CDPSession, what: "pan" | "zoom" | "contrast") {
  const before = await metrics(cdp);
  const intervals = await page.evaluate(
    ([kind, count]) =>
      new Promise<number[]>((done) => {
        const view = document.querySelector('[data-panel="picture"] .image-view')!;
        const bars = document.querySelector('[data-panel="histogram"] .bars')!;
        const target = kind === "contrast" ? bars : view;
        const { left, top, width, height } = target.getBoundingClientRect();
        const at = (k: number) => ({
          clientX: left + width * (kind === "contrast" ? 0.7 + 0.2 * Math.sin(k / 9) : 0.5),
          clientY: top + height / 2,
        });
        const pointer = (type: string, k: number, more: object) =>
          target.dispatchEvent(new PointerEvent(type, { bubbles: true, pointerId: 1, ...at(k), ...more }));
        // What no pointer presses cannot be captured.
        (target as Element & { setPointerCapture: () => void }).setPointerCapture = () => {};
        if (kind !== "zoom") pointer("pointerdown", 0, { button: kind === "pan" ? 1 : 0 });
        const times: number[] = [];
        let last = performance.now();
        const step = (k: number) => {
          const time = performance.now();
          times.push(time - last);
          last = time;
          if (k === count) {
            if (kind !== "zoom") pointer("pointerup", k, {});
            done(times.slice(1));
            return;
          }
          if (kind === "zoom")
            target.dispatchEvent(
              new WheelEvent("wheel", {
                bubbles: true,
                cancelable: true,
                ...at(k),
                deltaY: k % 60 < 30 ? -30 : 30,
              }),
            );
          else pointer("pointermove", k, { movementX: k % 40 < 20 ? 3 : -3, movementY: 1 });
          requestAnimationFrame(() => step(k + 1));
        };
        requestAnimationFrame(() => step(0));
      }),
    [what, 120] as const,
  );
  const after = await metrics(cdp);
  const per = (name: string) => (1000 * (after[name]! - before[name]!)) / intervals.length;
  return { script: per("ScriptDuration"), interval: median(intervals) };
}

/** Pan, zoom and contrast of a picture of 2048². */
export async function benchPicture({ rounds, folder }: BenchOptions): Promise<void> {
  for (const type of ["u16", "f32"] as const) {
    const path = join(folder, `${type}.npy`);
    await writePicture(path, 2048, type);
    const found = new Map<string, { script: number; interval: number }[]>();
    for (let i = 0; i < rounds; i++) {
      const app = await openApp();
      const { page, cdp } = app;
      await give(page, path);
      await ready(page, "picture");
      const tab = page.locator('[data-tab="histogram"]');
      if ((await tab.count()) > 0) await tab.click();
      await ready(page, "histogram");
      for (const what of ["pan", "zoom", "contrast"] as const)
        found.set(what, [...(found.get(what) ?? []), await frames(page, cdp, what)]);
      await app.close();
    }
    for (const [what, all] of found) {
      const between = `a frame every ${median(all.map(({ interval }) => interval)).toFixed(0)} ms`;
      const script = median(all.map((one) => one.script));
      row(`${what} at 2048² ${type}, script per frame, ${between}`, `${script.toFixed(1)} ms`, "10 ms");
    }
  }
}
