import type { Source, SourceRef } from "../../core/contracts.ts";
import { LithoscopeError } from "../../core/errors.ts";

/** A source that cannot be read at once is copied to memory up to this size [bytes]. */
const COPY_LIMIT = 2 ** 30;
/** Piece of one copy step, so that a cancel is heard [bytes]. */
const COPY_STEP = 2 ** 24;

/** Bytes without waiting: the HDF5 library calls for them in the middle of its own work. */
export interface SyncBytes {
  readonly size: number;
  /** Fills `into` from `offset` on; returns how many bytes there were. */
  read(offset: number, into: Uint8Array): number;
  close(): void;
}

interface NodeFiles {
  openSync(path: string, flags: "r"): number;
  readSync(file: number, into: Uint8Array, at: number, length: number, position: number): number;
  closeSync(file: number): void;
  readFileSync(path: URL | string): Uint8Array;
}

interface SyncReader {
  readAsArrayBuffer(blob: Blob): ArrayBuffer;
}

/** What a host may offer; all of it is asked for at run time, so that one build runs everywhere. */
const host = globalThis as {
  process?: { getBuiltinModule?(name: string): unknown };
  FileReaderSync?: new () => SyncReader;
};

function nodeFiles(): NodeFiles | undefined {
  return host.process?.getBuiltinModule?.("node:fs") as NodeFiles | undefined;
}

function memoryBytes(bytes: Uint8Array): SyncBytes {
  return {
    size: bytes.byteLength,
    read(offset, into) {
      const part = bytes.subarray(offset, offset + into.byteLength);
      into.set(part);
      return part.byteLength;
    },
    close: () => {},
  };
}

function fileBytes(files: NodeFiles, path: string, size: number): SyncBytes {
  let file: number | undefined;
  return {
    size,
    read(offset, into) {
      file ??= files.openSync(path, "r");
      let done = 0;
      while (done < into.byteLength) {
        const got = files.readSync(file, into, done, into.byteLength - done, offset + done);
        if (got === 0) break;
        done += got;
      }
      return done;
    },
    close() {
      if (file !== undefined) files.closeSync(file);
      file = undefined;
    },
  };
}

function blobBytes(reader: SyncReader, blob: Blob): SyncBytes {
  return {
    size: blob.size,
    read(offset, into) {
      const part = new Uint8Array(reader.readAsArrayBuffer(blob.slice(offset, offset + into.byteLength)));
      into.set(part);
      return part.byteLength;
    },
    close: () => {},
  };
}

/** Lazy access where the host has it: files in Node, blobs in a worker, bytes already in memory. */
function lazyBytes(ref: SourceRef, size: number): SyncBytes | undefined {
  if (ref.kind === "memory") return memoryBytes(ref.bytes);
  if (ref.kind === "part") {
    const whole = lazyBytes(ref.of, ref.offset + size);
    return whole && { ...whole, size, read: (offset, into) => whole.read(ref.offset + offset, into) };
  }
  const files = ref.kind === "file" ? nodeFiles() : undefined;
  if (ref.kind === "file" && files) return fileBytes(files, ref.path, size);
  if (ref.kind === "blob" && host.FileReaderSync) return blobBytes(new host.FileReaderSync(), ref.blob);
  return undefined;
}

/**
 * The bytes of a source for a library that cannot wait; copied to memory where there is no other way.
 *
 * @throws Refused if the copy would be larger than 1 GiB
 */
export async function syncBytes(source: Source, stop?: AbortSignal): Promise<SyncBytes> {
  const lazy = lazyBytes(source.ref, source.size);
  if (lazy) return lazy;
  if (source.size > COPY_LIMIT) {
    const message = `hdf5: ${source.name} has ${source.size} bytes, more than the ${COPY_LIMIT} that are copied to memory`;
    const hint = "open it from a local file, which is read in parts";
    throw new LithoscopeError(
      "Refused",
      message,
      { why: "too large to copy", need: "a local file" },
      { hint },
    );
  }
  const bytes = new Uint8Array(source.size);
  for (let at = 0; at < source.size; at += COPY_STEP) {
    bytes.set(await source.read(at, Math.min(COPY_STEP, source.size - at), stop), at);
  }
  return memoryBytes(bytes);
}

/** The bytes of a file that comes with a package, at a file: or http: address; undefined if it is not there. */
export async function packageFile(address: string): Promise<Uint8Array | undefined> {
  if (address.startsWith("file:")) {
    try {
      return nodeFiles()?.readFileSync(new URL(address));
    } catch (error) {
      if ((error as { code?: unknown }).code === "ENOENT") return undefined;
      throw error;
    }
  }
  const answer = await fetch(address);
  return answer.ok ? new Uint8Array(await answer.arrayBuffer()) : undefined;
}
