import { describe, expect, it } from "vitest";
import { cases } from "../../../fixtures/cases/palmsens.ts";
import { formatContract } from "../../../test/contracts/format.ts";
import {
  codes,
  headings,
  openText as open,
  startOf,
  tables,
  values,
} from "../../../test/contracts/lab-text.ts";
import { memorySource } from "../../sources/memory.ts";
import { openDataset } from "../open.ts";
import { palmsensFormat } from "./format.ts";

const made = await cases();

const made16 = made[0]!.files["made.pssession"]!;
const textOf16 = new TextDecoder("utf-16le").decode(made16);

describe("palmsens", () => {
  it("reads the data set and the spectrum that differs from it", async () => {
    const dataset = await openDataset(memorySource(made16, "made.pssession"));
    const [own, spectrum] = tables(dataset);
    expect(headings(own!)).toEqual(["Idc µA", "time s", "Frequency Hz", "ZRe Ω", "-ZIm Ω", "-Phase deg"]);
    expect(await values(own!, "-ZIm")).toEqual([2.5, 4, 1]);
    expect(own!.title).toBe("made.pssession, a film");
    expect(own!.meta).toMatchObject({ technique: "eis", device: "PS4A" });
    expect(spectrum!.title).toBe("made.pssession, a film, as measured");
    expect(await values(spectrum!, "ZRe")).toEqual([10.5, 12, 20]);
    expect(startOf(dataset)).toEqual({ column: "time", start: "2023-08-22T12:33:39.532+03:00" });
    expect(codes(dataset)).toEqual(["spectrum-differs"]);
  });

  it("reads names in lower case as newer programs write them, in UTF-8 too", async () => {
    const text = textOf16.replace(/"([A-Z]\w*)":/g, (_, name: string) => `"${name.toLowerCase()}":`);
    const dataset = await open(text, "made.pssession");
    expect(await values(tables(dataset)[0]!, "ZRe")).toEqual([10, 12, 20]);
  });

  it("gives a spectrum once where both places hold the same", async () => {
    const dataset = await open(textOf16.replace("10.5", "10"), "made.pssession");
    expect(tables(dataset)).toHaveLength(1);
    expect(codes(dataset)).toEqual([]);
  });

  it("refuses a session without values", async () => {
    const text = '{"Type":"PalmSens.DataFiles.SessionFile","Measurements":[]}';
    await expect(open(text, "made.pssession")).rejects.toMatchObject({ tag: "Format" });
  });
});

describe("palmsens keeps the contract of formats", () => {
  for (const { name, files } of made) formatContract({ format: palmsensFormat, name, bytes: files[name]! });
});
