import { createHash } from "node:crypto";
import type { Source } from "../core/contracts.ts";

const MIB = 1 << 20;
const BLOCK = 1 << 16;
const BLOCKS = 64;

/** `s1:` + SHA-256 over the size, the first and last MiB and 64 evenly spaced blocks of 64 KiB. */
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
  return `s1:${hash.digest("hex")}`;
}
