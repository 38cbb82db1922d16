import { join } from "node:path";
import type { CDPSession, Page } from "playwright-core";
import type { BenchOptions } from "./app.ts";
import { writeScan } from "./app-files.ts";
import { give, openApp, ready, row } from "./app-page.ts";

/** Memory of the page alone and with its workers after a forced collection [MB]. */
async function memory(page: Page, cdp: CDPSession): Promise<[page: number, all: number]> {
  await cdp.send("HeapProfiler.collectGarbage");
  const { usedSize } = await cdp.send("Runtime.getHeapUsage");
  const all = await page.evaluate(async () => {
    const measure = (
      performance as unknown as { measureUserAgentSpecificMemory(): Promise<{ bytes: number }> }
    ).measureUserAgentSpecificMemory.bind(performance);
    return (await measure()).bytes;
  });
  return [usedSize / 1e6, all / 1e6];
}

/** Slope of a line through values at equal distances. */
function slope(values: readonly number[]): number {
  const middle = (values.length - 1) / 2;
  const mean = values.reduce((a, b) => a + b, 0) / values.length;
  const [up, down] = values.reduce(
    ([a, b], value, i) => [a + (i - middle) * (value - mean), b + (i - middle) ** 2],
    [0, 0],
  );
  return up / down;
}

async function cycles(
  { page, cdp }: { page: Page; cdp: CDPSession },
  count: number,
  every: number,
  cycle: (i: number) => Promise<void>,
): Promise<[page: number, all: number]> {
  const found: [number, number][] = [];
  for (let i = 0; i < count; i++) {
    await cycle(i);
    if ((i + 1) % every === 0) found.push(await memory(page, cdp));
  }
  const last = found.slice(found.length >> 1);
  return [slope(last.map(([own]) => own)) / every, slope(last.map(([, all]) => all)) / every];
}

/** Panels and files that are opened and closed again and again. */
export async function benchClosing({ folder }: BenchOptions): Promise<void> {
  const path = join(folder, "closing.blo");
  await writeScan(path, 32, 32, 64);
  const app = await openApp();
  const { page } = app;
  await give(page, path);
  await ready(page, "navigator");
  const tabs = page.locator("[data-tab]");
  const panels = await cycles(app, 200, 10, async (i) => {
    // One panel takes the place of another, or of all.
    if (i % 2 === 0) await tabs.nth((i / 2) % (await tabs.count())).click();
    else {
      await page.locator('[data-panel="navigator"] [data-command="panel.maximise"]').click();
      await page.locator('[data-panel="navigator"] [data-command="panel.maximise"]').click();
      await ready(page, "navigator");
    }
  });
  const words = ([own, all]: [number, number]) => `${own.toFixed(3)} MB`.concat(`, ${all.toFixed(3)}`);
  row("a panel opened and closed, page; with its workers", words(panels), "0.1 MB");
  await page.locator('[data-command="file.close"]').click();
  const files = await cycles(app, 50, 5, async () => {
    await give(page, path);
    await ready(page, "navigator");
    await page.locator('[data-command="file.close"]').click();
    await page.locator(".file").waitFor({ state: "detached" });
  });
  row("a file opened and closed, page; with its workers", words(files), "0.1 MB");
  await app.close();
}
