import { readdirSync, readFileSync } from "node:fs";
import { loadavg } from "node:os";
import { resolve } from "node:path";
import { type Browser, type CDPSession, chromium, type Page } from "playwright-core";
import { CHROMIUM, serveFolder } from "../test/browser/app.ts";

/** The app as `npm run build` left it. */
export const BUILT = resolve("dist/app");
/** Lets the page measure the memory of its workers too. */
const ISOLATED = {
  "cross-origin-opener-policy": "same-origin",
  "cross-origin-embedder-policy": "require-corp",
};

/** The built app in a browser of its own. */
export interface BenchPage {
  readonly browser: Browser;
  readonly page: Page;
  readonly cdp: CDPSession;
  readonly origin: string;
  close(): Promise<void>;
}

/** Opens the built app. */
export async function openApp(): Promise<BenchPage> {
  const { origin, close } = await serveFolder(BUILT, ISOLATED);
  const browser: Browser = await chromium.launch({
    executablePath: CHROMIUM,
    args: ["--no-sandbox", "--enable-blink-features=ForceEagerMeasureMemory"],
  });
  const context = await browser.newContext({ viewport: { width: 1280, height: 720 } });
  const page = await context.newPage();
  page.setDefaultTimeout(300_000);
  await page.goto(origin);
  await page.waitForFunction(() => performance.getEntriesByName("litho:start").length > 0);
  const cdp = await context.newCDPSession(page);
  // Processor time of the page's thread: other load would enter wall times.
  await cdp.send("Performance.enable", { timeDomain: "threadTicks" });
  return {
    browser,
    page,
    cdp,
    origin,
    async close() {
      await browser.close();
      close();
    },
  };
}

/** Opens files by their paths, which the browser reads itself, after a mark at the moment they are handed over. */
export async function give(page: Page, ...paths: string[]): Promise<void> {
  const chooser = page.waitForEvent("filechooser");
  await page.locator('.files [data-command="file.open"]').click();
  const given = await chooser;
  await page.evaluate(() => performance.mark("bench:given"));
  await given.setFiles(paths);
}

/** A measure of the app. */
export interface Measure {
  /** When it ended [ms since the page began]. */
  readonly end: number;
  readonly ms: number;
}

export function measures(page: Page, name: string): Promise<Measure[]> {
  return page.evaluate(
    (wanted) =>
      performance
        .getEntriesByName(wanted)
        .map(({ startTime, duration }) => ({ end: startTime + duration, ms: duration })),
    name,
  );
}

/** Waits for a measure of this name that ended after `after`, and gives it back. */
export async function nextMeasure(page: Page, name: string, after: number): Promise<Measure> {
  const found = await page.waitForFunction(
    ([wanted, from]) =>
      performance.getEntriesByName(wanted).find(({ startTime, duration }) => startTime + duration > from),
    [name, after] as const,
    { polling: 50 },
  );
  const { startTime, duration } = (await found.jsonValue()) as { startTime: number; duration: number };
  return { end: startTime + duration, ms: duration };
}

export const now = (page: Page): Promise<number> => page.evaluate(() => performance.now());
/** When files were last handed over. */
export const givenAt = (page: Page): Promise<number> =>
  page.evaluate(() => performance.getEntriesByName("bench:given").at(-1)!.startTime);

export const ready = (page: Page, panel: string): Promise<void> =>
  page.locator(`[data-panel="${panel}"][data-state="ready"]`).waitFor();

export function median(values: readonly number[]): number {
  const sorted = [...values].sort((a, b) => a - b);
  const middle = sorted.length >> 1;
  return sorted.length % 2 === 1 ? sorted[middle]! : (sorted[middle - 1]! + sorted[middle]!) / 2;
}

export function percentile95(values: readonly number[]): number {
  const sorted = [...values].sort((a, b) => a - b);
  return sorted[Math.min(sorted.length - 1, Math.floor(0.95 * sorted.length))] ?? Number.NaN;
}

/** Processor time of what this process has started [ms]; NaN where the system does not say. */
export function spentByChildren(): number {
  try {
    const parents = new Map<number, number>();
    const spent = new Map<number, number>();
    for (const entry of readdirSync("/proc")) {
      if (!/^\d+$/.test(entry)) continue;
      const text = statOf(entry);
      const [, parent, ...rest] = text.slice(text.lastIndexOf(")") + 2).split(" ");
      parents.set(Number(entry), Number(parent));
      // User and system time in hundredths of a second.
      spent.set(Number(entry), 10 * (Number(rest[9]) + Number(rest[10])));
    }
    const ours = (pid: number): boolean => {
      const parent = parents.get(pid);
      return parent !== undefined && (parent === process.pid || ours(parent));
    };
    return [...spent].reduce((sum, [pid, ms]) => (ours(pid) ? sum + ms : sum), 0);
  } catch {
    return Number.NaN;
  }
}

function statOf(pid: string): string {
  try {
    return readFileSync(`/proc/${pid}/stat`, "utf8");
  } catch {
    // It has ended meanwhile.
    return ") Z 0";
  }
}

/** Other load enters every wall time, so it is said with them. */
export const load = (): string => loadavg()[0]!.toFixed(1);

/** One row of the table, with what was wanted. */
export function row(what: string, found: string, wanted: string): void {
  process.stdout.write(`  ${what.padEnd(56)}${found.padStart(12)}   at most ${wanted}   (load ${load()})\n`);
}
