import { LithoscopeError } from "../../core/errors.ts";

/** The header of the first file, in the words of TVIPSconverter, whose authors worked it out from files. */
export interface TvipsHeader {
  readonly size: number;
  readonly version: number;
  readonly dimx: number;
  readonly dimy: number;
  readonly bitsperpixel: number;
  readonly offsetx: number;
  readonly offsety: number;
  readonly binx: number;
  readonly biny: number;
  /** Pixel of the camera [nm]; the unit is believed, not documented. */
  readonly pixelsize: number;
  /** High tension [kV]. */
  readonly ht: number;
  /** Magnification, or camera length of a pattern. */
  readonly magtotal: number;
  /** Bytes before each frame. */
  readonly frameheaderbytes: number;
}

/** The header of a frame; version 1 has its first three fields only. */
export interface TvipsFrameHeader {
  /** Seconds since 1970. */
  readonly time: number;
  /** 1 image, 2 diffraction pattern; undefined in version 1. */
  readonly mode: number | undefined;
  readonly alpha: number;
  readonly beta: number;
  /** Index that the scan generator counts; 0 outside a scan. */
  readonly rotator: number;
}

export const MAIN_BYTES = 256;
/** Bytes of a frame's header: version 1 always, version 2 at least. */
const FRAME_BYTES = { 1: 12, 2: 60 } as const;
const MAX_SIDE = 65536;
const MAX_FRAME_HEADER = 2 ** 20;

export function tvipsError(sentence: string, at: number): LithoscopeError {
  return new LithoscopeError("Format", `tvips: ${sentence}`, { format: "tvips", at });
}

/**
 * The header of the first file.
 *
 * @throws Format if its numbers cannot be; Unsupported for another version or depth
 */
export function parseMain(bytes: Uint8Array): TvipsHeader {
  if (bytes.byteLength < MAIN_BYTES)
    throw tvipsError(`wanted ${MAIN_BYTES} bytes at 0, file ends at ${bytes.byteLength}`, bytes.byteLength);
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  const at = (i: number) => view.getUint32(4 * i, true);
  const [size, version, dimx, dimy, bitsperpixel] = [at(0), at(1), at(2), at(3), at(4)];
  const sides = [dimx, dimy].every((side) => side > 0 && side <= MAX_SIDE);
  if (size < 52 || size > MAX_FRAME_HEADER || !sides)
    throw tvipsError(`a header of ${size} bytes for frames of ${dimx} × ${dimy}`, 0);
  const depth = bitsperpixel === 8 || bitsperpixel === 16;
  if ((version !== 1 && version !== 2) || !depth) {
    const feature = depth ? `version ${version}` : `${bitsperpixel} bits per pixel`;
    throw new LithoscopeError("Unsupported", `tvips: ${feature} is not read`, { format: "tvips", feature });
  }
  const frameheaderbytes = version === 1 ? FRAME_BYTES[1] : at(12);
  if (frameheaderbytes < FRAME_BYTES[version] || frameheaderbytes > MAX_FRAME_HEADER)
    throw tvipsError(`frame headers of ${frameheaderbytes} bytes`, 48);
  const rest = { offsetx: at(5), offsety: at(6), binx: at(7), biny: at(8), pixelsize: at(9) };
  return { size, version, dimx, dimy, bitsperpixel, ...rest, ht: at(10), magtotal: at(11), frameheaderbytes };
}

/** The header of a frame from its first bytes (12 of version 1, 60 of version 2). */
export function parseFrame(bytes: Uint8Array, version: number): TvipsFrameHeader {
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  const time = view.getUint32(4, true) + view.getUint32(8, true) / 1000;
  if (version === 1) return { time, mode: undefined, alpha: Number.NaN, beta: Number.NaN, rotator: 0 };
  return {
    time,
    mode: view.getUint32(24, true),
    alpha: view.getFloat32(40, true),
    beta: view.getFloat32(44, true),
    rotator: view.getUint32(48, true),
  };
}

/** Bytes that `parseFrame` wants. */
export function frameBytes(version: number): number {
  return version === 1 ? FRAME_BYTES[1] : FRAME_BYTES[2];
}
