import { LithoscopeError } from "../../core/errors.ts";

/** Length of the fixed header [bytes]; the note follows, up to Data_offset_1. */
export const HEADER_BYTES = 240;

/** The header in the field names that RosettaSciIO gave it (the vendor publishes none), in the file's units. */
export interface BloHeader {
  readonly ID: string;
  readonly MAGIC: number;
  /** Offset of the virtual bright field image. */
  readonly Data_offset_1: number;
  /** Offset of the first frame. */
  readonly Data_offset_2: number;
  /** 131141 in most files; meaning not published. */
  readonly UNKNOWN1: number;
  readonly DP_SZ: number;
  readonly DP_rotation: number;
  readonly NX: number;
  readonly NY: number;
  /** Degrees × 100. */
  readonly Scan_rotation: number;
  /** Scan steps [nm]. */
  readonly SX: number;
  readonly SY: number;
  /** Volts. */
  readonly Beam_energy: number;
  /** Pixels per cm × 100. */
  readonly SDP: number;
  /** Millimetres × 10. */
  readonly Camera_length: number;
  /** Days since 1899-12-30. */
  readonly Acquisition_time: number;
  readonly Centering: readonly number[];
  readonly Distortion: readonly number[];
  readonly Note: string;
}

/** A Format error at a byte of the file. */
export function bloError(sentence: string, at: number): LithoscopeError {
  return new LithoscopeError("Format", sentence, { format: "blo", at });
}

/**
 * The header at the start of `bytes`, which hold at least it and as much of the note as was read.
 *
 * @throws Format if the bytes end early, or ID or MAGIC are another format's
 */
export function parseBlo(bytes: Uint8Array): BloHeader {
  if (bytes.byteLength === 0) throw bloError("not a .blo: the file is empty", 0);
  const ID = new TextDecoder("latin1").decode(bytes.subarray(0, 6));
  if (ID !== "IMGBLO") throw bloError("not a .blo: wanted the ID IMGBLO at byte 0", 0);
  if (bytes.byteLength < HEADER_BYTES) {
    const found = `the header has ${HEADER_BYTES} bytes, the file ${bytes.byteLength}`;
    throw bloError(`.blo cut short before the first pattern: ${found}`, bytes.byteLength);
  }
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  const latin = new TextDecoder("latin1");
  const u2 = (at: number) => view.getUint16(at, true);
  const u4 = (at: number) => view.getUint32(at, true);
  const f8 = (at: number) => view.getFloat64(at, true);
  const f8s = (at: number, count: number) => Array.from({ length: count }, (_, i) => f8(at + 8 * i));

  const MAGIC = u2(6);
  if (MAGIC !== 0x0102)
    throw bloError(`not a .blo: wanted the magic number 0x102 at byte 6, found 0x${MAGIC.toString(16)}`, 6);
  const Data_offset_1 = u4(8);
  return {
    ID,
    MAGIC,
    Data_offset_1,
    Data_offset_2: u4(12),
    UNKNOWN1: u4(16),
    DP_SZ: u2(20),
    DP_rotation: u2(22),
    NX: u2(24),
    NY: u2(26),
    Scan_rotation: u2(28),
    SX: f8(30),
    SY: f8(38),
    Beam_energy: u4(46),
    SDP: u2(50),
    Camera_length: u4(52),
    Acquisition_time: f8(56),
    Centering: f8s(64, 8),
    Distortion: f8s(128, 14),
    Note: latin
      .decode(bytes.subarray(HEADER_BYTES, Math.max(HEADER_BYTES, Data_offset_1)))
      .replace(/\0+$/, ""),
  };
}
