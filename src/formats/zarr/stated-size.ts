import { LithoscopeError } from "../../core/errors.ts";
import { record, type ZarrNode, zarrError } from "./parse.ts";

/** Decoded chunks up to this size are believed whatever is stored for them [bytes]. */
const FREE_BYTES = 2 ** 26;
/** A larger chunk that is stored in less than a thousandth, or not at all above `FILL_BYTES`, is not a measurement. */
const MOST_RATIO = 1000;
const FILL_BYTES = 2 ** 28;
/** A codec's own header may ask for this many times the chunk: filters before it may change the size. */
const SLACK = 4;

/** Names of every codec of an array, those inside shards too. */
export function codecNames({ version, metadata }: ZarrNode): ReadonlySet<string> {
  const names = new Set<string>();
  if (version === 2) {
    for (const codec of [metadata.compressor, ...list(metadata.filters)]) names.add(String(record(codec).id));
    return names;
  }
  const add = (codecs: unknown) => {
    for (const codec of list(codecs)) {
      const { name, configuration } = record(codec);
      names.add(String(name));
      if (name === "sharding_indexed") add(record(configuration).codecs);
    }
  };
  add(metadata.codecs);
  return names;
}

function list(value: unknown): readonly unknown[] {
  return Array.isArray(value) ? value : [];
}

/** Bytes that compressed data say they become: infinite where their header is cut, undefined where they do not say. */
export function statedSize(codecs: ReadonlySet<string>, bytes: Uint8Array): number | undefined {
  if (bytes.byteLength < 16) return codecs.has("blosc") ? Number.POSITIVE_INFINITY : undefined;
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  if (codecs.has("blosc")) return view.getUint32(4, true);
  if (codecs.has("lz4")) return view.getUint32(0, true);
  // RFC 8878: magic number, descriptor, then window, dictionary and content size as the descriptor says.
  if (!codecs.has("zstd") || view.getUint32(0, true) !== 0xfd2fb528) return undefined;
  const descriptor = bytes[4]!;
  const single = (descriptor & 32) !== 0;
  const at = 5 + (single ? 0 : 1) + [0, 1, 2, 4][descriptor & 3]!;
  switch (descriptor >> 6) {
    case 0:
      return single ? bytes[at] : undefined;
    case 1:
      return view.getUint16(at, true) + 256;
    case 2:
      return view.getUint32(at, true);
    default:
      return at + 8 <= bytes.byteLength ? Number(view.getBigUint64(at, true)) : undefined;
  }
}

/**
 * Refuses a stored chunk whose decoder would ask for far more memory than the chunk has, and a large chunk that is
 * stored in next to nothing.
 *
 * @param stored undefined where no such chunk is in the store
 * @throws Format; Refused
 */
export function checkChunk(
  path: string,
  codecs: ReadonlySet<string>,
  stored: Uint8Array | undefined,
  chunkBytes: number,
): void {
  const stated = stored && statedSize(codecs, stored);
  if (stated !== undefined && stated > SLACK * chunkBytes + 65536)
    throw zarrError(
      `${path}: a chunk of ${stored!.byteLength} bytes says it becomes ${stated}, wanted ${chunkBytes}`,
      path,
    );
  const bomb = stored
    ? chunkBytes > FREE_BYTES && chunkBytes > MOST_RATIO * stored.byteLength
    : chunkBytes > FILL_BYTES;
  if (!bomb) return;
  const message = `zarr: ${path}: a chunk of ${chunkBytes} bytes is stored in ${stored?.byteLength ?? 0}`;
  throw new LithoscopeError("Refused", message, { why: "ratio", need: `at most ${MOST_RATIO}` });
}
