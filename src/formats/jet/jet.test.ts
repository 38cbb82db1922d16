import { describe, expect, it } from "vitest";
import { cases } from "../../../fixtures/cases/jet.ts";
import { memorySource } from "../../sources/memory.ts";
import { openDataset } from "../open.ts";
import { jetFormat } from "./format.ts";

const [{ name, files }] = (await cases()) as [Awaited<ReturnType<typeof cases>>[number]];

describe("jet", () => {
  it("is known by its first page and refused with the export that can be read", async () => {
    expect(jetFormat.sniff(files[name]!, "unnamed")).toBe("certain");
    expect(jetFormat.sniff(new Uint8Array(64), "unnamed")).toBe("no");
    await expect(openDataset(memorySource(files[name]!, name))).rejects.toMatchObject({
      tag: "Refused",
      hint: expect.stringMatching(/CSV/),
    });
  });

  it("is no database that only has the name", async () => {
    await expect(openDataset(memorySource(new Uint8Array(64), "a.res"))).rejects.toMatchObject({
      tag: "Format",
    });
  });
});
