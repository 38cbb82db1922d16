import type { Source } from "../../core/contracts.ts";
import { LithoscopeError } from "../../core/errors.ts";

/** A member as the central directory states it. */
export interface ZipEntry {
  readonly name: string;
  /** 0 stored, 8 deflated. */
  readonly method: number;
  readonly encrypted: boolean;
  readonly crc: number;
  readonly stored: number;
  readonly size: number;
  /** Where its local header is. */
  readonly offset: number;
}

/** The record at the end is followed by a comment of at most 65,535 bytes. */
const TAIL = 65557;
const MAX_ENTRIES = 100_000;
const MAX_DIRECTORY = 2 ** 26;

export function zipError(sentence: string, at: number): LithoscopeError {
  return new LithoscopeError("Format", `zip: ${sentence}`, { format: "zip", at });
}

interface Directory {
  readonly count: number;
  readonly size: number;
  readonly offset: number;
}

/** The directory's place by the record at the end, with 64-bit numbers where those are used. */
async function findDirectory(source: Source, stop?: AbortSignal): Promise<Directory> {
  const from = Math.max(0, source.size - TAIL);
  const tail = await source.read(from, source.size - from, stop);
  const view = new DataView(tail.buffer, tail.byteOffset, tail.byteLength);
  let at = tail.byteLength - 22;
  while (at >= 0 && view.getUint32(at, true) !== 0x06054b50) at--;
  if (at < 0) throw zipError(`wanted the end of the directory, file ends at ${source.size}`, source.size);
  const found = { count: view.getUint16(at + 10, true), size: view.getUint32(at + 12, true) };
  const offset = view.getUint32(at + 16, true);
  const wide = found.count === 0xffff || found.size === 0xffffffff || offset === 0xffffffff;
  if (!wide || at < 20 || view.getUint32(at - 20, true) !== 0x07064b50) return { ...found, offset };
  const record = Number(view.getBigUint64(at - 12, true));
  const bytes = await source.read(record, 56, stop);
  const long = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  if (long.getUint32(0, true) !== 0x06064b50) throw zipError("wanted the 64-bit directory record", record);
  const number = (place: number) => Number(long.getBigUint64(place, true));
  return { count: number(32), size: number(40), offset: number(48) };
}

/** Sizes and offset of an entry, from the 64-bit extra field where the short fields are full. */
function longSizes(view: DataView, at: number, name: number, extra: number) {
  const short = { size: view.getUint32(at + 24, true), stored: view.getUint32(at + 20, true) };
  const found = { ...short, offset: view.getUint32(at + 42, true) };
  let field = at + 46 + name;
  const end = Math.min(field + extra, view.byteLength);
  while (field + 4 <= end) {
    const [id, length] = [view.getUint16(field, true), view.getUint16(field + 2, true)];
    let place = field + 4;
    const last = Math.min(place + length, end);
    for (const key of ["size", "stored", "offset"] as const) {
      if (id !== 1 || found[key] !== 0xffffffff || place + 8 > last) continue;
      found[key] = Number(view.getBigUint64(place, true));
      place += 8;
    }
    field += 4 + length;
  }
  return found;
}

/**
 * The members of an archive, each name once: of members with the same name the last one counts, as writers that
 * update an archive mean it.
 *
 * @throws Format for a broken directory; Refused for one with more members than 100,000
 */
export async function parseZip(source: Source, stop?: AbortSignal): Promise<ZipEntry[]> {
  const { count, size, offset } = await findDirectory(source, stop);
  if (count > MAX_ENTRIES || size > MAX_DIRECTORY) {
    const message = `zip: ${source.name} has ${count} members, more than ${MAX_ENTRIES}`;
    throw new LithoscopeError("Refused", message, {
      why: "too many members",
      need: `at most ${MAX_ENTRIES}`,
    });
  }
  const bytes = await source.read(offset, size, stop);
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  const entries = new Map<string, ZipEntry>();
  let at = 0;
  for (let i = 0; i < count; i++) {
    if (at + 46 > size || view.getUint32(at, true) !== 0x02014b50)
      throw zipError(`wanted member ${i} of ${count} in the directory`, offset + at);
    const [name, extra, comment] = [28, 30, 32].map((place) => view.getUint16(at + place, true));
    const flags = view.getUint16(at + 8, true);
    const text = bytes.subarray(at + 46, at + 46 + name!);
    const label = new TextDecoder(flags & 0x800 ? "utf-8" : "latin1").decode(text);
    const entry = {
      name: label,
      method: view.getUint16(at + 10, true),
      encrypted: (flags & 1) !== 0,
      crc: view.getUint32(at + 16, true),
      ...longSizes(view, at, name!, extra!),
    };
    if (!label.endsWith("/")) entries.set(label, entry);
    at += 46 + name! + extra! + comment!;
  }
  checkApart([...entries.values()]);
  return [...entries.values()];
}

/**
 * Refuses members that lie over each other: an archive of kilobytes can then hold terabytes.
 *
 * @throws Format, naming two of them
 */
function checkApart(entries: readonly ZipEntry[]): void {
  const sorted = entries.toSorted((a, b) => a.offset - b.offset);
  for (const [i, { name, offset }] of sorted.entries()) {
    const before = sorted[i - 1];
    if (before && offset < before.offset + 30 + before.stored)
      throw zipError(`the members ${before.name} and ${name} lie over each other`, offset);
  }
}

/** Where the data of a member start: behind its local header, whose extra field may have another length. */
export async function dataStart(source: Source, entry: ZipEntry, stop?: AbortSignal): Promise<number> {
  const bytes = await source.read(entry.offset, 30, stop);
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  if (view.getUint32(0, true) !== 0x04034b50)
    throw zipError(`wanted the header of ${entry.name}`, entry.offset);
  return entry.offset + 30 + view.getUint16(26, true) + view.getUint16(28, true);
}
