/**
 * Opens every real file of data/em and of data/lab/{echem,holder,impedance} and compares it with what independent readers gave: `npm run check:data [PART]`.
 * Vite runs the TypeScript of test/real as it is, so nothing has to be built first.
 */
import { createServer } from "vite";

const server = await createServer({
  configFile: false,
  root: new URL("../", import.meta.url).pathname,
  appType: "custom",
  logLevel: "error",
  server: { middlewareMode: true, watch: null, hmr: false, ws: false },
  optimizeDeps: { noDiscovery: true, include: [] },
});
try {
  const { checkAll } = await server.ssrLoadModule("/test/real/check.ts");
  const wrong = await checkAll((line) => process.stdout.write(`${line}\n`), process.argv[2]);
  process.exitCode = wrong > 0 ? 1 : 0;
} finally {
  await server.close();
}
