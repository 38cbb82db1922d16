import { describe, expect, it } from "vitest";
import { feiRecords, type MrcFields, makeInfo, makeMrc, mrcValue } from "../../../fixtures/make/mrc.ts";
import { beside } from "../../../test/contracts/beside.ts";
import { formatContract, whole } from "../../../test/contracts/format.ts";
import type { Signal, Table } from "../../core/contracts.ts";
import { openDataset } from "../open.ts";
import { mrcFormat } from "./format.ts";

async function openFiles(files: Readonly<Record<string, Uint8Array>>, name: string) {
  const dataset = await openDataset(beside(name, files));
  return { dataset, signal: dataset.items[0] as Signal, codes: dataset.notices.map(({ code }) => code) };
}

const openMade = (fields: MrcFields = {}, name = "made.mrc") => openFiles({ [name]: makeMrc(fields) }, name);
const named = ({ axes }: Signal) => axes.map(({ name, size, unit }) => `${name} ${size} ${unit}`);

describe("mrc", () => {
  formatContract({ format: mrcFormat, name: "made.mrc", bytes: makeMrc({ range: [0, 200] }) });
  formatContract({
    format: mrcFormat,
    name: "fei.mrc",
    bytes: makeMrc({ mode: 2, big: false, extended: { type: "FEI1", bytes: feiRecords(3, 1e-10) } }),
  });

  it.each([0, 1, 2, 3, 4, 6, 12, 16, 101])(
    "reads mode %d in both byte orders, a region of it too",
    async (mode) => {
      const types = {
        0: "u8",
        1: "i16",
        2: "f32",
        3: "c64",
        4: "c64",
        6: "u16",
        12: "f32",
        16: "rgb8",
        101: "u8",
      };
      const per = mode === 16 ? 3 : mode === 3 || mode === 4 ? 2 : 1;
      for (const big of [false, true]) {
        const { signal } = await openMade({ mode, big, range: [0, 130] });
        expect(signal.dtype).toBe((types as Record<number, string>)[mode]);
        const values = await signal.tile({ start: [1, 2, 3], stop: [2, 3, 5] });
        const expected = Array.from({ length: 2 * per }, (_, k) => mrcValue(1, (2 * 5 + 3) * per + k, mode));
        expect([...values]).toEqual(expected);
      }
    },
  );

  it("takes steps of the cell for images and volumes, not for the number of an image", async () => {
    const stack = await openMade();
    expect(named(stack.signal)).toEqual(["frame 3 px", "y 4 nm", "x 5 nm"]);
    expect(stack.signal.axes[2]!.scale).toBeCloseTo(0.2, 12);
    const volume = await openMade({ spaceGroup: 1 });
    expect(named(volume.signal)).toEqual(["z 3 nm", "y 4 nm", "x 5 nm"]);
    const volumes = await openMade({ size: [5, 4, 6], intervals: [5, 4, 3], spaceGroup: 401 });
    expect(named(volumes.signal)).toEqual(["volume 2 px", "z 3 nm", "y 4 nm", "x 5 nm"]);
    const turned = await openMade({ axisOf: [2, 1, 3], cell: [20, 10, 3], spaceGroup: 1 });
    expect(named(turned.signal)).toEqual(["z 3 nm", "x 4 nm", "y 5 nm"]);
    const upended = await openMade({ axisOf: [3, 2, 1], cell: [20, 10, 3], spaceGroup: 1 });
    expect(named(upended.signal)).toEqual(["x 3 nm", "y 4 nm", "z 5 nm"]);
    const unknown = await openMade({ cell: [-1, 0, 0] });
    expect(named(unknown.signal)).toEqual(["frame 3 px", "y 4 px", "x 5 px"]);
    expect(unknown.codes).toContain("uncalibrated");
  });

  it("knows files without the word MAP by their name and sizes", async () => {
    for (const big of [false, true])
      expect((await openMade({ old: true, big })).signal.axes[0]!.size).toBe(3);
  });

  it("settles the sign of bytes by IMOD's flag, the range, the version, and says where it guessed", async () => {
    const dtype = async (fields: MrcFields) => (await openMade({ mode: 0, ...fields })).signal.dtype;
    expect(await dtype({ imodFlags: 1 })).toBe("i8");
    expect(await dtype({ imodFlags: 0 })).toBe("u8");
    expect(await dtype({ range: [-5, 20] })).toBe("i8");
    expect(await dtype({ range: [0, 255] })).toBe("u8");
    expect((await openMade({ mode: 0 })).codes).toContain("sign-assumed");
    expect(await dtype({ version: 0 })).toBe("u8");
  });

  it("reads FEI's extended header: instrument, a row for each section, patterns in 1/nm", async () => {
    const extended = { type: "FEI2", bytes: feiRecords(3, 2e8, 888) };
    const { signal, dataset } = await openMade({ extended });
    expect(named(signal)).toEqual(["frame 3 px", "ky 4 1/nm", "kx 5 1/nm"]);
    expect(signal.axes[2]!.scale).toBeCloseTo(0.2, 12);
    expect(signal.meta["beam.energy"]).toMatchObject({ value: 200, unit: "keV" });
    expect(signal.meta["camera.length"]).toMatchObject({ value: 500, unit: "mm" });
    const table = dataset.items[1] as Table;
    expect([...(await table.read("alpha", 0, 3))]).toEqual([0, 2, 4]);
    const times = (await table.read("time", 0, 3)) as Float64Array;
    expect(times[2]).toBeCloseTo(2, 4);
    expect((await signal.tile({ start: [2, 0, 0], stop: [3, 1, 1] }))[0]).toBe(mrcValue(2, 0, 1));
  });

  it("reads SerialEM's extended header and FEI's old one", async () => {
    const serial = new Int16Array([250, 25, -50, -250, 75, 100]);
    const made = { type: "SERI", bytes: new Uint8Array(serial.buffer), perSection: [6, 5] as const };
    const { dataset } = await openMade({ size: [5, 4, 2], extended: made });
    const table = dataset.items[1] as Table;
    expect(table.columns.map(({ name }) => name)).toEqual(["alpha", "stage x", "stage y"]);
    expect([...(await table.read("alpha", 0, 2))]).toEqual([2.5, -2.5]);
    expect([...(await table.read("stage y", 0, 2))]).toEqual([-2, 4]);
    const old = new Float32Array(32768).fill(1.5);
    const agard = await openMade({ extended: { type: "", bytes: new Uint8Array(old.buffer) } });
    expect([...(await (agard.dataset.items[1] as Table).read("beta", 0, 1))]).toEqual([1.5]);
    const odd = await openMade({ extended: { type: "CCP4", bytes: new Uint8Array(80) } });
    expect(odd.codes).toContain("extended-unknown");
  });

  it("lays a Direct Electron movie out as its _info.txt says, by any of the three files", async () => {
    const info = {
      "Scan - Enable": "Enable",
      "Scan - Type": "Raster",
      "Scan - Size X": 3,
      "Scan - Size Y": 2,
      "Specimen Pixel Size X (nanometers)": 4,
      "Specimen Pixel Size Y (nanometers)": 5,
      "Diffraction Pixel Size X": 0.1,
      "Diffraction Pixel Size Y": -1,
      "Autosave Counted Movie Pixel Format": "uint8",
      "Reference - Dark": "dark.mrc",
    };
    const files = {
      "20250429_06699_0_movie.mrc": makeMrc({ mode: 0, size: [5, 4, 6] }),
      "20250429_06699_info.txt": makeInfo(info),
      "20250429_06699_scan_coordinates.csv": new TextEncoder().encode(
        "0,0\r\n1,0\r\n2,0\r\n0,1\r\n1,1\r\n2,1\r\n",
      ),
    };
    for (const name of Object.keys(files)) {
      const { signal, dataset, codes } = await openFiles(files, name);
      expect(named(signal)).toEqual(["y 2 nm", "x 3 nm", "ky 4 px", "kx 5 1/nm"]);
      expect(signal.dtype).toBe("u8");
      expect(codes).not.toContain("sign-assumed");
      expect(signal.meta["detector.darkReference"]).toBe("dark.mrc");
      expect([...(await (dataset.items[1] as Table).read("y", 2, 5))]).toEqual([0, 1, 1]);
    }
    const wrong = { ...files, "20250429_06699_info.txt": makeInfo({ ...info, "Scan - Size X": 4 }) };
    const { signal, codes } = await openFiles(wrong, "20250429_06699_0_movie.mrc");
    expect(named(signal)[0]).toBe("frame 6 px");
    expect(codes).toContain("scan-contradicted");
  });

  it("gives a movie without a scan its time", async () => {
    const files = {
      "a_movie.mrc": makeMrc(),
      "a_info.txt": makeInfo({ "Frame Time (nanoseconds)": 25e6, "Autosave Movie Sum Count": 4 }),
    };
    const { signal } = await openFiles(files, "a_movie.mrc");
    expect(signal.axes[0]).toMatchObject({ name: "time", unit: "s", scale: 0.1 });
  });

  it("asks for the movie of an _info.txt, and opens positions alone", async () => {
    await expect(openFiles({ "a_info.txt": makeInfo() }, "a_info.txt")).rejects.toMatchObject({
      tag: "Missing",
    });
    const alone = await openFiles(
      { "a_scan_coordinates.csv": new TextEncoder().encode("1,2\n") },
      "a_scan_coordinates.csv",
    );
    expect(alone.codes).toEqual(["movie-missing"]);
  });

  it("delivers whole sections, refuses what cannot be", async () => {
    const bytes = makeMrc();
    const { signal, codes } = await openFiles({ "cut.mrc": bytes.slice(0, 1024 + 60) }, "cut.mrc");
    expect(codes).toContain("truncated");
    expect([...(await signal.tile({ start: [0, 3, 4], stop: [2, 4, 5] }))]).toEqual([mrcValue(0, 19, 1), 0]);
    const many = bytes.slice();
    new DataView(many.buffer).setInt32(8, 2 ** 24, true);
    expect((await openFiles({ "many.mrc": many }, "many.mrc")).signal.meta["frames.present"]).toMatchObject({
      value: 3,
    });
    for (const [at, value] of [
      [0, -5],
      [8, 2 ** 31 - 1],
      [92, -1],
      [92, 2 ** 31 - 1],
    ] as const) {
      const wrong = bytes.slice();
      new DataView(wrong.buffer).setInt32(at, value, true);
      await expect(openFiles({ "wrong.mrc": wrong }, "wrong.mrc")).rejects.toMatchObject({ tag: "Format" });
    }
    await expect(openMade({ mode: 7 })).rejects.toMatchObject({ tag: "Unsupported" });
  });

  it("reads all of a small file", async () => {
    const { signal } = await openMade({ mode: 101 });
    const all = [...(await signal.tile(whole(signal)))];
    expect(all).toEqual([0, 1, 2].flatMap((s) => Array.from({ length: 20 }, (_, i) => mrcValue(s, i, 101))));
  });
});
