import { defineConfig } from "vitest/config";

export default defineConfig({
  // The limits are for what hangs, also on a loaded machine; no test asserts a time.
  test: { include: ["src/**/*.test.ts", "test/**/*.test.ts"], testTimeout: 180_000, hookTimeout: 180_000 },
});
