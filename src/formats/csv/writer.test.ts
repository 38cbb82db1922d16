import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { describe, expect, it } from "vitest";
import { makeNpy } from "../../../fixtures/make/npy.ts";
import type { Item, Signal, Sink, Writer } from "../../core/contracts.ts";
import { openFile } from "../../sources/file.node.ts";
import { memorySource } from "../../sources/memory.ts";
import { openDataset } from "../open.ts";
import { writers } from "../writers.ts";

async function written(writer: Writer, item: Item): Promise<Uint8Array> {
  let out = new Uint8Array(0);
  const sink: Sink = {
    write: async (_, bytes) => {
      out = typeof bytes === "string" ? new TextEncoder().encode(bytes) : bytes.slice();
    },
    commit: async () => {},
    discard: async () => {},
  };
  await writer.write(item, sink, "out");
  return out;
}

const by = (id: string) => writers.find((writer) => writer.id === id)!;

async function fixture(name: string): Promise<Item> {
  const path = join(fileURLToPath(new URL("../../../fixtures/hdf5/", import.meta.url)), name);
  const source = await openFile(path);
  const { items } = await openDataset(source);
  await source.close();
  return items[0]!;
}

describe("writers", () => {
  it("write a signal as rows with coordinates", async () => {
    const text = new TextDecoder().decode(await written(by("csv"), await fixture("hyperspy.hspy")));
    expect(text.split("\n").slice(0, 3)).toEqual(["x [µm],Energy loss [eV],value", "1,-1,0", "1,-0.75,1"]);
    expect(text.trimEnd().split("\n")).toHaveLength(11);
  });

  it("write a point list as rows", async () => {
    const text = new TextDecoder().decode(await written(by("csv"), await fixture("bragg-v0.13.h5")));
    expect(text.split("\n").slice(0, 2)).toEqual(["y [px],x [px],qx [1/Å],qy [1/Å],intensity", "0,1,4,1,1"]);
  });

  it.each(["u1", "i2", "f4", "f8"] as const)("write %s as NumPy does", async (type) => {
    const bytes = makeNpy({ type, shape: [3, 4] });
    const item = (await openDataset(memorySource(bytes, "in.npy"))).items[0] as Signal;
    expect([...(await written(by("npy"), item))]).toEqual([...bytes]);
  });
});
