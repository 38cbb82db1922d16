import { spawnSync } from "node:child_process";
import { readdirSync } from "node:fs";
import { join, resolve } from "node:path";
import type { BenchOptions } from "./app.ts";
import { type BenchPage, give, median, now, openApp, row, spentByChildren } from "./app-page.ts";

async function opened(scan: string, crystals: readonly string[]): Promise<BenchPage> {
  const app = await openApp();
  const { page } = app;
  await give(page, scan);
  await page.locator('[data-file$=".blo"][data-state="ready"]').waitFor();
  await give(page, ...crystals);
  await page.locator('[data-panel="navigator"][data-state="ready"]').waitFor();
  const tab = page.locator('[data-tab="run"]');
  if ((await tab.count()) > 0) await tab.click();
  await page.locator('[data-field="precessionDeg"]').fill("0.7deg");
  return app;
}

interface TraceEvent {
  readonly name: string;
  readonly pid: number;
  readonly tid: number;
  readonly args: { readonly name?: string };
  /** Wall and processor time [µs]. */
  readonly dur?: number;
  readonly tdur?: number;
}

/** The longest task of the page's own thread in a trace, by the wall and by its own processor time [ms]. */
function longestTask(trace: Buffer): [wall: number, processor: number] {
  const { traceEvents } = JSON.parse(trace.toString()) as { traceEvents: readonly TraceEvent[] };
  const threadOf = ({ pid, tid }: TraceEvent) => `${pid}/${tid}`;
  const named = traceEvents.filter(
    ({ name, args }) => name === "thread_name" && args.name === "CrRendererMain",
  );
  const pages = new Set(named.map(threadOf));
  const tasks = traceEvents.filter((event) => event.name.endsWith("RunTask") && pages.has(threadOf(event)));
  const most = (key: "dur" | "tdur") =>
    tasks.reduce((top, event) => Math.max(top, (event[key] ?? 0) / 1e3), 0);
  return [most("dur"), most("tdur")];
}

/** Resident memory of a browser's processes [MB]. */
function resident(): number {
  const { stdout } = spawnSync("ps", ["-eo", "pid,ppid,rss"], { encoding: "utf8" });
  const all = stdout.split("\n").map((line) => line.trim().split(/\s+/).map(Number));
  const parent = new Map(all.map(([pid, of]) => [pid!, of!]));
  const ours = (pid: number): boolean => {
    const of = parent.get(pid);
    return of !== undefined && (of === process.pid || ours(of));
  };
  return all.reduce((sum, [pid, , rss]) => (pid && ours(pid) ? sum + rss! : sum), 0) / 1e3;
}

/** A run that is cancelled: until the page says so, until nothing works on it any more, and what memory is left. */
async function cancelled(app: BenchPage): Promise<{ heard: number; stopped: number; left: number }> {
  const { page } = app;
  const before = [page.workers().length, resident()] as const;
  await page.locator('[data-command="run.start"]').click();
  await page.locator('[data-run="indexing"]').waitFor();
  await page.waitForTimeout(1500);
  const watched = page.evaluate(
    () =>
      new Promise<{ heard: number; stopped: number }>((done) => {
        const button = document.querySelector<HTMLButtonElement>('[data-run] [data-command="task.cancel"]')!;
        const began = performance.now();
        let heard = Number.NaN;
        const look = () => {
          const run = document.querySelector("[data-run]");
          if (Number.isNaN(heard) && run?.getAttribute("data-run") !== "indexing")
            heard = performance.now() - began;
          if (!run) done({ heard, stopped: performance.now() - began });
        };
        new MutationObserver(look).observe(document.body, {
          subtree: true,
          childList: true,
          attributes: true,
        });
        button.click();
      }),
  );
  const { heard, stopped } = await watched;
  await page.waitForTimeout(2000);
  await app.cdp.send("HeapProfiler.collectGarbage");
  const workers = page.workers().length - before[0];
  return { heard, stopped, left: workers > 0 ? Number.NaN : resident() - before[1] };
}

/** An orientation run in the page: long tasks, cancel, and its speed against Node. */
export async function benchRun({ rounds, scan: folder, folder: scratch }: BenchOptions): Promise<void> {
  if (folder === undefined) {
    process.stdout.write("  a run in the page: give --scan FOLDER with pristine.blo and its CIFs\n");
    return;
  }
  const scan = resolve(folder, "pristine.blo");
  const crystals = readdirSync(folder)
    .filter((name) => name.endsWith(".cif"))
    .map((name) => resolve(folder, name));
  const [heard, stopped, left, longest, longestOwn, pages, pageCpu, nodes, nodeCpu]: number[][] = [
    ...Array.from({ length: 9 }, () => []),
  ];
  for (let i = 0; i < rounds; i++) {
    const app = await opened(scan, crystals);
    const end = await cancelled(app);
    heard!.push(end.heard);
    stopped!.push(end.stopped);
    left!.push(end.left);
    await app.close();

    const whole = await opened(scan, crystals);
    const [began, before] = [await now(whole.page), spentByChildren()];
    await whole.browser.startTracing(whole.page, { categories: ["toplevel"] });
    await whole.page.locator('[data-command="run.start"]').click();
    await whole.page.locator('[data-panel="map"][data-state="ready"]').waitFor({ timeout: 1_800_000 });
    pages!.push((await now(whole.page)) - began);
    pageCpu!.push(spentByChildren() - before);
    // The map is still to be drawn.
    await whole.page.waitForTimeout(500);
    const [wall, processor] = longestTask(await whole.browser.stopTracing());
    longest!.push(wall);
    longestOwn!.push(processor);
    await whole.close();

    const out = join(scratch, `maps-${i}`);
    const names = crystals.map(
      (path) => `${path.split("/").at(-1)!.split("_")[0]!.replace(".cif", "")}=${path}`,
    );
    const start = performance.now();
    const args = ["orientation", scan, ...names.flatMap((name) => ["--crystal", name])];
    const all = [resolve("dist/cli.js"), ...args, "--precession", "0.7deg", "--out", out];
    const ran = spawnSync("bash", ["-c", 'time -p "$0" "$@"', process.execPath, ...all], {
      encoding: "utf8",
    });
    nodes!.push(performance.now() - start);
    const [, user] = /user ([\d.]+)/.exec(ran.stderr) ?? [];
    const [, system] = /sys ([\d.]+)/.exec(ran.stderr) ?? [];
    nodeCpu!.push(1000 * (Number(user) + Number(system)));
    if (ran.status !== 0) throw new Error(ran.stderr);
  }
  row("cancel acknowledged", `${median(heard!).toFixed(0)} ms`, "100 ms");
  row("cancel: run stopped", `${median(stopped!).toFixed(0)} ms`, "500 ms");
  row("2 s after the cancel, memory more than before the run", `${median(left!).toFixed(0)} MB`, "0 MB");
  const own = `${median(longestOwn!).toFixed(0)} ms of processor`;
  row(`longest task of the page during a run, ${own}`, `${median(longest!).toFixed(0)} ms`, "50 ms");
  const [page, node] = [median(pages!), median(nodes!)];
  const cpu = `processors ${(median(pageCpu!) / 1000).toFixed(0)} s against ${(median(nodeCpu!) / 1000).toFixed(0)} s`;
  row(
    `run in the page ${(page / 1000).toFixed(1)} s, Node ${(node / 1000).toFixed(1)} s, ${cpu}: the page over Node`,
    `${(page / node).toFixed(2)} times`,
    "1.67 times",
  );
}
