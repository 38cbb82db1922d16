import { LithoscopeError } from "../../core/errors.ts";

/** The header of one frame, in the words of the Merlin manual; numbers as numbers, the rest as written. */
export interface MibHeader {
  readonly frameNumber: number;
  /** Bytes from the start of this header to the pixels. */
  readonly dataOffset: number;
  readonly chips: number;
  readonly width: number;
  readonly height: number;
  /** U08, U16, U32 for whole pixels; R64 for what the chip sends, in 64-bit words. */
  readonly pixelDepth: string;
  /** "1x1", "2x2", "Nx1" and with a gap "2x2G". */
  readonly layout: string;
  readonly timestamp: string;
  readonly exposure: string;
  readonly counter: string;
  readonly colourMode: string;
  readonly gainMode: string;
  readonly thresholds: readonly string[];
  /** Fields of the extension MQ1A: an ISO time, the exposure with its unit, the counter's bits. */
  readonly extension: readonly string[];
  readonly fields: readonly string[];
}

export function mibError(sentence: string, at: number): LithoscopeError {
  return new LithoscopeError("Format", `mib: ${sentence}`, { format: "mib", at });
}

/** One header takes 384 bytes, with a quad detector 768 and more. */
export const HEADER_LIMIT = 8192;

/**
 * The header at the start of `bytes`.
 *
 * @param at where these bytes lie in the file, for errors
 * @throws Format if it is none, or a number in it is none
 */
export function parseFrameHeader(bytes: Uint8Array, at = 0): MibHeader {
  const text = new TextDecoder("latin1").decode(bytes);
  const fields = text.split(/[,\0]/).map((field) => field.trim());
  if (fields[0] !== "MQ1") throw mibError(`wanted the tag MQ1 at byte ${at}`, at);
  const number = (i: number, what: string, limit: number) => {
    const value = /^\d+$/.test(fields[i] ?? "") ? Number(fields[i]) : Number.NaN;
    if (!(value > 0 && value <= limit))
      throw mibError(
        `wanted ${what} from 1 to ${limit} in the header at byte ${at}, found "${fields[i]}"`,
        at,
      );
    return value;
  };
  const extra = fields.findIndex((field, i) => i > 7 && /^MQ1[A-Z]$/.test(field));
  return {
    frameNumber: Number(fields[1]),
    dataOffset: number(2, "a data offset", HEADER_LIMIT),
    chips: number(3, "a number of chips", 64),
    width: number(4, "a width", 65536),
    height: number(5, "a height", 65536),
    pixelDepth: fields[6] ?? "",
    layout: fields[7] ?? "",
    timestamp: fields[9] ?? "",
    exposure: fields[10] ?? "",
    counter: fields[11] ?? "",
    colourMode: fields[12] ?? "",
    gainMode: fields[13] ?? "",
    thresholds: fields.slice(14, 22),
    extension: extra < 0 ? [] : fields.slice(extra + 1, extra + 4),
    fields: fields.filter((field, i) => field !== "" || i < 14),
  };
}

/** "key:<tab>value" lines of a .hdr file as written; a key that occurs twice keeps its first value. */
export function parseHdr(text: string): Readonly<Record<string, string>> {
  const found: Record<string, string> = Object.create(null);
  for (const line of text.split(/\r?\n/).slice(0, 1000)) {
    const cut = line.indexOf("\t");
    const key = line.slice(0, cut).replace(/:\s*$/, "").trim();
    if (cut > 0 && key && !/^(HDR,|End)/.test(key)) found[key] ??= line.slice(cut + 1).trim();
  }
  return found;
}

/** Nanoseconds since 1970 of "2021-05-07T16:51:10.905800928Z"; undefined for another text. */
export function isoNanoseconds(text: string): bigint | undefined {
  const match = /^(\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d)(?:\.(\d{1,9}))?Z$/.exec(text);
  const seconds = match ? Date.parse(`${match[1]}Z`) : Number.NaN;
  if (!match || !Number.isFinite(seconds)) return undefined;
  return BigInt(seconds) * 1_000_000n + BigInt((match[2] ?? "").padEnd(9, "0"));
}
