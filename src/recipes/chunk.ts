import type { Buffers } from "../core/analysis.ts";
import type { DType } from "../core/contracts.ts";
import { dtypeOf, filledArray } from "../core/tile-plan.ts";

/** Where the finished tiles of a run are kept, so that a run that was cut off goes on from them. */
export interface ChunkStore {
  /** Undefined where there is none, or none that is whole. */
  read(name: string): Promise<Buffers | undefined>;
  /** Whole or not at all. */
  write(name: string, buffers: Buffers): Promise<void>;
}

const MAGIC = 0x314b434c;

/** Buffers as bytes: magic, checksum, length of the list of arrays, that list as JSON, then each array. */
export function encodeChunk(buffers: Buffers): Uint8Array<ArrayBuffer> {
  const list = Object.entries(buffers).map(([name, array]) => [name, dtypeOf(array), array.length] as const);
  const head = new TextEncoder().encode(JSON.stringify(list));
  const arrays = Object.values(buffers);
  const bytes = new Uint8Array(12 + head.length + arrays.reduce((sum, a) => sum + a.byteLength, 0));
  const view = new DataView(bytes.buffer);
  view.setUint32(0, MAGIC, true);
  view.setUint32(8, head.length, true);
  bytes.set(head, 12);
  let at = 12 + head.length;
  for (const array of arrays) {
    bytes.set(new Uint8Array(array.buffer, array.byteOffset, array.byteLength), at);
    at += array.byteLength;
  }
  view.setUint32(4, checksum(bytes), true);
  return bytes;
}

/** The buffers that `encodeChunk` wrote; undefined if these bytes are cut short or damaged. */
export function decodeChunk(bytes: Uint8Array): Buffers | undefined {
  if (bytes.length < 12) return undefined;
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  if (view.getUint32(0, true) !== MAGIC || view.getUint32(4, true) !== checksum(bytes)) return undefined;
  const end = 12 + view.getUint32(8, true);
  const list = JSON.parse(new TextDecoder().decode(bytes.subarray(12, end))) as [string, DType, number][];
  const buffers: Buffers = {};
  let at = end;
  for (const [name, dtype, length] of list) {
    const array = filledArray(dtype, length, 0);
    new Uint8Array(array.buffer).set(bytes.subarray(at, at + array.byteLength));
    at += array.byteLength;
    buffers[name] = array;
  }
  return buffers;
}

/** FNV-1a over everything after the checksum itself. */
function checksum(bytes: Uint8Array): number {
  let hash = 0x811c9dc5;
  for (let i = 8; i < bytes.length; i++) hash = Math.imul(hash ^ bytes[i]!, 0x01000193);
  return hash >>> 0;
}

/** A store that lasts as long as the program: for a page, and for tests. */
export function memoryStore(): ChunkStore & { readonly chunks: Map<string, Uint8Array> } {
  const chunks = new Map<string, Uint8Array>();
  return {
    chunks,
    async read(name) {
      const bytes = chunks.get(name);
      return bytes && decodeChunk(bytes);
    },
    async write(name, buffers) {
      chunks.set(name, encodeChunk(buffers));
    },
  };
}
