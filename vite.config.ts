import { defineConfig } from "vite";

/** One build for Node: four entries and the workers, dependencies and Node's own modules stay outside. */
export default defineConfig({
  build: {
    ssr: true,
    target: "node20",
    outDir: "dist",
    emptyOutDir: true,
    minify: false,
    rolldownOptions: {
      input: {
        cli: "src/cli/main.ts",
        index: "src/index.ts",
        node: "src/node.ts",
        browser: "src/browser.ts",
        worker: "src/executors/worker.node.ts",
        "png-worker": "src/figures/png-worker.node.ts",
        "worker-browser": "src/executors/worker.browser.ts",
      },
      output: {
        format: "es",
        entryFileNames: "[name].js",
        chunkFileNames: "chunks/[name]-[hash].js",
        banner: (chunk) => (chunk.isEntry && chunk.name === "cli" ? "#!/usr/bin/env node" : ""),
      },
    },
  },
});
