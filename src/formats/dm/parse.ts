import type { Source } from "../../core/contracts.ts";
import { LithoscopeError } from "../../core/errors.ts";
import type { DmArray, DmGroup, DmValue } from "../gatan-tags.ts";
import { type Cursor, cursorOf } from "./cursor.ts";

export interface DmFile {
  readonly version: 3 | 4;
  /** Byte order of values; sizes and counts of the tags are always big-endian. */
  readonly littleEndian: boolean;
  readonly root: DmGroup;
  /** False where the tags end before the file's own count does: it was cut short. */
  readonly whole: boolean;
}

/** Bytes of each simple type: i16 i32 u16 u32 f32 f64 bool char octet i64 u64. */
export const TYPE_BYTES: Readonly<Record<number, number>> = {
  2: 2,
  3: 4,
  4: 2,
  5: 4,
  6: 4,
  7: 8,
  8: 1,
  9: 1,
  10: 1,
  11: 8,
  12: 8,
};
const STRUCT = 15;
const STRING = 18;
const ARRAY = 20;
/** Arrays up to this size are read with the tags; larger ones are images [bytes]. */
const SMALL = 4096;
const MAX_DEPTH = 64;
const MAX_TAGS = 1_000_000;

export function dmError(sentence: string, at: number): LithoscopeError {
  return new LithoscopeError("Format", `dm: ${sentence}`, { format: "dm", at });
}

/** Members of a structure and their bytes; `info` starts at the code 15. */
function membersOf(info: readonly number[], at: number): { types: number[]; bytes: number } {
  const count = info[2] ?? 0;
  if (count > 64 || info.length < 3 + 2 * count)
    throw dmError(`a structure of ${count} members at ${at}`, at);
  const types = Array.from({ length: count }, (_, i) => info[4 + 2 * i]!);
  const bytes = types.reduce((sum, type) => sum + (TYPE_BYTES[type] ?? Number.NaN), 0);
  if (!(bytes > 0)) throw dmError(`a structure with types ${types.join(", ")} at ${at}`, at);
  return { types, bytes };
}

function arrayOf(info: readonly number[], offset: number): DmArray {
  const element = info[1]!;
  const length = info.at(-1)!;
  const inner = element === STRUCT ? membersOf(info.slice(1), offset) : undefined;
  const each = inner?.bytes ?? TYPE_BYTES[element];
  if (each === undefined) throw dmError(`an array of elements of type ${element} at ${offset}`, offset);
  return { kind: "array", element: inner?.types ?? element, length, offset, bytes: each * length };
}

/** One tag's value; a large array stays where it is. */
async function tagValue(
  cursor: Cursor,
  info: readonly number[],
  littleEndian: boolean,
  name: string,
): Promise<DmValue> {
  const type = info[0]!;
  const at = cursor.position;
  const simple = async (code: number): Promise<number | boolean> => {
    const size = TYPE_BYTES[code];
    if (size === undefined) throw dmError(`a value of type ${code} at ${cursor.position}`, cursor.position);
    return numberOf(await cursor.take(size), code, littleEndian);
  };
  if (type === STRUCT) {
    const values: number[] = [];
    for (const member of membersOf(info, at).types) values.push(Number(await simple(member)));
    return values;
  }
  if (type === STRING)
    return new TextDecoder("utf-16le").decode((await cursor.take(info[1] ?? 0, SMALL)).subarray());
  if (type !== ARRAY) return simple(type);
  const array = arrayOf(info, at);
  // "Data" are the pixels of an image, however few.
  if (array.bytes > SMALL || array.element !== 4 || name === "Data") {
    cursor.skip(array.bytes);
    return array;
  }
  // Text is an array of 16-bit letters; DM keeps no other way.
  const bytes = await cursor.take(array.bytes);
  return new TextDecoder(littleEndian ? "utf-16le" : "utf-16be").decode(bytes).replace(/\0+$/, "");
}

/** A number of one simple type. */
function numberOf(bytes: Uint8Array, type: number, little: boolean): number | boolean {
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  switch (type) {
    case 2:
      return view.getInt16(0, little);
    case 3:
      return view.getInt32(0, little);
    case 4:
      return view.getUint16(0, little);
    case 5:
      return view.getUint32(0, little);
    case 6:
      return view.getFloat32(0, little);
    case 7:
      return view.getFloat64(0, little);
    case 8:
      return view.getUint8(0) !== 0;
    case 11:
      return Number(view.getBigInt64(0, little));
    case 12:
      return Number(view.getBigUint64(0, little));
    default:
      return view.getInt8(0);
  }
}

/**
 * All tags of a file; arrays of more than 4 KiB are told by their place only.
 *
 * @throws Format if it is no DM file, or a tag is broken
 */
export async function parseDm(source: Source, stop?: AbortSignal): Promise<DmFile> {
  const cursor = cursorOf(source, stop);
  const version = await cursor.long();
  if (version !== 3 && version !== 4) throw dmError(`wanted version 3 or 4 at byte 0, found ${version}`, 0);
  const size = () => (version === 4 ? cursor.wide() : cursor.long());
  await size();
  const order = await cursor.long();
  if (order > 1) throw dmError(`wanted the byte order 0 or 1, found ${order}`, version === 4 ? 12 : 8);
  const littleEndian = order === 1;
  let [left, whole] = [MAX_TAGS, true];

  async function group(depth: number): Promise<DmGroup> {
    await cursor.take(2);
    const count = await size();
    const tags = new Map<string, DmValue | DmGroup>();
    for (let i = 0; i < count && whole; i++) {
      // What follows the last whole tag is lost, what came before is not.
      if (cursor.position + 4 > source.size) {
        whole = false;
        break;
      }
      const at = cursor.position;
      if (left-- <= 0 || depth > MAX_DEPTH)
        throw dmError(`more tags or deeper than can be meant, at ${at}`, at);
      const [kind] = await cursor.take(1);
      const named = await cursor.take(await cursor.short(), 1024);
      const name = new TextDecoder("latin1").decode(named) || String(i);
      if (version === 4) await cursor.wide();
      if (kind === 20) tags.set(name, await group(depth + 1));
      else if (kind === 21) {
        const mark = await cursor.long();
        if (mark !== 0x25252525)
          throw dmError(`wanted %%%% at byte ${cursor.position - 4}`, cursor.position - 4);
        const words = await size();
        if (words < 1 || words > 256) throw dmError(`a tag of ${words} words at ${at}`, at);
        const info: number[] = [];
        for (let k = 0; k < words; k++) info.push(await size());
        tags.set(name, await tagValue(cursor, info, littleEndian, name));
      } else throw dmError(`wanted a tag (20 or 21) at byte ${at}, found ${kind}`, at);
    }
    return { kind: "group", tags };
  }
  const root = await group(0);
  return { version, littleEndian, root, whole: whole && cursor.position <= source.size };
}
