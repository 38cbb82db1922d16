import { describe, expect, it } from "vitest";
import { fixtureFile } from "../../../../../fixtures/cases/case.ts";
import { whole } from "../../../../../test/contracts/format.ts";
import type { Signal, Table } from "../../../../core/contracts.ts";
import { memorySource } from "../../../../sources/memory.ts";
import { openDataset } from "../../../open.ts";

const { items, notices } = await openDataset(memorySource(await fixtureFile("hdf5/velox.emd"), "velox.emd"));
const signals = items.filter((item): item is Signal => item.kind === "signal");
const axesOf = ({ axes }: Signal) => axes.map(({ name, size, unit }) => `${name} ${size} ${unit}`);
const valuesOf = async (signal: Signal) => [...(await signal.tile(whole(signal)))];

/** Counts of one frame: pixel and channel of each event, as fixtures/make/hdf5-more.py writes them. */
const EVENTS = [
  [0, 3],
  [0, 3],
  [2, 5],
  [4, 7],
  [5, 1],
  [5, 2],
] as const;

describe("a Velox file of every kind of data", () => {
  it("gives events, energy losses, frames and the sum spectrum, each with its axes", () => {
    expect(signals.map((signal) => [signal.title, ...axesOf(signal)].join(", "))).toEqual([
      "EDS, y 2 nm, x 3 nm, energy 16 keV",
      "EDS, frames apart, time 2 s, y 2 nm, x 3 nm, energy 16 keV",
      "EELS from 400 eV, y 2 nm, x 3 nm, energy 4 eV",
      "HAADF#1, time 2 s, y 2 nm, x 3 nm",
      "SuperXG11 spectrum, energy 16 keV",
    ]);
    expect(notices.map(({ code }) => code)).toEqual(["unit-assumed"]);
    expect(signals[3]!.meta).toMatchObject({
      "beam.energy": { value: 200 },
      "detector.outer": { value: 200 },
    });
  });

  it("counts the events of a pixel, summed over frames and apart", async () => {
    const frame = new Array(96).fill(0);
    for (const [pixel, channel] of EVENTS) frame[16 * pixel + channel]++;
    expect(await valuesOf(signals[0]!)).toEqual(frame.map((count) => 2 * count));
    expect(await valuesOf(signals[1]!)).toEqual([...frame, ...frame]);
  });

  it("puts frames and lines first, and knows each frame's own time", async () => {
    expect(await valuesOf(signals[3]!)).toEqual([0, 2, 4, 6, 8, 10, 1, 3, 5, 7, 9, 11]);
    // Stored as columns, energies, lines.
    expect((await valuesOf(signals[2]!)).slice(0, 5)).toEqual([0, 2, 4, 6, 8]);
    const times = items.find((item): item is Table => item.kind === "table")!;
    expect([...(await times.read("time", 0, 2))]).toEqual([0, 1]);
  });
});
