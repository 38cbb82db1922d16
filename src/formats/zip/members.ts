import type { Source } from "../../core/contracts.ts";
import { crc32 } from "../../core/crc32.ts";
import { LithoscopeError } from "../../core/errors.ts";
import { partSource } from "../../core/part-source.ts";
import { bytesSource, inflate } from "../inflate.ts";
import { dataStart, type ZipEntry, zipError } from "./parse.ts";

/** Members inflated to memory, all of an archive together [bytes]. */
const INFLATE_LIMIT = 2 ** 30;
/** Deflate cannot do better than 1,032 : 1; a member that claims more is a lie. */
const MAX_RATIO = 1032;
/** A member of this size [bytes] that is a thousand times smaller in the archive holds nothing: a bomb. */
const BOMB = { bytes: 2 ** 26, ratio: 1000 };

/** The members of an archive as sources, each with the others as its siblings. */
export interface Members {
  readonly names: readonly string[];
  /** A stored member is read in place; a deflated one is inflated once. */
  open(name: string, stop?: AbortSignal): Promise<Source>;
  /** Names that were opened as siblings: companions, such as the .hdr of a .mib. */
  readonly companions: ReadonlySet<string>;
}

function isSafe(name: string): boolean {
  const parts = name.split("/");
  return !/[\\:\0]/.test(name) && parts.every((part) => part !== "" && part !== "." && part !== "..");
}

export function membersOf(source: Source, entries: readonly ZipEntry[]): Members {
  const known = new Map(entries.filter(({ name }) => isSafe(name)).map((entry) => [entry.name, entry]));
  const inflated = new Map<string, Promise<Uint8Array>>();
  const companions = new Set<string>();
  let left = INFLATE_LIMIT;

  async function bytesOf(entry: ZipEntry, at: number, stop?: AbortSignal): Promise<Uint8Array> {
    if (entry.size > entry.stored * MAX_RATIO + 64)
      throw zipError(`${entry.name} claims ${entry.size} bytes from ${entry.stored}`, entry.offset);
    const bomb = entry.size > BOMB.bytes && entry.size > BOMB.ratio * entry.stored;
    if (entry.size > left || bomb) {
      const why = bomb ? `from ${entry.stored}, which is no measurement` : "more than is kept in memory";
      const message = `zip: ${entry.name} inflates to ${entry.size} bytes, ${why}`;
      const hint = "unpack the archive, then open the file itself";
      const fields = { why: "inflated size", need: `at most ${left} bytes` };
      throw new LithoscopeError("Refused", message, fields, { hint });
    }
    left -= entry.size;
    const place = { offset: at, length: entry.stored, kind: "deflate-raw" as const, limit: entry.size };
    const bytes = await inflate(source, place, stop);
    if (bytes.byteLength !== entry.size || crc32(bytes) !== entry.crc)
      throw zipError(`${entry.name} is damaged: its size or checksum is another`, at);
    return bytes;
  }

  /** Names in each folder, made when they are first asked for. */
  let folders: Map<string, Set<string>> | undefined;
  function inFolder(folder: string): readonly string[] {
    if (!folders) {
      folders = new Map();
      for (const name of known.keys()) {
        for (let at = name.indexOf("/"), from = 0; ; at = name.indexOf("/", from)) {
          const names = folders.get(name.slice(0, from)) ?? new Set();
          folders.set(name.slice(0, from), names.add(at < 0 ? name.slice(from) : name.slice(from, at + 1)));
          if (at < 0) break;
          from = at + 1;
        }
      }
    }
    return [...(folders.get(folder) ?? [])].sort();
  }

  async function open(name: string, stop?: AbortSignal): Promise<Source> {
    const entry = known.get(name);
    if (!entry) throw zipError(`${source.name} has no member ${name}`, 0);
    if (entry.encrypted || (entry.method !== 0 && entry.method !== 8)) {
      const feature = entry.encrypted ? "encryption" : `compression ${entry.method}`;
      const fields = { format: "zip", feature };
      throw new LithoscopeError("Unsupported", `zip: ${name}: ${feature} is not read`, fields);
    }
    const at = await dataStart(source, entry, stop);
    const folder = name.slice(0, name.lastIndexOf("/") + 1);
    const sibling = async (other: string) => {
      const path = known.has(folder + other) ? folder + other : undefined;
      if (path === undefined) return undefined;
      companions.add(path);
      return open(path, stop);
    };
    const list = async (below: string) => inFolder(below === "" ? folder : `${folder}${below}/`);
    const base = name.slice(folder.length);
    if (entry.method === 0) {
      if (at + entry.stored > source.size)
        throw zipError(`wanted ${entry.stored} bytes of ${name} at ${at}, file ends at ${source.size}`, at);
      return { ...partSource(source, at, entry.stored, base, sibling), list, close: async () => {} };
    }
    const bytes = inflated.get(name) ?? bytesOf(entry, at, stop);
    inflated.set(name, bytes);
    return { ...bytesSource(await bytes, base, sibling), list };
  }
  return { names: [...known.keys()].sort(), open, companions };
}
