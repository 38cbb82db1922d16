import { fileURLToPath } from "node:url";
import { defineConfig } from "vite";

/** Builds the fuzzer below out/, which is not kept; dependencies stay outside. */
export default defineConfig({
  root: fileURLToPath(new URL("../..", import.meta.url)),
  logLevel: "warn",
  build: {
    ssr: true,
    target: "node20",
    outDir: "out/fuzz",
    emptyOutDir: true,
    minify: false,
    rolldownOptions: {
      input: { fuzz: "test/fuzz/fuzz.ts", child: "test/fuzz/child.ts" },
      output: { entryFileNames: "[name].js", chunkFileNames: "[name]-[hash].js" },
    },
  },
});
