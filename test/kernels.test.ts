import { readFileSync } from "node:fs";
import { describe, expect, it } from "vitest";
import { generate, generatedPath, kernelNames } from "../scripts/build-kernels.mjs";

describe("the kernels", () => {
  it.each(kernelNames())(
    "%s is what its source compiles to, byte by byte",
    async (name) => {
      expect(await generate(name)).toBe(readFileSync(generatedPath(name), "utf8"));
    },
    60_000,
  );
});
