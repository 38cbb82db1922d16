import { describe, expect, it } from "vitest";
import { fixtureFile } from "../../../../fixtures/cases/case.ts";
import { formatContract, whole } from "../../../../test/contracts/format.ts";
import type { Signal } from "../../../core/contracts.ts";
import { memorySource } from "../../../sources/memory.ts";
import { openDataset } from "../../open.ts";
import { hdf5Format } from "../format.ts";

const bytes = await fixtureFile("hdf5/upended.emd");

describe("EMD as HyperSpy writes it", () => {
  it("is turned round by the names of its dimensions", async () => {
    const { items } = await openDataset(memorySource(bytes, "upended.emd"));
    const [scan, spectra] = items as [Signal, Signal];
    const shown = ({ axes }: Signal) =>
      axes.map(({ name, role, size, unit, scale, offset }) =>
        [name, role, size, unit, scale, offset].join(" "),
      );
    expect(shown(scan)).toEqual([
      "y nav 2 nm 0.5 1",
      "x nav 3 nm 0.5 1",
      "ky signal 4 1/nm 0.5 1",
      "kx signal 5 1/nm 0.5 1",
    ]);
    expect(shown(spectra)).toEqual(["y nav 2 nm 0.5 1", "x nav 3 nm 0.5 1", "Energy signal 4 eV 0.5 1"]);
    for (const signal of [scan, spectra]) {
      const values = [...(await signal.tile(whole(signal)))];
      expect(values).toEqual(values.map((_, i) => i));
    }
  });

  formatContract({ format: hdf5Format, name: "upended.emd", bytes });
});
