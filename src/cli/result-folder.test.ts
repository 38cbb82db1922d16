import {
  existsSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
  writeFileSync,
} from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, describe, expect, it } from "vitest";
import { folderStore } from "../recipes/store.node.ts";
import { exitCode } from "./exit.ts";
import { openResultFolder } from "./result-folder.ts";

const DIR = mkdtempSync(join(tmpdir(), "lithoscope-folder-"));
afterAll(() => rmSync(DIR, { recursive: true, force: true }));

/** What `work` throws. */
async function failureOf(work: () => Promise<unknown>) {
  return work().then(
    () => undefined,
    (error: unknown) => error as Error & { fields?: { path: string } },
  );
}

describe("what the file system refuses", () => {
  // Files stand where folders are wanted: permissions would not stop a test that runs as root.
  it("ends a run as output that cannot be written, with the path, when chunks cannot be kept", async () => {
    const folder = join(DIR, "file");
    writeFileSync(folder, "in the way");
    const store = folderStore(folder);
    for (const work of [() => store.write("tile-0", { a: new Uint8Array(1) }), () => store.read("tile-0")]) {
      const failure = await failureOf(work);
      expect(exitCode(failure)).toBe(6);
      expect(failure?.fields?.path).toMatch(folder);
      expect(failure?.message).toMatch(/file.*: cannot be (read|written), E[A-Z]+/);
    }
    mkdirSync(join(DIR, "store", "tile-1.chunk"), { recursive: true });
    expect(exitCode(await failureOf(() => folderStore(join(DIR, "store")).read("tile-1")))).toBe(6);
  });

  it("ends it so too when finished tiles cannot be removed, or the sink's files", async () => {
    const out = join(DIR, "out");
    const folder = await openResultFolder(out, "r1:a", false);
    await folder.store.write("tile-0", { a: new Uint8Array(1) });
    rmSync(out, { recursive: true });
    writeFileSync(out, "in the way");
    for (const work of [folder.forgetTiles, folder.abandon, folder.sink.discard, folder.sink.commit]) {
      const failure = await failureOf(work);
      expect(exitCode(failure)).toBe(6);
      expect(failure?.message).toContain("out");
    }
    expect(readFileSync(out, "utf8")).toBe("in the way");
  });
});

describe("a run that ends before its result is whole", () => {
  const left = (out: string) => readdirSync(join(out, ".partial")).sort();

  it("leaves the finished tiles and nothing half-written", async () => {
    const out = join(DIR, "cut");
    const folder = await openResultFolder(out, "r1:a", false);
    await folder.store.write("tile-0", { a: new Uint8Array(1) });
    await folder.sink.write("tables/values.csv", "half");
    await folder.abandon();
    expect(left(out)).toEqual(["recipe.json", "tile-0.chunk"]);
    // What a kill leaves: a piece of a chunk under another name, and files that were to be moved.
    writeFileSync(join(out, ".partial", "tile-1.chunk.99"), "ha");
    mkdirSync(join(out, ".partial", "final"));
    writeFileSync(join(out, ".partial", "final", "result.json"), "{");
    const again = await openResultFolder(out, "r1:a", false);
    expect(left(out)).toEqual(["recipe.json", "tile-0.chunk"]);
    expect(await again.store.read("tile-0")).toEqual({ a: new Uint8Array(1) });
  });

  it("leaves no folder where nothing was finished", async () => {
    const out = join(DIR, "deep", "nothing");
    const folder = await openResultFolder(out, "r1:a", false);
    await folder.sink.write("result.json", "half");
    await folder.abandon();
    expect(existsSync(join(DIR, "deep"))).toBe(false);
  });
});
