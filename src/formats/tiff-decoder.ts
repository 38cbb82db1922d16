import type { GeoTIFF } from "geotiff";
import type { Source } from "../core/contracts.ts";

/** The library that decodes strips and tiles. */
export type Decoder = GeoTIFF;

/** The decoder's view of a source; it asks for more than there is. */
function decoderSource(source: Source) {
  const fetchSlice = async ({ offset, length }: { offset: number; length: number }, stop?: AbortSignal) => {
    const from = Math.min(offset, source.size);
    const bytes = await source.read(from, Math.max(0, Math.min(length, source.size - from)), stop);
    return bytes.slice().buffer;
  };
  return {
    fetch: (slices: { offset: number; length: number }[], stop?: AbortSignal) =>
      Promise.all(slices.map((slice) => fetchSlice(slice, stop))),
    fetchSlice,
    fileSize: source.size,
    close: async () => {},
  };
}

/**
 * The library brings a package for workers of its own, which are not used here; in a thread of Node's that package asks
 * for data that only its own threads are given, and the import fails. It is content with an empty object.
 */
function allowThreads(): void {
  const host = globalThis as { process?: { getBuiltinModule?(name: string): unknown } };
  const threads = host.process?.getBuiltinModule?.("node:worker_threads") as
    | { isMainThread: boolean; workerData: unknown }
    | undefined;
  if (threads && !threads.isMainThread) threads.workerData ??= {};
}

type Library = typeof import("geotiff");

/** The library's own reading of Zstandard goes round without end on broken data of a size that is not stated. */
async function withZstandard(library: Library): Promise<Library> {
  const codec = async () => {
    const { default: Zstandard } = await import("numcodecs/zstd");
    const zstandard = Zstandard.fromConfig({ id: "zstd" });
    return class extends library.BaseDecoder {
      override async decodeBlock(bytes: ArrayBufferLike) {
        return (await zstandard.decode(new Uint8Array(bytes))).buffer;
      }
    };
  };
  library.addDecoder(50000, codec);
  return library;
}

/** Opens the decoder once, when the first tile is asked for. */
export function decoderOf(source: Source): () => Promise<Decoder> {
  let opening: Promise<Decoder> | undefined;
  return () => {
    allowThreads();
    opening ??= import("geotiff")
      .then(withZstandard)
      .then(({ GeoTIFF: Library }) => Library.fromSource(decoderSource(source) as never));
    return opening;
  };
}
