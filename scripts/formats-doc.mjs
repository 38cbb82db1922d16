/** Writes docs/formats.md from the manifests: `npm run docs:formats`. */
import { readFileSync, writeFileSync } from "node:fs";
import { createServer } from "vite";

const root = new URL("../", import.meta.url);
const server = await createServer({
  configFile: false,
  root: root.pathname,
  appType: "custom",
  logLevel: "error",
  server: { middlewareMode: true, watch: null, hmr: false, ws: false },
  optimizeDeps: { noDiscovery: true, include: [] },
});
try {
  const { formats } = await server.ssrLoadModule("/src/formats/index.ts");
  const { writers } = await server.ssrLoadModule("/src/formats/writers.ts");
  const { formatsPage } = await server.ssrLoadModule("/test/formats-page.ts");
  const readme = (id) => readFileSync(new URL(`src/formats/${id}/README.md`, root), "utf8");
  writeFileSync(new URL("docs/formats.md", root), formatsPage(formats, writers, readme));
} finally {
  await server.close();
}
