import type { Column, Source, Table } from "../../core/contracts.ts";
import { type Meta, putQuantity, putText } from "../axes.ts";
import { HEADER_BYTES, type MrcHeader } from "./parse.ts";

/** A number of each section: where it stands in the section's record, and what it is. */
interface Field {
  readonly name: string;
  readonly unit: string;
  read(record: DataView, little: boolean): number;
}

/** Records of the sections in the extended header. */
export interface Extended {
  readonly recordBytes: number;
  readonly records: number;
  readonly fields: readonly Field[];
}

const f64 = (name: string, unit: string, at: number, factor = 1): Field => ({
  name,
  unit,
  read: (record, little) => record.getFloat64(at, little) * factor,
});
const f32 = (name: string, unit: string, at: number): Field => ({
  name,
  unit,
  read: (record, little) => record.getFloat32(at, little),
});

/** FEI1 and FEI2 (EPU manual; MRC-2014 specification of the maker). */
const FEI: readonly Field[] = [
  f64("time", "s", 12, 86400),
  f64("alpha", "deg", 100),
  f64("beta", "deg", 108),
  f64("stage x", "m", 116),
  f64("stage y", "m", 124),
  f64("stage z", "m", 132),
  f64("defocus", "m", 220),
  f64("exposure", "s", 419),
];
/** FEI's older header, 1024 records of 128 bytes. */
const FEI_OLD: readonly Field[] = [
  "alpha",
  "beta",
  "stage x",
  "stage y",
  "stage z",
  "shift x",
  "shift y",
  "defocus",
]
  .map((name, i) => f32(name, i < 2 ? "deg" : "m", 4 * i))
  .concat(f32("exposure", "s", 32));
/** SerialEM: flags, what they stand for, bytes, and what the number is multiplied by [1/…]. */
const SERIAL: readonly (readonly [number, readonly (readonly [string, string, number])[], number])[] = [
  [1, [["alpha", "deg", 1 / 100]], 2],
  [2, [], 6],
  [
    4,
    [
      ["stage x", "µm", 1 / 25],
      ["stage y", "µm", 1 / 25],
    ],
    4,
  ],
  [8, [["magnification", "1", 100]], 2],
  [16, [["intensity", "1", 1 / 25000]], 2],
];
const OLE_EPOCH = Date.UTC(1899, 11, 30);

function serialFields(flags: number): Field[] {
  const fields: Field[] = [];
  let at = 0;
  for (const [bit, values, bytes] of SERIAL) {
    if (!(flags & bit)) continue;
    for (const [i, [name, unit, factor]] of values.entries()) {
      const place = at + 2 * i;
      fields.push({ name, unit, read: (record, little) => record.getInt16(place, little) * factor });
    }
    at += bytes;
  }
  return fields;
}

/** Which records the extended header holds; undefined where it is empty or of a kind that is not known. */
export async function extendedOf(
  source: Source,
  header: MrcHeader,
  stop?: AbortSignal,
): Promise<Extended | undefined> {
  const { extendedBytes, extendedType, perSection, size, littleEndian } = header;
  const fitting = (recordBytes: number, fields: readonly Field[]): Extended | undefined => {
    const records = Math.min(size[2], Math.floor(extendedBytes / recordBytes));
    return records > 0 && fields.length > 0 ? { recordBytes, records, fields } : undefined;
  };
  if (/^FEI[12]$/.test(extendedType) && extendedBytes >= 768) {
    const head = await source.read(HEADER_BYTES, 4, stop);
    const stated = new DataView(head.buffer, head.byteOffset).getInt32(0, littleEndian);
    return stated >= 427 && stated <= extendedBytes ? fitting(stated, FEI) : undefined;
  }
  const [bytes, flags] = perSection;
  const serial = extendedType === "SERI" || (extendedType === "" && bytes > 0 && flags > 0 && flags < 64);
  if (serial && bytes > 0) {
    const needed = SERIAL.reduce((sum, [bit, , size]) => sum + (flags & bit ? size : 0), 0);
    return needed <= bytes ? fitting(bytes, serialFields(flags)) : undefined;
  }
  return extendedBytes === 131072 && /^(AGAR|)$/.test(extendedType) ? fitting(128, FEI_OLD) : undefined;
}

async function recordAt(
  source: Source,
  { recordBytes }: Extended,
  i: number,
  stop?: AbortSignal,
): Promise<DataView> {
  const bytes = await source.read(HEADER_BYTES + i * recordBytes, recordBytes, stop);
  return new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
}

/** A row for each section with what its record says; times count from the first section. */
export function sectionTable(source: Source, { littleEndian }: MrcHeader, extended: Extended): Table {
  const columns: Column[] = extended.fields.map(({ name, unit }) => ({ name, unit, type: "number" }));
  return {
    kind: "table",
    title: `${source.name}: each section`,
    rows: extended.records,
    columns,
    meta: {},
    async read(column, from, to, stop) {
      const field = extended.fields.find(({ name }) => name === column)!;
      const first =
        column === "time" ? field.read(await recordAt(source, extended, 0, stop), littleEndian) : 0;
      const out = new Float64Array(Math.max(0, to - from));
      for (let i = from; i < to; i++)
        out[i - from] = field.read(await recordAt(source, extended, i, stop), littleEndian) - first;
      return out;
    },
  };
}

/** Instrument by the first FEI record and the pixel size in it [m, or 1/m for patterns]; empty for other kinds. */
export async function feiMeta(
  source: Source,
  header: MrcHeader,
  extended: Extended | undefined,
  stop?: AbortSignal,
): Promise<{ meta: Meta; pixel: number | undefined }> {
  const meta: Meta = {};
  if (extended?.fields !== FEI) return { meta, pixel: undefined };
  const record = await recordAt(source, extended, 0, stop);
  const number = (at: number, factor = 1) => {
    const value = record.getFloat64(at, header.littleEndian) * factor;
    return value > 0 ? value : undefined;
  };
  const text = (at: number) => {
    const bytes = Uint8Array.from({ length: 16 }, (_, i) => record.getUint8(at + i));
    return new TextDecoder("latin1").decode(bytes).replace(/\0.*$/s, "");
  };
  putQuantity(meta, "beam.energy", number(84, 1e-3), "keV");
  putQuantity(meta, "magnification", number(289), "1");
  putQuantity(meta, "camera.length", number(301, 1e3), "mm");
  putQuantity(meta, "exposure.time", number(419), "s");
  putQuantity(meta, "dose", number(92, 1e-20), "e/Å²");
  putText(meta, "microscope", text(20));
  putText(meta, "software", text(52));
  const days = number(12);
  // The maker does not say whose zone this count of days is in.
  if (days !== undefined && days < 1e5)
    putText(
      meta,
      "time.start.local",
      new Date(OLE_EPOCH + Math.round(days * 86_400_000)).toISOString().slice(0, -1),
    );
  return { meta, pixel: number(156) };
}
