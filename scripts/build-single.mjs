import { mkdirSync, writeFileSync } from "node:fs";
import { fileURLToPath } from "node:url";
import { build } from "vite";

/*
 * The app as one file that opens by a double click: a page from `file://` may load neither modules nor workers from
 * other files, so the scripts, style, kernels and fonts stand in the page, and workers start from blob: addresses
 * made of the texts in it (src/app/desk/addresses.ts).
 *
 * node scripts/build-single.mjs [FOLDER]     writes FOLDER/lithoscope.html (default dist)
 */
const path = (relative) => fileURLToPath(new URL(`../${relative}`, import.meta.url));

/** The page takes its workers from its own text, so it needs no address of a worker's file. */
const noWorkerFiles = {
  name: "no-worker-files",
  enforce: "pre",
  resolveId: (id) => (id.endsWith("?worker&url") ? "\0no-worker-file" : undefined),
  load: (id) => (id === "\0no-worker-file" ? 'export default "";' : undefined),
};

/** One entry with everything it ever imports, as the text of one script and one style sheet. */
async function bundle(entry, format) {
  const made = await build({
    configFile: false,
    root: path("src/app"),
    base: "./",
    logLevel: "error",
    plugins: [noWorkerFiles],
    oxc: { jsx: { runtime: "automatic", importSource: "preact" } },
    build: {
      write: false,
      target: "es2022",
      modulePreload: false,
      assetsInlineLimit: Number.POSITIVE_INFINITY,
      cssCodeSplit: false,
      reportCompressedSize: false,
      chunkSizeWarningLimit: Number.POSITIVE_INFINITY,
      rolldownOptions: { input: path(entry), output: { format, codeSplitting: false } },
    },
  });
  const { output } = Array.isArray(made) ? made[0] : made;
  const scripts = output.filter(({ type }) => type === "chunk");
  const styles = output.filter(({ fileName }) => fileName.endsWith(".css"));
  const others = output.filter(({ type, fileName }) => type === "asset" && !fileName.endsWith(".css"));
  if (scripts.length !== 1 || others.length > 0)
    throw new Error(
      `${entry}: wanted one script, found ${output.map(({ fileName }) => fileName).join(", ")}`,
    );
  return { script: scripts[0].code, style: styles.map(({ source }) => source).join("\n") };
}

/** A script's text in which nothing ends or comments out the element that it stands in. */
const inScript = (text) => text.replace(/<(?=\/script|!--)/gi, "\\x3c");

// Chromium starts no module workers from blob: addresses of a page from file://, so those scripts are classic ones.
const page = await bundle("src/app/main.tsx", "es");
const desk = await bundle("src/app/desk/worker.ts", "iife");
const tiles = await bundle("src/executors/worker.browser.ts", "iife");
const policy = [
  "default-src 'none'",
  "script-src 'unsafe-inline' 'wasm-unsafe-eval' blob:",
  "worker-src blob:",
  "style-src 'unsafe-inline'",
  "img-src data: blob:",
  "font-src data: blob:",
  "connect-src data: blob:",
].join("; ");
const folder = process.argv[2] ?? path("dist");
mkdirSync(folder, { recursive: true });
writeFileSync(
  `${folder}/lithoscope.html`,
  `<!doctype html>
<html lang="en">
  <head>
    <meta charset="utf-8" />
    <meta http-equiv="Content-Security-Policy" content="${policy}" />
    <meta name="viewport" content="width=device-width, initial-scale=1" />
    <title>Lithoscope</title>
    <link rel="icon" href="data:," />
    <style>${page.style}</style>
  </head>
  <body>
    <div id="app"></div>
    <noscript>Lithoscope computes in this page and needs JavaScript.</noscript>
    <script type="text/plain" data-worker="desk">${inScript(desk.script)}</script>
    <script type="text/plain" data-worker="tiles">${inScript(tiles.script)}</script>
    <script type="module">${inScript(page.script)}</script>
  </body>
</html>
`,
);
