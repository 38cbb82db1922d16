import { cpSync, existsSync, mkdtempSync, readFileSync, rmSync } from "node:fs";
import { createServer, type Server } from "node:http";
import type { AddressInfo } from "node:net";
import { tmpdir } from "node:os";
import { extname, join, normalize } from "node:path";
import { fileURLToPath } from "node:url";
import { type Browser, chromium, type Page } from "playwright-core";
import { build } from "vite";

export const CHROMIUM = process.env.CHROMIUM_PATH ?? "/usr/bin/chromium";
/** Why the tests are skipped, in their name; "" where Chromium is there. */
export const MISSING = existsSync(CHROMIUM) ? "" : ` (skipped: no Chromium at ${CHROMIUM})`;

const TYPES: Readonly<Record<string, string>> = {
  ".html": "text/html; charset=utf-8",
  ".js": "text/javascript",
  ".css": "text/css",
  ".wasm": "application/wasm",
};

/** The built app in a browser, and whatever went wrong in it. */
export interface RunningApp {
  readonly page: Page;
  /** Where the built app lies. */
  readonly folder: string;
  /** Errors of the page and requests to other origins. */
  readonly faults: string[];
  close(): Promise<void>;
}

/** The app as `npm run build` left it. */
const BUILT = fileURLToPath(new URL("../../dist/app", import.meta.url));

/** Serves a folder as any static server does. */
export async function serveFolder(
  folder: string,
  headers: Readonly<Record<string, string>> = {},
): Promise<{ origin: string; close: () => void }> {
  const server: Server = createServer((request, response) => {
    const path = normalize(decodeURIComponent(new URL(request.url ?? "/", "http://x").pathname));
    const file = join(folder, path === "/" ? "index.html" : path);
    const known = file.startsWith(folder) && existsSync(file);
    const type = TYPES[extname(file)] ?? "text/plain";
    response.writeHead(known ? 200 : 404, { ...headers, "content-type": type });
    response.end(known ? readFileSync(file) : "not found");
  });
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  const origin = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
  return { origin, close: () => server.close() };
}

/** Builds the app, or takes the one that is built; serves it as any static server does, and opens it. */
export async function startApp(from: "source" | "dist" = "source"): Promise<RunningApp> {
  const folder = mkdtempSync(join(tmpdir(), "lithoscope-app-"));
  // A copy: a build that goes on meanwhile changes nothing here.
  if (from === "dist") cpSync(BUILT, folder, { recursive: true });
  else
    await build({
      configFile: fileURLToPath(new URL("../../vite.app.config.ts", import.meta.url)),
      logLevel: "error",
      build: { outDir: folder, emptyOutDir: true },
    });
  const { origin, close } = await serveFolder(folder);
  const browser: Browser = await chromium.launch({ executablePath: CHROMIUM, args: ["--no-sandbox"] });
  const context = await browser.newContext({ viewport: { width: 1280, height: 720 }, colorScheme: "dark" });
  const page = await context.newPage();
  // Another test may hold the cores.
  page.setDefaultTimeout(100_000);
  const faults: string[] = [];
  page.on("pageerror", (error) => faults.push(String(error.stack ?? error)));
  page.on("console", (message) => {
    if (message.type() === "error") faults.push(message.text());
  });
  page.on("request", (request) => {
    const url = request.url();
    if (!url.startsWith(origin) && !/^(?:data|blob):/.test(url)) faults.push(`foreign request: ${url}`);
  });
  await page.goto(origin);
  // The browser throws keys away that are pressed before the page is first drawn.
  await page.waitForFunction(() => performance.getEntriesByType("paint").length > 0);
  await page.waitForTimeout(100);
  return {
    page,
    folder,
    faults,
    async close() {
      await browser.close();
      close();
      rmSync(folder, { recursive: true, force: true });
    },
  };
}
