import { appendFile, mkdir, mkdtemp, rm, truncate, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import { afterAll, describe, expect, it } from "vitest";
import { casesOf } from "../../fixtures/cases/index.ts";
import { makeBlo } from "../../fixtures/make/blo.ts";
import { makeDm } from "../../fixtures/make/dm.ts";
import { makeEmpadRaw, makeEmpadXml } from "../../fixtures/make/empad.ts";
import { makeHdr, makeMib } from "../../fixtures/make/mib.ts";
import { makeMrc } from "../../fixtures/make/mrc.ts";
import { makeNpy } from "../../fixtures/make/npy.ts";
import { makeRipple } from "../../fixtures/make/ripple.ts";
import { makeSer } from "../../fixtures/make/tia.ts";
import { makeTvips } from "../../fixtures/make/tvips.ts";
import type { Dataset, Signal } from "../../src/core/contracts.ts";
import { isLithoscopeError } from "../../src/core/errors.ts";
import { formats, openWith } from "../../src/formats/index.ts";
import { openDataset } from "../../src/formats/open.ts";
import { openFile } from "../../src/sources/file.node.ts";
import { beside } from "../contracts/beside.ts";
import { whole } from "../contracts/format.ts";
import { judge } from "../fuzz/judge.ts";

const DIR = await mkdtemp(join(tmpdir(), "lithoscope-sets-"));
afterAll(() => rm(DIR, { recursive: true }));

type Files = Readonly<Record<string, Uint8Array>>;
const open = (name: string, files: Files): Promise<Dataset> => openDataset(beside(name, files));
const values = async ({ items }: Dataset) => {
  const signal = items[0] as Signal;
  return [...(await signal.tile(whole(signal)))];
};

describe("a file whose last frame is cut", () => {
  const raw = { width: 3, height: 2, depth: 100 };
  const cases: readonly [string, string, Files, bytes: number][] = [
    ["blo", "a.blo", { "a.blo": makeBlo() }, 25],
    ["mib", "a.mib", { "a.mib": makeMib() }, 2 * 8 * 6],
    ["mrc", "a.mrc", { "a.mrc": makeMrc() }, 2 * 5 * 4],
    ["tvips", "a_000.tvips", { "a_000.tvips": makeTvips()[0]! }, 2 * 5 * 4],
    ["tia", "a_1.ser", { "a_1.ser": makeSer() }, 0],
    ["ripple", "a.rpl", { "a.rpl": makeRipple(raw).rpl, "a.raw": makeRipple(raw).raw }, 200],
    ["empad", "a.xml", { "a.xml": makeEmpadXml(), "scan_x3_y2.raw": makeEmpadRaw() }, 0],
  ];

  it.each(cases)("%s: whole frames are read, and a notice counts them", async (_, name, files, bytes) => {
    const known = await values(await open(name, files));
    const longest = Object.entries(files).sort(([, a], [, b]) => b.length - a.length)[0]!;
    // The last element of a series is followed by its stamp of 24 bytes.
    const cut = { ...files, [longest[0]]: longest[1].slice(0, name.endsWith(".ser") ? -30 : -3) };
    const dataset = await open(name, cut);
    expect(dataset.notices.map(({ code }) => code).join()).toMatch(/truncated|stopped|short/);
    const found = await values(dataset);
    // A file that says how many frames it has keeps its shape, others lose the frame.
    const lost = found.length < known.length ? known.length - found.length : bytes;
    const intact = known.length - Math.max(lost, known.length / 6);
    expect(found.slice(0, intact)).toEqual(known.slice(0, intact));
  });

  it.each([
    ["dm", "a.dm4", makeDm()],
    ["npy", "a.npy", makeNpy()],
  ])("%s, whose data are one array, is refused with the byte where it ends", async (_, name, bytes) => {
    const cut = bytes.slice(0, -40);
    const read = async () =>
      values(await open(name, { [name]: cut.slice(0, name === "a.dm4" ? 600 : cut.length) }));
    await expect(read()).rejects.toMatchObject({ tag: "Format" });
  });
});

describe("a set of which a file is missing", () => {
  const { rpl } = makeRipple();
  const [first, second, third] = makeTvips({ perFile: 2 });
  it.each([
    ["EMPAD's frames", "a.xml", { "a.xml": makeEmpadXml() }, "scan_x3_y2.raw"],
    ["a ripple's numbers", "a.rpl", { "a.rpl": rpl }, ".raw"],
    ["the frames of a .hdr", "a.hdr", { "a.hdr": makeHdr({ Gain: "SLGM" }) }, "a.mib"],
    ["the first part of a stream", "a_001.tvips", { "a_001.tvips": second! }, "a_000.tvips"],
    ["the series of an .emi", "a.emi", { "a.emi": Uint8Array.of(0x4a, 0x4b, 0, 2) }, "a_1.ser"],
  ])("%s: the name of what is missing is said", async (_, name, files, missing) => {
    await expect(open(name, files as Files)).rejects.toMatchObject({
      tag: expect.stringMatching(/Missing|Format/),
      message: expect.stringContaining(missing),
    });
  });

  it("two parts of a stream: what is there up to the gap is read", async () => {
    const { items } = await open("a_000.tvips", { "a_000.tvips": first!, "a_002.tvips": third! });
    expect((items[0] as Signal).axes[0]!.size).toBe(2);
  });

  it("two data files of a detector's master: frames up to the gap, with a notice; none at all: refused", async () => {
    const all = (await casesOf("hdf5")).find(({ name }) => name === "arina_master.h5")!.files;
    const without = (...names: string[]) =>
      Object.fromEntries(Object.entries(all).filter(([name]) => !names.includes(name)));
    const { notices } = await open("arina_master.h5", without("arina_data_000002.h5"));
    expect(notices.map(({ message }) => message).join()).toContain("arina_data_000002.h5");
    const none = without("arina_data_000001.h5", "arina_data_000002.h5");
    await expect(open("arina_master.h5", none)).rejects.toMatchObject({ tag: "Format" });
  });
});

describe("the same name in another case", () => {
  const { rpl, raw } = makeRipple();
  it.each([
    ["a.rpl", { "a.rpl": rpl, "A.RAW": raw }],
    ["A.RPL", { "A.RPL": rpl, "a.raw": raw }],
    ["a.xml", { "a.xml": makeEmpadXml(), "SCAN_X3_Y2.RAW": makeEmpadRaw() }],
    ["A.HDR", { "A.HDR": makeHdr({ Gain: "SLGM" }), "a.MIB": makeMib() }],
    [
      "S_000.TVIPS",
      { "S_000.TVIPS": makeTvips({ perFile: 3 })[0]!, "s_001.tvips": makeTvips({ perFile: 3 })[1]! },
    ],
  ])("%s finds its companion", async (name, files) => {
    const { items, notices } = await open(name, files as unknown as Files);
    expect(items.length).toBeGreaterThan(0);
    expect(notices.map(({ code }) => code).filter((code) => /missing/.test(code))).toEqual([]);
  });

  it("two candidates are none", async () => {
    await expect(open("a.rpl", { "a.rpl": rpl, "A.raw": raw, "a.RAW": raw })).rejects.toMatchObject({
      tag: expect.stringMatching(/Missing|Format/),
    });
  });
});

describe("a file that is being written", () => {
  it("keeps what it was opened as when it grows, and says where it ends when it shrinks", async () => {
    const path = join(DIR, "live.blo");
    const bytes = makeBlo();
    await writeFile(path, bytes);
    const source = await openFile(path);
    const dataset = await openDataset(source);
    const known = await values(dataset);
    await appendFile(path, bytes.slice(-31));
    expect(await values(dataset)).toEqual(known);
    await truncate(path, bytes.length - 100);
    await expect(values(dataset)).rejects.toMatchObject({ tag: "Format", message: /file ends at/ });
    await source.close();
  });

  it("opens what is there of a scan that goes on", async () => {
    const bytes = makeBlo();
    const { notices } = await open("a.blo", { "a.blo": bytes.slice(0, bytes.length - 100) });
    expect(notices.map(({ code }) => code)).toEqual(["truncated"]);
  });
});

const every = (
  await Promise.all(formats.map(async (format) => ({ format, cases: await casesOf(format.id) })))
).flatMap(({ format, cases }) =>
  cases.filter(({ refused }) => !refused).map((one) => [`${format.id}: ${one.name}`, format, one] as const),
);
const sets = every.filter(([, , { files }]) => Object.keys(files).length > 1);

describe("any file of a set that is missing or cut in two costs a notice or an error of ours", () => {
  it.each(sets)("%s", async (_, format, { name, files, options }) => {
    const others = Object.keys(files).filter((other) => other !== name);
    for (const other of others.slice(0, 8)) {
      const half = files[other]!.slice(0, files[other]!.length / 2);
      for (const changed of [
        Object.fromEntries(Object.entries(files).filter(([key]) => key !== other)),
        { ...files, [other]: half },
        { ...files, [other]: new Uint8Array(0) },
      ])
        expect((await judge(format, { name, files: changed, options }, false)).wrong).toBeUndefined();
    }
  });
});

describe("companions whose names are in capitals are found", () => {
  // The names inside a Zarr folder are keys, of which case is a part.
  it.each(sets.filter(([, { id }]) => id !== "zarr"))("%s", async (_, format, { name, files, options }) => {
    const capitals = Object.entries(files).map(([key, bytes]) => [
      key === name ? key : key.toUpperCase(),
      bytes,
    ]);
    const [known, found] = await Promise.all(
      [files, Object.fromEntries(capitals) as Files].map((set) =>
        openWith(format, beside(name, set), undefined, options),
      ),
    );
    const notices = ({ notices: all }: Dataset) => all.map(({ code }) => code);
    expect(notices(found!)).toEqual(notices(known!));
    expect(found!.items.map(({ kind }) => kind)).toEqual(known!.items.map(({ kind }) => kind));
  });
});

describe("a file that another program still writes to", () => {
  const first = every.filter(([, { id }], i) => i === every.findIndex(([, other]) => other.id === id));

  it.each(first)(
    "%s: gives what it held when it was opened, and no error of another kind when it has shrunk",
    async (_, format, { name, files, options }) => {
      const folder = await mkdtemp(join(DIR, "live-"));
      for (const [key, bytes] of Object.entries(files)) {
        await mkdir(join(folder, dirname(key)), { recursive: true });
        await writeFile(join(folder, key), bytes);
      }
      const path = join(folder, name);
      const source = await openFile(path);
      const dataset = await openWith(format, source, undefined, options);
      const read = async () => {
        for (const item of dataset.items.slice(0, 4)) {
          if (item.kind === "signal") await item.tile(whole(item));
          if (item.kind === "table") for (const { name: c } of item.columns) await item.read(c, 0, item.rows);
        }
      };
      await appendFile(path, files[name]!.slice(-31));
      await read();
      await truncate(path, Math.floor(files[name]!.length / 2));
      await read().catch((error) => {
        if (!isLithoscopeError(error)) throw error;
      });
      await source.close();
    },
  );
});

describe("no bytes, and a folder", () => {
  const endings = [...new Set(formats.flatMap(({ extensions }) => extensions))];

  it.each(endings)("an empty file called a%s is refused with a sentence", async (ending) => {
    const name = `a${ending}`;
    await expect(open(name, { [name]: new Uint8Array(0) })).rejects.toMatchObject({
      tag: expect.stringMatching(/Format|Missing/),
      message: expect.stringContaining(name),
    });
  });

  it.each(endings)("a folder called a%s is no file", async (ending) => {
    const path = join(DIR, `a${ending}`);
    await mkdir(path, { recursive: true });
    await expect(openFile(path)).rejects.toMatchObject({ tag: "NotFound", message: /is a folder/ });
  });
});
