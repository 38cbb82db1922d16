import type { Source } from "../core/contracts.ts";

const MIB = 1 << 20;
const BLOCK = 1 << 16;
const BLOCKS = 64;

/**
 * `s1:` + SHA-256 over the size, the first and last MiB and 64 evenly spaced blocks of 64 KiB, then over `more` words
 * where a source is more than its bytes.
 */
export async function sourceId(
  source: Source,
  more: readonly string[] = [],
  stop?: AbortSignal,
): Promise<string> {
  const edge = Math.min(MIB, source.size);
  const length = Math.min(BLOCK, source.size);
  const text = (words: string) => new TextEncoder().encode(words);
  const pieces: Uint8Array[] = [text(`${source.size}\n`)];
  pieces.push(await source.read(0, edge, stop));
  pieces.push(await source.read(source.size - edge, edge, stop));
  for (let i = 0; i < BLOCKS; i++) {
    const offset = Math.floor(((source.size - length) * i) / (BLOCKS - 1));
    pieces.push(await source.read(offset, length, stop));
  }
  pieces.push(...more.map(text));
  const bytes = new Uint8Array(pieces.reduce((sum, piece) => sum + piece.byteLength, 0));
  let at = 0;
  for (const piece of pieces) {
    bytes.set(piece, at);
    at += piece.byteLength;
  }
  const digest = await crypto.subtle.digest("SHA-256", bytes);
  const hex = Array.from(new Uint8Array(digest), (byte) => byte.toString(16).padStart(2, "0"));
  return `s1:${hex.join("")}`;
}
