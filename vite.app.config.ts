import { fileURLToPath } from "node:url";
import { defineConfig } from "vite";

/** The app as a folder of static files: addresses are relative, so it works from any place, offline too. */
export default defineConfig({
  root: fileURLToPath(new URL("src/app", import.meta.url)),
  base: "./",
  oxc: { jsx: { runtime: "automatic", importSource: "preact" } },
  worker: { format: "es" },
  build: {
    outDir: fileURLToPath(new URL("dist/app", import.meta.url)),
    emptyOutDir: true,
    target: "es2022",
    modulePreload: { polyfill: false },
    reportCompressedSize: false,
  },
});
