import type { Metadata, ready } from "h5wasm";
import type { Source } from "../../core/contracts.ts";
import { isLithoscopeError } from "../../core/errors.ts";
import { refuseBrokenHeap } from "./heap.ts";
import { packageFile, type SyncBytes, syncBytes } from "./host.ts";
import {
  type H5Attributes,
  type H5Dataset,
  type H5Filter,
  type H5Link,
  type H5Lister,
  type H5Type,
  type H5Value,
  h5Error,
  h5Unsupported,
} from "./parse.ts";
import { keepStack, outside } from "./stack.ts";

/** Files kept open at once; an older one is opened again when it is asked for. */
const MAX_OPEN = 8;
const PLUGIN_FOLDER = "/lithoscope/plugins";
/** Filters that the library has built in: deflate, shuffle, fletcher32, szip, nbit, scaleoffset. */
const BUILT_IN = [1, 2, 3, 4, 5, 6];
/** Registered number of a filter and the plugin that has it (HDF5 filter registry). */
const PLUGINS: Readonly<Record<number, string>> = {
  307: "bz2",
  32000: "lzf",
  32001: "blosc",
  32004: "lz4",
  32008: "bshuf",
  32013: "zfp",
  32015: "zstd",
  32019: "jpeg",
  32022: "bitgroom",
  32023: "bitround",
  32026: "blosc2",
};

type H5Module = Awaited<typeof ready>;
export type Api = Awaited<ReturnType<typeof start>>;

/** The library's tables of functions and its file system in memory. */
async function start() {
  const h5wasm = await import("h5wasm");
  const module: H5Module = await h5wasm.ready;
  // Without this a failed read answers with whatever the memory held before.
  module.activate_throwing_error_handler();
  // biome-ignore lint/suspicious/noExplicitAny: the file system of Emscripten has no useful types
  const files = module.FS as any;
  files.mkdirTree(PLUGIN_FOLDER);
  module.insert_plugin_search_path(PLUGIN_FOLDER, 0);
  // A file with broken objects is not closed by the library; thousands of them would leave no number for another.
  files.MAX_OPEN_FDS = 2 ** 20;
  keepStack(module);
  return {
    module,
    files,
    File: h5wasm.File,
    Attribute: h5wasm.Attribute,
    plugins: new Map<number, Promise<boolean>>(),
  };
}

let started: Promise<Api> | undefined;
let mounts = 0;

/** The library, started when it is first asked for. */
export function startLibrary(): Promise<Api> {
  started ??= start();
  return started;
}

/** A folder of its own in the library's file system. */
export function newFolder(): string {
  return `/lithoscope/file-${++mounts}`;
}
/** Most recently used last. */
const opened: Library[] = [];

/** First sentences of HDF5's error stack: what it was about, and the deepest reason. */
function reason(error: unknown): string {
  const lines = String(error instanceof Error ? error.message : error).split("\n");
  const found = lines.flatMap((line) => /#\d+: .*? in \w+\(\): (.*)$/.exec(line)?.[1] ?? []);
  return found.length > 0 ? found.at(-1)! : lines[0]!.slice(0, 200);
}

/** Runs a call into the library; what it throws becomes a Format error that names the place. */
export function guard<T>(what: string, call: () => T): T {
  try {
    return outside(call);
  } catch (error) {
    if (isLithoscopeError(error)) throw error;
    throw h5Error(`${what}: ${reason(error)}`, what, error);
  }
}

function typeOf(module: H5Module, meta: Metadata): H5Type {
  const types = module.H5T_class_t;
  const kinds: Readonly<Record<number, H5Type["kind"]>> = {
    [types.H5T_INTEGER.value]: "int",
    [types.H5T_FLOAT.value]: "float",
    [types.H5T_STRING.value]: "text",
    [types.H5T_ENUM.value]: "enum",
    [types.H5T_COMPOUND.value]: "compound",
    [types.H5T_VLEN.value]: "list",
  };
  const members = (meta.compound_type?.members ?? []).map((member) => ({
    name: member.name,
    offset: member.offset,
    // A member that is itself an array is not a number.
    type: member.array_type ? { ...typeOf(module, member), kind: "other" as const } : typeOf(module, member),
  }));
  const { size, signed, littleEndian } = meta;
  const kind = kinds[meta.type] ?? "other";
  const base = { kind, size, signed, littleEndian, members };
  return meta.vlen_type ? { ...base, element: typeOf(module, meta.vlen_type) } : base;
}

/** UTF-8 that a writer declared as ASCII, which the library then takes letter by letter: "Âµm" is "µm". */
function written(text: string): string {
  const bytes = Uint8Array.from(text, (letter) => letter.charCodeAt(0));
  if (bytes.every((byte) => byte < 0x80) || [...text].some((letter) => letter.charCodeAt(0) > 0xff))
    return text;
  try {
    return new TextDecoder("utf-8", { fatal: true }).decode(bytes);
  } catch {
    return text;
  }
}

function plain(value: unknown): H5Value {
  if (typeof value === "bigint") return Number(value);
  if (typeof value === "string") return written(value);
  if (typeof value === "number" || typeof value === "boolean") return value;
  if (ArrayBuffer.isView(value) || Array.isArray(value)) {
    const items = Array.from(value as ArrayLike<unknown>, plain);
    return items.every((item) => item !== undefined && !Array.isArray(item)) ? (items as never) : undefined;
  }
  return undefined;
}

function fileName(name: string): string {
  return name.replace(/[/\\]/g, "_") || "file";
}

/** A file in the library's file system whose bytes stay where they are. */
// biome-ignore lint/suspicious/noExplicitAny: as above
function place(files: any, path: string, bytes: SyncBytes): void {
  files.mkdirTree(path.slice(0, path.lastIndexOf("/")));
  files.writeFile(path, new Uint8Array(0));
  const { node } = files.lookupPath(path);
  node.usedBytes = bytes.size;
  node.stream_ops = {
    ...node.stream_ops,
    read(_stream: unknown, buffer: Int8Array, at: number, length: number, position: number): number {
      const count = Math.max(0, Math.min(length, bytes.size - position));
      const into = new Uint8Array(buffer.buffer, buffer.byteOffset + at, count);
      if (count === 0) return 0;
      const got = bytes.read(position, into);
      refuseBrokenHeap(into.subarray(0, got));
      return got;
    },
  };
}

/** One HDF5 file, open or to be opened. Reading is synchronous; every method may throw Format. */
export class Library implements H5Lister {
  readonly #api: Api;
  readonly #folder: string;
  readonly #name: string;
  readonly #mounted = new Map<string, SyncBytes>();
  // biome-ignore lint/suspicious/noExplicitAny: the class lives in the library that is loaded on demand
  #file: any;

  constructor(api: Api, name: string, bytes: SyncBytes) {
    this.#api = api;
    this.#folder = newFolder();
    this.#name = fileName(name);
    this.mount(name, bytes);
  }

  /** Adds a file to the folder that the library sees, the next time it opens this one. */
  mount(name: string, bytes: SyncBytes): void {
    this.close();
    this.#mounted.set(fileName(name), bytes);
  }

  has(name: string): boolean {
    return this.#mounted.has(fileName(name));
  }

  /** The open file's number; opens it, and closes the one not used for longest where too many are open. */
  #id(): bigint {
    const at = opened.indexOf(this);
    if (at >= 0) opened.splice(at, 1);
    opened.push(this);
    if (!this.#file) {
      for (const [name, bytes] of this.#mounted) place(this.#api.files, `${this.#folder}/${name}`, bytes);
      this.#file = guard(this.#name, () => new this.#api.File(`${this.#folder}/${this.#name}`, "r"));
    }
    while (opened.length > MAX_OPEN) opened.shift()!.close();
    return this.#file.file_id;
  }

  close(): void {
    const file = this.#file;
    this.#file = undefined;
    if (file) guard(this.#name, () => file.close());
    for (const [name, bytes] of this.#mounted) {
      bytes.close();
      const path = `${this.#folder}/${name}`;
      if (this.#api.files.analyzePath(path).exists) this.#api.files.unlink(path);
    }
  }

  names(path: string): readonly string[] {
    const id = this.#id();
    return guard(path, () => this.#api.module.get_names(id, path, false));
  }

  object(path: string): ReturnType<H5Lister["object"]> {
    const id = this.#id();
    const { module } = this.#api;
    let type: number;
    try {
      type = outside(() => module.get_type(id, path));
    } catch (error) {
      // Names that stand for each other lead nowhere; a link says so, and the rest of the file is read.
      const link = this.#softLink(path);
      if (link) return link;
      throw h5Error(`${path}: ${reason(error)}`, path, error);
    }
    if (type === module.H5G_GROUP) {
      // Addresses tell groups apart within one file only.
      const alone = this.#mounted.size === 1;
      const same = alone ? String(guard(path, () => module.create_object_reference(id, path))) : undefined;
      return { kind: "group", attributes: this.#attributes(path), same };
    }
    if (type === module.H5G_DATASET) return this.#dataset(path);
    if (type === module.H5G_LINK) return this.#softLink(path);
    if (type === module.H5G_UDLINK) {
      const { filename, obj_path } = guard(path, () => module.get_external_link(id, path));
      return { kind: "link", path, file: filename, target: obj_path };
    }
    return undefined;
  }

  /** A symbolic link as it is written; undefined where the path is none. */
  #softLink(path: string): H5Link | undefined {
    const id = this.#id();
    try {
      const target = outside(() => this.#api.module.get_symbolic_link(id, path));
      return { kind: "link", path, file: undefined, target };
    } catch {
      return undefined;
    }
  }

  #dataset(path: string): H5Dataset {
    const id = this.#id();
    const { module } = this.#api;
    return guard(path, () => {
      const meta = module.get_dataset_metadata(id, path);
      return {
        kind: "dataset",
        path,
        shape: meta.shape ?? [0],
        chunks: meta.chunks ?? undefined,
        type: typeOf(module, meta),
        filters: module.get_dataset_filters(id, path),
        virtual: (meta.virtual_sources ?? []).map((from: { readonly file_name: string }) => from.file_name),
        attributes: this.#attributes(path),
      };
    });
  }

  /** Attributes that are numbers and text; others, such as references, are undefined. */
  #attributes(path: string): H5Attributes {
    const id = this.#id();
    const found: Record<string, H5Value> = Object.create(null);
    for (const name of guard(path, () => this.#api.module.get_attribute_names(id, path))) {
      found[name] = guard(`${path}@${name}`, () => {
        const attribute = new this.#api.Attribute(id, path, name);
        const { kind } = typeOf(this.#api.module, attribute.metadata);
        if (kind === "other" || kind === "compound" || kind === "list") return undefined;
        return attribute.metadata.total_size > 1e6 ? undefined : plain(attribute.json_value);
      });
    }
    return found;
  }

  /** The value of a small dataset: a number, text or a list of them. */
  value(dataset: H5Dataset): H5Value {
    this.#id();
    const { kind, size } = dataset.type;
    const count = dataset.shape.reduce((product, n) => product * n, 1);
    if ((kind !== "int" && kind !== "float" && kind !== "text" && kind !== "enum") || count > 1e6)
      return undefined;
    if (kind === "float" && size === 2) return undefined;
    return guard(dataset.path, () => plain(this.#file.get(dataset.path).json_value));
  }

  /** The bytes of a block, little-endian, C order. */
  read(dataset: H5Dataset, start: readonly number[], count: readonly number[]): Uint8Array<ArrayBuffer> {
    const { module } = this.#api;
    return this.#block(dataset, start, count, (at, bytes) => module.HEAPU8.slice(at, at + bytes));
  }

  /** Lengths and bytes of the variable-length lists of a block, one behind the other. */
  readLists(dataset: H5Dataset, start: readonly number[], count: readonly number[]) {
    const { module } = this.#api;
    const elementBytes = dataset.type.element?.size ?? 1;
    return this.#block(dataset, start, count, (at, size, id, counts) => {
      try {
        const pairs = new Uint32Array(module.HEAPU8.slice(at, at + size).buffer);
        const lengths = pairs.filter((_, i) => i % 2 === 0);
        const total = lengths.reduce((sum, n) => sum + n * elementBytes, 0);
        if (total > module.HEAPU8.byteLength)
          throw h5Error(`${dataset.path}: lists of ${total} bytes`, dataset.path);
        const bytes = new Uint8Array(total);
        let end = 0;
        for (let i = 0; i < lengths.length; i++) {
          const from = pairs[2 * i + 1]!;
          bytes.set(module.HEAPU8.subarray(from, from + lengths[i]! * elementBytes), end);
          end += lengths[i]! * elementBytes;
        }
        return { lengths, bytes };
      } finally {
        module.reclaim_vlen_memory_count(id, dataset.path, "", BigInt(at), counts);
      }
    });
  }

  #block<T>(
    dataset: H5Dataset,
    start: readonly number[],
    count: readonly number[],
    take: (at: number, bytes: number, id: bigint, counts: bigint[]) => T,
  ): T {
    const id = this.#id();
    const { module } = this.#api;
    const bytes = count.reduce((product, n) => product * n, dataset.type.size);
    return guard(dataset.path, () => {
      const at = module._malloc(Math.max(8, bytes));
      if (!at) throw h5Error(`${dataset.path}: no memory for a block of ${bytes} bytes`, dataset.path);
      try {
        module.HEAPU8.fill(0, at, at + bytes);
        const [counts, starts] = [count.map(BigInt), start.map(BigInt)];
        const strides = counts.map(() => 1n);
        module.get_dataset_data(id, dataset.path, counts, starts, strides, BigInt(at));
        return take(at, bytes, id, counts);
      } finally {
        module._free(at);
      }
    });
  }

  /**
   * Loads the plugins of a dataset's filters.
   *
   * @throws Unsupported for a filter without one
   */
  async loadFilters(filters: readonly H5Filter[], path: string): Promise<void> {
    for (const { id, name } of filters) {
      if (BUILT_IN.includes(id)) continue;
      const known = this.#api.plugins.get(id) ?? loadPlugin(this.#api, id);
      this.#api.plugins.set(id, known);
      if (await known) continue;
      const label = name.split(";")[0] || "without a name";
      throw h5Unsupported(`${path}: filter ${id} (${label}) is not available`, `filter ${id}`);
    }
  }
}

async function loadPlugin(api: Api, id: number): Promise<boolean> {
  const name = PLUGINS[id];
  if (name === undefined) return false;
  const { base_url } = await import("h5wasm-plugins");
  const bytes = await packageFile(`${base_url}/plugins/libH5Z${name}.so`);
  if (bytes) api.files.writeFile(`${PLUGIN_FOLDER}/libH5Z${name}.so`, bytes);
  return bytes !== undefined;
}

/**
 * A file for the library to read from.
 *
 * @throws Format if the library does not take it
 */
export async function openLibrary(source: Source, stop?: AbortSignal): Promise<Library> {
  const bytes = await syncBytes(source, stop);
  return new Library(await startLibrary(), source.name, bytes);
}
