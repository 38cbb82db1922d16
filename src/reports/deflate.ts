import { zlibSync } from "fflate";

/** Bytes as a zlib stream: what `DecompressionStream("deflate")` of a page reads. The same bytes every time. */
export function deflate(bytes: Uint8Array): Uint8Array {
  return zlibSync(bytes, { level: 9 });
}
