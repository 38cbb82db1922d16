import { fileURLToPath } from "node:url";
import { defineConfig } from "vite";

/** Builds the benches below out/, which is not kept; dependencies stay outside. */
export default defineConfig({
  root: fileURLToPath(new URL("..", import.meta.url)),
  logLevel: "warn",
  build: {
    ssr: true,
    target: "node20",
    outDir: "out/bench",
    emptyOutDir: true,
    minify: false,
    rolldownOptions: {
      input: { main: "bench/main.ts", "read-worker": "bench/read-worker.ts" },
      output: { entryFileNames: "[name].js", chunkFileNames: "chunks/[name]-[hash].js" },
    },
  },
});
