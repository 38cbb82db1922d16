import { mkdir, mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { gzipSync, zipSync } from "fflate";
import { afterAll, describe, expect, it } from "vitest";
import { fixtureFile, utf8 } from "../../fixtures/cases/case.ts";
import { makeEmpadRaw, makeEmpadXml } from "../../fixtures/make/empad.ts";
import { makeNpy, npyValue } from "../../fixtures/make/npy.ts";
import { makeSer } from "../../fixtures/make/tia.ts";
import { makeTiff } from "../../fixtures/make/tiff.ts";
import type { Dataset, Signal, Source } from "../../src/core/contracts.ts";
import { openDataset } from "../../src/formats/open.ts";
import { parseXml } from "../../src/formats/xml.ts";
import { openFile } from "../../src/sources/file.node.ts";
import { memorySource } from "../../src/sources/memory.ts";
import { beside } from "../contracts/beside.ts";
import { whole } from "../contracts/format.ts";

const DIR = await mkdtemp(join(tmpdir(), "lithoscope-bad-"));
afterAll(() => rm(DIR, { recursive: true }));

const open = (name: string, bytes: Uint8Array): Promise<Dataset> => openDataset(memorySource(bytes, name));
const zip = (files: Readonly<Record<string, Uint8Array>>) => zipSync({ ...files }, { level: 6 });
const zeros = (bytes: number) => {
  const head = makeNpy({ shape: [1], type: "u1" }).slice(0, 128);
  const text = new TextDecoder("latin1").decode(head).replace(/\(1,\), \}(\s+)\n/, `(${bytes},), }\n`);
  const padded = text.replace("}\n", `}${" ".repeat(128 - text.length)}\n`);
  const out = new Uint8Array(128 + bytes);
  out.set(Uint8Array.from(padded, (letter) => letter.charCodeAt(0)));
  return out;
};

describe("bombs", () => {
  const bomb = zeros(65 * 2 ** 20);

  it("refuses a member that grows a thousandfold", async () => {
    const packed = zip({ "a.npy": bomb });
    expect(bomb.length / packed.length).toBeGreaterThan(1000);
    await expect(open("a.zip", packed)).rejects.toMatchObject({ tag: "Refused", hint: /unpack/ });
  });

  it("refuses a .gz that grows a thousandfold", async () => {
    await expect(open("a.npy.gz", gzipSync(bomb, { level: 6 }))).rejects.toMatchObject({ tag: "Refused" });
  });

  it("reads a member of zeros of usual size", async () => {
    const { items } = await open("a.zip", zip({ "a.npy": zeros(2 ** 20) }));
    expect((items[0] as Signal).axes[0]!.size).toBe(2 ** 20);
  });

  it("refuses members that lie over each other", async () => {
    const one = zip({ "a.npy": zeros(2 ** 20) });
    // Twenty entries of the directory name the same bytes.
    const at = one.length - 22;
    const view = new DataView(one.buffer);
    const from = view.getUint32(at + 16, true);
    const entry = one.slice(from, at);
    const entries = Array.from({ length: 20 }, (_, i) => {
      const copy = entry.slice();
      copy[46] = 97 + i;
      return copy;
    });
    const out = new Uint8Array(from + 20 * entry.length + 22);
    out.set(one.subarray(0, from));
    for (const [i, copy] of entries.entries()) out.set(copy, from + i * entry.length);
    out.set(one.subarray(at), from + 20 * entry.length);
    const end = new DataView(out.buffer, out.length - 22);
    end.setUint16(8, 20, true);
    end.setUint16(10, 20, true);
    end.setUint32(12, 20 * entry.length, true);
    await expect(open("a.zip", out)).rejects.toMatchObject({ tag: "Format", message: /over each other/ });
  });

  it("refuses 10⁵ members, and lists the first of many", async () => {
    const tail = new Uint8Array(56 + 20 + 22);
    const long = new DataView(tail.buffer);
    long.setUint32(0, 0x06064b50, true);
    long.setBigUint64(32, 100_001n, true);
    long.setBigUint64(40, 4_600_046n, true);
    long.setUint32(56, 0x07064b50, true);
    long.setUint32(76, 0x06054b50, true);
    long.setUint16(76 + 10, 0xffff, true);
    await expect(open("a.zip", tail)).rejects.toMatchObject({ tag: "Refused", message: /100001/ });
    const many = Object.fromEntries(
      Array.from({ length: 400 }, (_, i) => [`${i}.npy`, makeNpy({ shape: [2] })]),
    );
    const { items, notices } = await open("a.zip", zip(many));
    expect(items).toHaveLength(256);
    expect(notices.map(({ code }) => code)).toContain("members-cut");
  });
});

describe("paths that lead elsewhere", () => {
  it("opens no member whose name leads out of the archive", async () => {
    const npy = makeNpy({ shape: [2] });
    const names = ["../up.npy", "/root.npy", "a/../../b.npy", "C:\\x.npy", "..\\w.npy"];
    const bad = Object.fromEntries(names.map((name) => [name, npy]));
    const { items } = await open("a.zip", zip({ ...bad, "good.npy": npy }));
    expect(items).toHaveLength(1);
    await expect(open("a.zip", zip(bad))).rejects.toMatchObject({ tag: "Unsupported" });
  });

  it.each(["../../etc/passwd", "/etc/passwd", "C:\\data\\..\\scan.raw", "file:///etc/passwd"])(
    "takes only the name of the raw file that an XML names as %s",
    async (path) => {
      const asked: string[] = [];
      const xml = utf8(
        new TextDecoder().decode(makeEmpadXml()).replace(/filename="[^"]*"/, `filename="${path}"`),
      );
      const inner = beside("a.xml", { "a.xml": xml, "scan.raw": makeEmpadRaw() });
      const source: Source = {
        ...inner,
        sibling: (name) => {
          asked.push(name);
          return inner.sibling(name);
        },
      };
      await openDataset(source).catch(() => {});
      expect(asked.length).toBeGreaterThan(0);
      expect(asked.filter((name) => /[/\\:]|\.\./.test(name))).toEqual([]);
    },
  );

  it("asks for series by the name of the .emi, whatever stands in it", async () => {
    const emi = utf8(
      `JK\x00\x02<ObjectInfo><ExperimentalDescription/><Path>../../etc/passwd</Path></ObjectInfo>`,
    );
    const asked: string[] = [];
    const inner = beside("a.emi", { "a.emi": emi, "a_1.ser": makeSer() });
    const source: Source = {
      ...inner,
      sibling: (name) => {
        asked.push(name);
        return inner.sibling(name);
      },
    };
    await openDataset(source);
    expect(asked.every((name) => /^a_\d+\.ser$/i.test(name))).toBe(true);
  });

  it("gives a source no file above its folder", async () => {
    await mkdir(join(DIR, "inner"), { recursive: true });
    await writeFile(join(DIR, "secret.bin"), "secret");
    await writeFile(join(DIR, "inner/a.npy"), makeNpy());
    const source = await openFile(join(DIR, "inner/a.npy"));
    for (const name of ["../secret.bin", "/etc/passwd", "..", ".", "", "a\\..\\b", join(DIR, "secret.bin")])
      expect(await source.sibling(name)).toBeUndefined();
    await source.close();
  });
});

describe("HDF5 that leads elsewhere", () => {
  /** The file and what it could be led to, on a disk. */
  async function placed(name: string): Promise<string> {
    const folder = join(DIR, `hdf5-${name}`);
    await mkdir(folder, { recursive: true });
    await writeFile(join(DIR, "secret.bin"), "0123456789abcdef");
    await writeFile(join(folder, "secret.bin"), "0123456789abcdef");
    await writeFile(join(DIR, "plain.h5"), await fixtureFile("hdf5/plain.h5"));
    await writeFile(join(folder, name), await fixtureFile(`hdf5/${name}`));
    return join(folder, name);
  }

  it.each(["raw-away.h5", "cycles.h5"])("%s gives its own array and nothing else", async (name) => {
    const source = await openFile(await placed(name));
    const { items } = await openDataset(source);
    for (const signal of items as Signal[]) {
      try {
        const values = [...(await signal.tile(whole(signal)))];
        if (signal.title === "own") expect(values).toEqual(Array.from({ length: 12 }, (_, i) => i));
        // "root:" and "0123" are what the other files hold.
        else expect(values.some((value) => value !== 0)).toBe(false);
      } catch (error) {
        expect(["Format", "Unsupported", "Refused"]).toContain((error as { tag?: string }).tag);
      }
    }
    expect((items as Signal[]).some(({ title }) => title === "own")).toBe(true);
    await source.close();
  });

  it("follows no link out of the folder, and names the one it met", async () => {
    const source = await openFile(await placed("links-away.h5"));
    await expect(openDataset(source)).rejects.toMatchObject({ tag: "Format", message: /\.\.\/plain\.h5/ });
    const own = (await openDataset(source, undefined, { dataset: "own" })).items[0] as Signal;
    expect((await own.tile(whole(own))).length).toBe(12);
    for (const dataset of ["absolute", "above", "deep", "virtual"])
      await expect(openDataset(source, undefined, { dataset })).rejects.toMatchObject({
        tag: expect.stringMatching(/Usage|Format/),
      });
    await source.close();
  });

  it.each(["absolute", "above", "beside"])(
    "reads no values that are kept in a raw file (%s)",
    async (dataset) => {
      const source = await openFile(await placed("raw-away.h5"));
      const signal = (await openDataset(source, undefined, { dataset })).items[0] as Signal;
      await expect(signal.tile(whole(signal))).rejects.toMatchObject({ tag: "Format", message: /external/ });
      await source.close();
    },
  );
});

describe("XML", () => {
  const entities = Array.from({ length: 12 }, (_, i) => `<!ENTITY e${i + 1} "${`&e${i};`.repeat(10)}">`).join(
    "",
  );
  const laughs = `<?xml version="1.0"?><!DOCTYPE a [<!ENTITY e0 "ha">${entities}]><root><v>&e12;</v></root>`;

  it("does not expand entities that a document declares", async () => {
    const root = await parseXml(laughs, "test").catch((error) => error);
    if (root.tag) expect(root.tag).toBe("Format");
    else expect(root.children[0].text).toBe("&e12;");
  });

  it("reads no file that an entity names", async () => {
    const text = `<!DOCTYPE a [<!ENTITY x SYSTEM "file:///etc/passwd">]><root><v>&x;</v></root>`;
    const root = await parseXml(text, "test").catch((error) => error);
    expect(JSON.stringify(root)).not.toContain("root:x");
  });

  it.each([300, 20_000, 500_000])("a tree of depth %d is cut or refused", async (depth) => {
    const text = `${"<a>".repeat(depth)}${"</a>".repeat(depth)}`;
    const root = await parseXml(text, "test").catch((error) => error);
    if (!root.name || root.tag) expect(root.tag).toBe("Format");
  });

  it("keeps names of JavaScript's own out of the tree", async () => {
    const root = await parseXml(`<r><__proto__ a="1"/><constructor>x</constructor></r>`, "test").catch(
      (e) => e,
    );
    expect(({} as Record<string, unknown>).a).toBeUndefined();
    if (root.tag) expect(root.tag).toBe("Format");
  });

  it("opens a TIFF whose OME description laughs", async () => {
    const { items } = await open("a.ome.tif", makeTiff({ description: laughs.replace("root", "OME") }));
    expect([...(await (items[0] as Signal).tile(whole(items[0] as Signal)))].slice(0, 3)).toEqual(
      [0, 1, 2].map(npyValue),
    );
  });
});

describe("directories in a circle and pieces over each other", () => {
  it("reads strips of a TIFF that lie over each other, at their length", async () => {
    const bytes = makeTiff({ rowsPerStrip: 1 });
    const view = new DataView(bytes.buffer);
    const at = view.getUint32(4, true);
    for (let i = 0; i < view.getUint16(at, true); i++) {
      const entry = at + 2 + 12 * i;
      if (view.getUint16(entry, true) !== 273) continue;
      const offsets = view.getUint32(entry + 8, true);
      for (let k = 0; k < 5; k++) view.setUint32(offsets + 4 * k, 8, true);
    }
    const signal = (await open("a.tif", bytes)).items[0] as Signal;
    const values = [...(await signal.tile(whole(signal)))];
    expect(values).toEqual(Array.from({ length: 5 }, () => values.slice(0, 7)).flat());
  });

  it("reads elements of a series that lie over each other", async () => {
    const bytes = makeSer();
    const view = new DataView(bytes.buffer);
    const table = Number(view.getBigUint64(22, true));
    for (let i = 0; i < 6; i++) view.setBigUint64(table + 8 * i, view.getBigUint64(table, true), true);
    const signal = (await open("a_1.ser", bytes)).items[0] as Signal;
    const values = [...(await signal.tile(whole(signal)))];
    expect(values.slice(20, 40)).toEqual(values.slice(0, 20));
  });
});
