import type { Source } from "../../core/contracts.ts";
import { LithoscopeError } from "../../core/errors.ts";

/** Bytes fetched at once; tags are small and lie together, images are skipped. */
const WINDOW = 65536;

/** Reads a file from front to back through a window, big-endian. */
export interface Cursor {
  readonly position: number;
  /** The next bytes; more than `limit` are refused before they are fetched. */
  take(count: number, limit?: number): Promise<Uint8Array>;
  skip(count: number): void;
  short(): Promise<number>;
  long(): Promise<number>;
  wide(): Promise<number>;
}

export function cursorOf(source: Source, stop?: AbortSignal): Cursor {
  let window = new Uint8Array(0);
  let start = 0;
  let position = 0;

  async function take(count: number, limit = WINDOW): Promise<Uint8Array> {
    if (count > limit || position + count > source.size) {
      const message = `dm: wanted ${count} bytes at ${position}, file ends at ${source.size}`;
      throw new LithoscopeError("Format", message, { format: "dm", at: position });
    }
    if (position < start || position + count > start + window.byteLength) {
      start = position;
      window = (await source.read(
        start,
        Math.min(Math.max(WINDOW, count), source.size - start),
        stop,
      )) as never;
    }
    const from = position - start;
    position += count;
    return window.subarray(from, from + count);
  }

  const view = async (count: number) => {
    const bytes = await take(count);
    return new DataView(bytes.buffer, bytes.byteOffset, count);
  };
  return {
    get position() {
      return position;
    },
    take,
    skip(count) {
      if (!Number.isSafeInteger(position + count) || count < 0) {
        const message = `dm: an array of ${count} bytes at ${position}`;
        throw new LithoscopeError("Format", message, { format: "dm", at: position });
      }
      position += count;
    },
    short: async () => (await view(2)).getUint16(0),
    long: async () => (await view(4)).getUint32(0),
    wide: async () => Number((await view(8)).getBigUint64(0)),
  };
}
