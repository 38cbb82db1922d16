// node scripts/app-picture.mjs: after `npm run demo`, opens its scan in the built app, maps it there and takes the
// picture of README, docs/app.png.
import { readFileSync } from "node:fs";
import { createServer } from "node:http";
import { extname, join, normalize } from "node:path";
import { fileURLToPath } from "node:url";
import { chromium } from "playwright-core";

const ROOT = fileURLToPath(new URL("..", import.meta.url));
const SCAN = process.argv[2] ?? join(ROOT, "demo-out", "scan");
const TYPES = {
  ".html": "text/html",
  ".js": "text/javascript",
  ".css": "text/css",
  ".wasm": "application/wasm",
};

const server = createServer(({ url }, response) => {
  const path = normalize(new URL(url, "http://x").pathname);
  const file = join(ROOT, "dist", "app", path === "/" ? "index.html" : path);
  response.writeHead(200, { "content-type": TYPES[extname(file)] ?? "application/octet-stream" });
  response.end(readFileSync(file));
});
await new Promise((resolve) => server.listen(0, "127.0.0.1", resolve));
const browser = await chromium.launch({
  executablePath: process.env.CHROMIUM_PATH ?? "/usr/bin/chromium",
  args: ["--no-sandbox"],
});
const page = await browser.newPage({ viewport: { width: 1280, height: 720 }, colorScheme: "dark" });
page.setDefaultTimeout(600_000);
await page.goto(`http://127.0.0.1:${server.address().port}`);
const chooser = page.waitForEvent("filechooser");
await page.locator('.files [data-command="file.open"]').click();
await (await chooser).setFiles(["scan.blo", "LNMO.cif", "Pt.cif"].map((name) => join(SCAN, name)));
await page.locator('[data-file="Pt.cif"][data-state="ready"]').waitFor();
await page.locator('[data-field="precessionDeg"]').fill("0.7deg");
await page.locator('[data-command="run.start"]').click();
await page.locator('[data-panel="map"][data-state="ready"]').waitFor();
await page.locator('[data-command="map.boundaries"]').check();
// A point of a grain in the upper half, away from the film.
await page.locator('[data-panel="map"]').focus();
for (const key of ["ArrowUp", "Shift+ArrowUp", "Shift+ArrowLeft", "ArrowUp", "ArrowUp"])
  await page.keyboard.press(key);
await page.locator('[data-panel="why"][data-state="ready"]').waitFor();
await page.waitForTimeout(3000);
await page.screenshot({ path: join(ROOT, "docs", "app.png") });
await browser.close();
server.close();
