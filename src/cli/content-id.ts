import { createHash } from "node:crypto";
import { readdir, stat } from "node:fs/promises";
import { basename, dirname, join, relative } from "node:path";
import type { Source } from "../core/contracts.ts";

const MIB = 1 << 20;
const BLOCK = 1 << 16;
const BLOCKS = 64;

/** Names of the files that make a Zarr folder a source by its metadata. */
const ZARR = ["zarr.json", ".zgroup", ".zarray"];

/** Every file of the folder of a Zarr metadata file with its size and date: chunks change without the metadata. */
async function folderFiles(source: Source): Promise<string[]> {
  if (source.ref.kind !== "file" || !ZARR.includes(basename(source.ref.path))) return [];
  const folder = dirname(source.ref.path);
  const entries = await readdir(folder, { recursive: true, withFileTypes: true });
  const lines: string[] = [];
  for (const entry of entries) {
    if (!entry.isFile()) continue;
    const path = join(entry.parentPath, entry.name);
    const { size, mtimeMs } = await stat(path);
    lines.push(`${relative(folder, path)}\t${size}\t${mtimeMs}\n`);
  }
  return lines.sort();
}

/**
 * `s1:` + SHA-256 over the size, the first and last MiB and 64 evenly spaced blocks of 64 KiB. Of a Zarr folder also
 * the list of its files.
 */
export async function contentId(source: Source, stop?: AbortSignal): Promise<string> {
  const hash = createHash("sha256").update(`${source.size}\n`);
  const edge = Math.min(MIB, source.size);
  hash.update(await source.read(0, edge, stop));
  hash.update(await source.read(source.size - edge, edge, stop));
  const length = Math.min(BLOCK, source.size);
  for (let i = 0; i < BLOCKS; i++) {
    const offset = Math.floor(((source.size - length) * i) / (BLOCKS - 1));
    hash.update(await source.read(offset, length, stop));
  }
  for (const line of await folderFiles(source)) hash.update(line);
  return `s1:${hash.digest("hex")}`;
}
