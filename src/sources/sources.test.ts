import { mkdtemp, rm, writeFile } from "node:fs/promises";
import { createServer, type Server } from "node:http";
import type { AddressInfo } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import type { Source } from "../core/contracts.ts";
import { blobSource } from "./blob.ts";
import { openFile } from "./file.node.ts";
import { openUrl } from "./http.ts";
import { memorySource } from "./memory.ts";

const BYTES = Uint8Array.from({ length: 1000 }, (_, i) => (i * 7) % 256);
let folder = "";
let server: Server;
let base = "";

beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), "lithoscope-sources-"));
  await writeFile(join(folder, "a.bin"), BYTES);
  await writeFile(join(folder, "b.bin"), "beside");
  server = createServer((request, response) => {
    const range = /bytes=(\d+)-(\d+)/.exec(request.headers.range ?? "");
    if (request.url === "/whole.bin") return response.end(BYTES);
    if (request.url !== "/a.bin" && request.url !== "/b.bin") return response.writeHead(404).end();
    if (!range) return response.end(BYTES);
    const [from, to] = [Number(range[1]), Number(range[2])];
    response.writeHead(206, { "content-range": `bytes ${from}-${to}/${BYTES.length}` });
    return response.end(BYTES.slice(from, to + 1));
  });
  await new Promise<void>((done) => server.listen(0, "127.0.0.1", done));
  base = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
});

afterAll(async () => {
  server.closeAllConnections();
  server.close();
  await rm(folder, { recursive: true });
});

const makers: readonly (readonly [string, () => Promise<Source>])[] = [
  ["memory", async () => memorySource(BYTES, "a.bin")],
  ["blob", async () => blobSource(new Blob([BYTES]), "a.bin")],
  ["file", () => openFile(join(folder, "a.bin"))],
  ["http", () => openUrl(`${base}/a.bin`)],
];

describe.each(makers)("%s source", (_, make) => {
  it("reads any part", async () => {
    const source = await make();
    expect([source.name, source.size]).toEqual(["a.bin", 1000]);
    for (const [offset, length] of [
      [0, 1000],
      [0, 0],
      [1000, 0],
      [990, 10],
      [123, 45],
    ] as const) {
      expect([...(await source.read(offset, length))]).toEqual([...BYTES.slice(offset, offset + length)]);
    }
    await source.close();
  });

  it("says where the file ends", async () => {
    const source = await make();
    const message = "a.bin: wanted 20 bytes at 990, file ends at 1000";
    await expect(source.read(990, 20)).rejects.toMatchObject({ tag: "Format", message, fields: { at: 990 } });
    for (const [offset, length] of [
      [-1, 2],
      [0, -1],
      [0.5, 1],
      [Number.NaN, 1],
      [2000, 0],
    ] as const) {
      await expect(source.read(offset, length)).rejects.toMatchObject({ tag: "Format" });
    }
    await source.close();
  });

  it("stops when told to", async () => {
    const source = await make();
    await expect(source.read(0, 10, AbortSignal.abort())).rejects.toMatchObject({ tag: "Cancelled" });
    await source.close();
  });
});

describe("what only some sources have", () => {
  it("finds a sibling beside a file, and nothing outside its folder", async () => {
    const source = await openFile(join(folder, "a.bin"));
    const sibling = await source.sibling("b.bin");
    expect(new TextDecoder().decode(await sibling!.read(0, 6))).toBe("beside");
    expect(await source.sibling("none.bin")).toBeUndefined();
    expect(await source.sibling("../a.bin")).toBeUndefined();
    await sibling!.close();
    await source.close();
  });

  it("finds a sibling on a server", async () => {
    const source = await openUrl(`${base}/a.bin`);
    expect((await source.sibling("b.bin"))?.name).toBe("b.bin");
    expect(await source.sibling("none.bin")).toBeUndefined();
  });

  it("says NotFound for what is missing or a folder", async () => {
    const path = join(folder, "none.bin");
    await expect(openFile(path)).rejects.toMatchObject({ tag: "NotFound", fields: { path } });
    await expect(openFile(folder)).rejects.toMatchObject({ tag: "NotFound" });
    await expect(openUrl(`${base}/none.bin`)).rejects.toMatchObject({ tag: "NotFound" });
  });

  it("says Unsupported for a server without ranges", async () => {
    await expect(openUrl(`${base}/whole.bin`)).rejects.toMatchObject({ tag: "Unsupported" });
  });
});
