import { describe, expect, it } from "vitest";
import { cases } from "../../../fixtures/cases/chi.ts";
import { formatContract } from "../../../test/contracts/format.ts";
import {
  codes,
  headings,
  openText as open,
  startOf,
  tables,
  values,
} from "../../../test/contracts/lab-text.ts";
import { chiFormat } from "./format.ts";

const made = await cases();
const textOf = (k: number) => new TextDecoder().decode(made[k]!.files[made[k]!.name]);

describe("chi", () => {
  it("reads a spectrum and its settings", async () => {
    const dataset = await open(textOf(0), "made.txt");
    const [table] = tables(dataset);
    expect(headings(table!)).toEqual(["Freq Hz", "Z' ohm", 'Z" ohm', "Z ohm", "Phase deg"]);
    expect(await values(table!, 'Z"')).toEqual([-2.5, -4, -1]);
    expect(table!.meta).toMatchObject({
      technique: "A.C. Impedance",
      device: "CHI660E",
      comments: "a film",
      "Init E": { value: 0.5, unit: "V" },
      start: "2020-02-20T15:55:08.000Z",
    });
    expect(codes(dataset)).toEqual(["zone-assumed"]);
  });

  it("says that the sign of a current is not in the file", async () => {
    const dataset = await open(textOf(1), "sweep.txt", { timeZone: "Europe/Berlin" });
    const [table] = tables(dataset);
    expect(await values(table!, "Current")).toEqual([1e-6, 1.5e-6, 1.8e-6]);
    expect(table!.meta).toMatchObject({ scanRate: { value: 0.1, unit: "V/s" } });
    expect(table!.meta.start).toBe("2020-02-20T15:55:08.000+01:00");
    expect(codes(dataset)).toEqual(["current-sign"]);
  });

  it("is a stream where it has times", async () => {
    const text = textOf(1).replace("Potential/V, Current/A", "Time/sec, Current/A");
    expect(startOf(await open(text, "sweep.txt"))).toEqual({
      column: "Time",
      start: "2020-02-20T15:55:08.000Z",
    });
  });

  it("refuses a header without names", async () => {
    const text = textOf(0).slice(0, textOf(0).indexOf("Freq"));
    await expect(open(text, "made.txt")).rejects.toMatchObject({ tag: "Format" });
  });
});

describe("chi keeps the contract of formats", () => {
  for (const { name, files } of made) formatContract({ format: chiFormat, name, bytes: files[name]! });
});
