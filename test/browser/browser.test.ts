import { existsSync, mkdtempSync, readFileSync, rmSync } from "node:fs";
import { createServer, type Server } from "node:http";
import type { AddressInfo } from "node:net";
import { tmpdir } from "node:os";
import { extname, join, normalize } from "node:path";
import { fileURLToPath } from "node:url";
import { type Browser, chromium } from "playwright-core";
import { build } from "vite";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { orientation } from "../../src/analyses/orientation/analysis.ts";
import { LNMO, PLATINUM } from "../../src/analyses/simulation/crystals.ts";
import { simulationParams } from "../../src/analyses/simulation/params.ts";
import { simulateOrientation } from "../../src/analyses/simulation/scan.ts";
import { inlineExecutor } from "../../src/executors/inline.ts";
import { writer } from "../../src/formats/blo/writer.ts";
import { memorySource, openDataset, readCif, type Signal } from "../../src/index.ts";
import { runAnalysis } from "../../src/recipes/run.ts";
import { openSource } from "../../src/sources/open.node.ts";
import { type Asked, type PlainMaps, plainMaps } from "./asked.ts";

const CHROMIUM = process.env.CHROMIUM_PATH ?? "/usr/bin/chromium";
const MISSING = existsSync(CHROMIUM) ? "" : ` (skipped: no Chromium at ${CHROMIUM})`;
const DIR = mkdtempSync(join(tmpdir(), "lithoscope-browser-"));
const PARAMS = {
  voltageKv: 200,
  precessionDeg: 0.7,
  pixelSize: 0.0252,
  pixelSizeFrom: "flag",
  calibration: "refine",
};

/** A small block file of the simulated film. */
async function scanBytes(): Promise<Uint8Array<ArrayBuffer>> {
  const crystals = [await readCif(LNMO.cif, LNMO.name), await readCif(PLATINUM.cif, PLATINUM.name)];
  const params = simulationParams.parse({ size: 12, step: 4 });
  let bytes: Uint8Array | string = "";
  const sink = {
    write: async (_path: string, made: Uint8Array | string) => {
      bytes = made;
    },
    commit: async () => {},
    discard: async () => {},
  };
  await writer.write(simulateOrientation(crystals, params, 9).scan, sink, "scan.blo");
  return bytes as unknown as Uint8Array<ArrayBuffer>;
}

const TYPES: Readonly<Record<string, string>> = {
  ".html": "text/html; charset=utf-8",
  ".js": "text/javascript",
  ".blo": "application/octet-stream",
};

/** A static server of the built page, with the scan beside it; no special headers. */
function serve(folder: string, scan: Uint8Array): Promise<Server> {
  const server = createServer((request, response) => {
    const path = normalize(decodeURIComponent(new URL(request.url ?? "/", "http://x").pathname));
    const file = join(folder, path === "/" ? "index.html" : path);
    const known = path === "/scan.blo" || (file.startsWith(folder) && existsSync(file));
    response.writeHead(known ? 200 : 404, { "content-type": TYPES[extname(file)] ?? "text/plain" });
    response.end(path === "/scan.blo" ? scan : known ? readFileSync(file) : "not found");
  });
  return new Promise((resolve) => server.listen(0, "127.0.0.1", () => resolve(server)));
}

/** Values that differ by more than 1e-6, with where they are. */
function differences(ours: PlainMaps, theirs: PlainMaps): { total: number; wrong: string[] } {
  const wrong: string[] = [];
  let total = 0;
  for (const [name, values] of Object.entries(ours))
    values.forEach((a, i) => {
      const b = theirs[name]?.[i];
      total++;
      const same =
        a === null || b === null || b === undefined
          ? a === b
          : Math.abs(a - b) <= 1e-6 * Math.max(1, Math.abs(a));
      if (!same) wrong.push(`${name}[${i}]: ${a} here, ${b} in the page; score ${ours.score?.[i]}`);
    });
  return { total, wrong };
}

describe.skipIf(MISSING !== "")(`the browser${MISSING}`, () => {
  let server: Server;
  let browser: Browser;
  let bytes: Uint8Array<ArrayBuffer>;

  beforeAll(async () => {
    bytes = await scanBytes();
    await build({
      configFile: false,
      root: fileURLToPath(new URL(".", import.meta.url)),
      base: "./",
      logLevel: "error",
      worker: { format: "es" },
      build: { outDir: DIR, emptyOutDir: true, target: "es2022" },
    });
    server = await serve(DIR, bytes);
    browser = await chromium.launch({ executablePath: CHROMIUM, args: ["--no-sandbox"] });
  });

  afterAll(async () => {
    await browser?.close();
    server?.close();
    rmSync(DIR, { recursive: true, force: true });
  });

  it("indexes a dropped scan from a plain static server with the numbers of Node", {
    timeout: 300_000,
  }, async () => {
    // Without operators, so that the page needs the tables of space groups.
    const cifs = [LNMO, PLATINUM].map(({ name, bareCif }) => ({ name, text: bareCif }));
    const asked: Asked = { cifs, params: PARAMS };
    const page = await browser.newPage();
    const faults: string[] = [];
    page.on("pageerror", (error) => faults.push(String(error)));
    page.on("console", (message) => {
      if (message.type() === "error") faults.push(message.text());
    });
    await page.goto(`http://127.0.0.1:${(server.address() as AddressInfo).port}/`);
    expect(await page.evaluate(() => globalThis.crossOriginIsolated)).toBe(false);
    await page.evaluate(async (given) => {
      window.asked = given;
      const dropped = new DataTransfer();
      dropped.items.add(new File([await (await fetch("/scan.blo")).blob()], "scan.blo"));
      document.dispatchEvent(new DragEvent("drop", { dataTransfer: dropped, cancelable: true }));
    }, asked);

    const dataset = await openDataset(memorySource(bytes, "scan.blo"));
    const scan = dataset.items[0] as Signal;
    const crystals = await Promise.all(cifs.map(({ name, text }) => readCif(text, name)));
    const given = orientation.params.parse({ ...PARAMS, crystals });
    const node = await runAnalysis(orientation, scan, given, { executor: inlineExecutor(openSource) });

    await page.waitForFunction(() => window.answer !== undefined, undefined, { timeout: 280_000 });
    const answer = await page.evaluate(() => window.answer!);
    expect(faults).toEqual([]);
    if ("error" in answer) throw new Error(answer.error);
    expect(answer.shape).toEqual([12, 12, 128, 128]);
    expect([answer.complete, node.complete]).toEqual([true, true]);
    const ours = plainMaps(node.maps);
    expect(Object.keys(answer.maps)).toEqual(Object.keys(ours));
    expect(ours.phase!.filter((phase) => phase !== null && phase >= 0).length).toBeGreaterThan(100);
    const { total, wrong } = differences(ours, answer.maps);
    expect(total).toBeGreaterThan(144 * 15);
    if (wrong.length > 0) expect.soft(wrong.length / total, wrong.join("\n")).toBeLessThan(1e-3);
  });
});
