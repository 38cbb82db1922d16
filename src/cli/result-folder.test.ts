import { mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
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
