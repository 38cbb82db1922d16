import { spawn } from "node:child_process";
import { readFileSync } from "node:fs";
import { join, resolve } from "node:path";
import { gzipSync } from "node:zlib";
import type { Signal } from "../src/core/contracts.ts";
import { openDataset } from "../src/formats/open.ts";
import { openFile } from "../src/sources/file.node.ts";
import type { BenchOptions } from "./app.ts";
import { writeScan } from "./app-files.ts";
import { BUILT, give, givenAt, median, nextMeasure, openApp, ready, row } from "./app-page.ts";

/** Until the app can be used, and what is loaded for that. */
export async function benchStart({ rounds, folder }: BenchOptions): Promise<void> {
  const app = await openApp();
  const { page, origin } = app;
  const usable = async (url: string) => {
    await page.goto(url);
    await page.waitForFunction(() => performance.getEntriesByName("litho:start").length > 0);
    return page.evaluate(() => performance.getEntriesByName("litho:start")[0]!.duration);
  };
  // From the moment that the page was asked for, as of the app.
  const empty = async () => {
    await page.goto(`${origin}/no-such-page`);
    return page.evaluate(() => performance.now());
  };
  const [pages, blanks, served]: number[][] = [[], [], []];
  const small = join(folder, "small.blo");
  await writeScan(small, 4, 4, 16);
  for (let i = 0; i < rounds; i++) {
    pages!.push(await usable(origin));
    blanks!.push(await empty());
    const began = performance.now();
    const server = spawn("node", [resolve("dist/cli.js"), "open", "--no-browser", small], {
      stdio: ["ignore", "pipe", "ignore"],
    });
    const url = await new Promise<string>((done) =>
      server.stdout.once("data", (text) => done(`${text}`.trim())),
    );
    const waited = performance.now() - began;
    served!.push(waited + (await usable(url)));
    server.kill();
  }
  await app.close();
  const blank = median(blanks!);
  const about = `of them ${blank.toFixed(0)} ms an empty page`;
  row(`app usable after lithoscope open, ${about}`, `${median(served!).toFixed(0)} ms`, "1000 ms");
  row(`static page usable, ${about}`, `${median(pages!).toFixed(0)} ms`, "1500 ms");
  const html = readFileSync(join(BUILT, "index.html"), "utf8");
  const named = [...html.matchAll(/(?:src|href)="\.\/(assets\/[^"]+)"/g)].map((match) => match[1]!);
  const bytes = [...named, "index.html"].reduce(
    (sum, name) => sum + gzipSync(readFileSync(join(BUILT, name))).length,
    0,
  );
  row("first load, gzip", `${(bytes / 1000).toFixed(0)} kB`, "150 kB");
}

/** Kind and axes of a large scan. */
export async function benchKind({ rounds, folder }: BenchOptions): Promise<void> {
  const path = join(folder, "large.blo");
  await writeScan(path, 1024, 1024, 230, false);
  const times: number[] = [];
  for (let i = 0; i < rounds; i++) {
    const app = await openApp();
    await give(app.page, path);
    const from = await givenAt(app.page);
    times.push((await nextMeasure(app.page, "litho:kind", from)).end - from);
    await app.close();
  }
  row("kind and axes of a scan of 55 GB", `${median(times).toFixed(0)} ms`, "500 ms");
}

/** The first picture of a scan of 0.5 GiB, in the page and in Node. */
export async function benchFirstPicture({ rounds, folder }: BenchOptions): Promise<void> {
  const path = join(folder, "half.blo");
  await writeScan(path, 256, 128, 128);
  const [kinds, pictures, wholes]: number[][] = [[], [], []];
  for (let i = 0; i < rounds; i++) {
    const app = await openApp();
    await give(app.page, path);
    const from = await givenAt(app.page);
    kinds!.push((await nextMeasure(app.page, "litho:kind", from)).end - from);
    pictures!.push((await nextMeasure(app.page, "litho:first-picture", from)).end - from);
    await ready(app.page, "pattern");
    wholes!.push((await nextMeasure(app.page, "litho:navigator", from)).end - from);
    await app.close();
  }
  row("kind and axes of a scan of 0.5 GiB", `${median(kinds!).toFixed(0)} ms`, "500 ms");
  row("its first picture in the page", `${median(pictures!).toFixed(0)} ms`, "1000 ms");
  row("all of it read (not in the table)", `${median(wholes!).toFixed(0)} ms`, "1500 ms");
  const node: number[] = [];
  for (let i = 0; i < rounds; i++) {
    const began = performance.now();
    const source = await openFile(path);
    const scan = (await openDataset(source)).items[0] as Signal;
    // As many patterns as the page looks at first, spread over the scan.
    for (let k = 0; k < 400; k++) {
      const [y, x] = [Math.floor((k * 128) / 400), (k * 37) % 256];
      await scan.tile({ start: [y, x, 0, 0], stop: [y + 1, x + 1, 128, 128] });
    }
    node.push(performance.now() - began);
    await source.close();
  }
  row("400 patterns of it read in Node", `${median(node).toFixed(0)} ms`, "300 ms");
}
