import { spawnSync } from "node:child_process";

/*
 * Random use of the built app in Chromium: npm run soak [-- SECONDS [SEED]], 20 minutes unless said otherwise.
 * A fault is shown with what was done before it; the same seed does the same again, as far as time allows.
 */
const [seconds = "1200", seed = "1"] = process.argv.slice(2);
const env = { ...process.env, SOAK_SECONDS: seconds, SOAK_SEED: seed };
const { status } = spawnSync("npx", ["vitest", "run", "test/browser/soak.test.ts"], {
  env,
  stdio: "inherit",
});
process.exit(status ?? 1);
