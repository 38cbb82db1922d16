import type { Source } from "../core/contracts.ts";
import { LithoscopeError } from "../core/errors.ts";

/** Bytes read and handed on at once; a cancel is heard between two of them. */
const STEP = 2 ** 20;

/**
 * The bytes that a compressed stretch of a source holds.
 *
 * @param limit most bytes that may come out; a bomb is stopped there, not after it has filled the memory
 * @throws Refused beyond the limit; Format if the stream is broken; Cancelled
 */
export async function inflate(
  source: Source,
  {
    offset,
    length,
    kind,
    limit,
  }: { offset: number; length: number; kind: "gzip" | "deflate" | "deflate-raw"; limit: number },
  stop?: AbortSignal,
): Promise<Uint8Array<ArrayBuffer>> {
  const stream = new DecompressionStream(kind);
  const [reader, writer] = [stream.readable.getReader(), stream.writable.getWriter()];
  let failure: unknown;
  const feed = async () => {
    for (let at = 0; at < length; at += STEP)
      await writer.write(
        (await source.read(offset + at, Math.min(STEP, length - at), stop)) as Uint8Array<ArrayBuffer>,
      );
    await writer.close();
  };
  const fed = feed().catch(async (error) => {
    failure = error;
    await writer.abort().catch(() => {});
  });
  const pieces: Uint8Array<ArrayBuffer>[] = [];
  let total = 0;
  try {
    for (;;) {
      const { done, value } = await reader.read();
      if (done || !value) break;
      total += value.byteLength;
      if (total > limit) {
        await reader.cancel().catch(() => {});
        const message = `${source.name}: inflates to more than the ${limit} bytes that it may have`;
        throw new LithoscopeError("Refused", message, {
          why: "inflated size",
          need: `at most ${limit} bytes`,
        });
      }
      pieces.push(value);
    }
    await fed;
  } catch (error) {
    await fed;
    if (failure instanceof LithoscopeError) throw failure;
    if (error instanceof LithoscopeError) throw error;
    const message = `${source.name}: compressed data at byte ${offset} are broken`;
    throw new LithoscopeError("Format", message, { format: kind, at: offset }, { cause: error });
  }
  if (failure instanceof LithoscopeError) throw failure;
  const out = new Uint8Array(total);
  let at = 0;
  for (const piece of pieces) {
    out.set(piece, at);
    at += piece.byteLength;
  }
  return out;
}

/** Bytes in memory as a source, with siblings where `sibling` finds them. */
export function bytesSource(
  bytes: Uint8Array,
  name: string,
  sibling: Source["sibling"] = async () => undefined,
): Source {
  const size = bytes.byteLength;
  return {
    ref: { kind: "memory", bytes, name },
    name,
    size,
    async read(offset, length, stop) {
      if (stop?.aborted) throw new LithoscopeError("Cancelled", `${name}: reading was cancelled`);
      const inside =
        Number.isSafeInteger(offset) && Number.isSafeInteger(length) && offset >= 0 && length >= 0;
      if (!inside || offset + length > size) {
        const message = `${name}: wanted ${length} bytes at ${offset}, file ends at ${size}`;
        throw new LithoscopeError("Format", message, { format: name, at: offset, wanted: length, end: size });
      }
      return bytes.slice(offset, offset + length);
    },
    sibling,
    close: async () => {},
  };
}
