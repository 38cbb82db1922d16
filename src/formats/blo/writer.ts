import type { Item, Quantity, Signal, Writer } from "../../core/contracts.ts";
import { LithoscopeError } from "../../core/errors.ts";
import { electronWavelength } from "../../science/scattering/electron.ts";
import { type BloHeader, HEADER_BYTES } from "./parse.ts";

/** Data_offset_1 of every file seen. */
const FIRST_IMAGE = 0x1000;
/** Bytes of one file that fit one typed array and 32-bit offsets. */
const FILE_LIMIT = 2 ** 32 - 1;

/**
 * A block file of these fields: header, note, virtual bright field image, frames. The offsets are taken from the
 * header as they are.
 *
 * @param bright the virtual bright field image, NX · NY grey levels
 * @param frames all patterns, NX · NY · DP_SZ² grey levels, along x, then y
 * @throws Output if the note or the image does not fit before the offset that follows it, or the frames are too few
 */
export function encodeBlo(
  header: BloHeader,
  bright: Uint8Array,
  frames: Uint8Array,
): Uint8Array<ArrayBuffer> {
  const { NX, NY, DP_SZ, Data_offset_1, Data_offset_2 } = header;
  const frameBytes = DP_SZ * DP_SZ;
  const count = NX * NY;
  const size = Data_offset_2 + count * (frameBytes + 6);
  const fits = HEADER_BYTES + header.Note.length <= Data_offset_1 && Data_offset_1 + count <= Data_offset_2;
  if (!fits || frames.length !== count * frameBytes || size > FILE_LIMIT)
    throw new LithoscopeError("Output", `blo: ${count} frames of ${frameBytes} bytes do not fit the header`, {
      path: "blo",
    });
  const bytes = new Uint8Array(size);
  const view = new DataView(bytes.buffer);
  const latin = (at: number, text: string) => {
    for (let i = 0; i < text.length; i++) bytes[at + i] = text.charCodeAt(i) < 256 ? text.charCodeAt(i) : 63;
  };
  latin(0, header.ID);
  view.setUint16(6, header.MAGIC, true);
  view.setUint32(8, Data_offset_1, true);
  view.setUint32(12, Data_offset_2, true);
  view.setUint32(16, header.UNKNOWN1, true);
  view.setUint16(20, DP_SZ, true);
  view.setUint16(22, header.DP_rotation, true);
  view.setUint16(24, NX, true);
  view.setUint16(26, NY, true);
  view.setUint16(28, header.Scan_rotation, true);
  view.setFloat64(30, header.SX, true);
  view.setFloat64(38, header.SY, true);
  view.setUint32(46, header.Beam_energy, true);
  view.setUint16(50, header.SDP, true);
  view.setUint32(52, header.Camera_length, true);
  view.setFloat64(56, header.Acquisition_time, true);
  header.Centering.forEach((value, i) => {
    view.setFloat64(64 + 8 * i, value, true);
  });
  header.Distortion.forEach((value, i) => {
    view.setFloat64(128 + 8 * i, value, true);
  });
  latin(HEADER_BYTES, header.Note);
  bytes.set(bright.subarray(0, count), Data_offset_1);
  for (let frame = 0; frame < count; frame++) {
    const at = Data_offset_2 + frame * (frameBytes + 6);
    view.setUint16(at, 0x55aa, true);
    view.setUint32(at + 2, frame, true);
    bytes.set(frames.subarray(frame * frameBytes, (frame + 1) * frameBytes), at + 6);
  }
  return bytes;
}

function metaNumber(signal: Signal, key: string): number | undefined {
  const value: Quantity | string | undefined = signal.meta[key];
  return typeof value === "object" ? value.value : undefined;
}

/**
 * Pixels per cm × 100 and mm × 10 whose product comes nearest to the wanted one: the file has no field for the
 * detector's pixel size but these two whole numbers.
 */
function cameraNumbers(product: number, length: number | undefined): { SDP: number; Camera_length: number } {
  if (!(product > 0)) return { SDP: 0, Camera_length: length ?? 0 };
  const start = length ? Math.round(product / length) : 6226;
  let best = { SDP: 0, Camera_length: 0 };
  let least = Number.POSITIVE_INFINITY;
  for (let step = 0; step < 4000; step++) {
    const SDP = start + (step % 2 ? 1 : -1) * Math.ceil(step / 2);
    if (SDP < 1 || SDP > 65535) continue;
    const Camera_length = Math.max(1, Math.round(product / SDP));
    const off = Math.abs((SDP * Camera_length) / product - 1);
    if (off < least - 1e-12) {
      best = { SDP, Camera_length };
      least = off;
    }
    // Reached at once where the signal came from such a file.
    if (least < 1e-9) break;
  }
  return best;
}

/** The header that says what a signal says; what the signal leaves open is 0. */
function headerOf(signal: Signal): BloHeader {
  const [y, x, ky, kx] = signal.axes as [
    Signal["axes"][0],
    Signal["axes"][0],
    Signal["axes"][0],
    Signal["axes"][0],
  ];
  const energy = Math.round((metaNumber(signal, "beam.energy") ?? 0) * 1e3);
  const cameraLength = metaNumber(signal, "camera.length");
  const known = energy > 0 && kx.unit === "1/Å" && kx.scale === ky.scale && kx.scale > 0;
  const product = known ? 1e4 / (kx.scale * electronWavelength(energy / 1e3)) : Number.NaN;
  const note = signal.meta.note;
  const count = x.size * y.size;
  return {
    ID: "IMGBLO",
    MAGIC: 0x0102,
    Data_offset_1: FIRST_IMAGE,
    Data_offset_2: FIRST_IMAGE + 16 * Math.ceil(count / 16),
    UNKNOWN1: 131141,
    DP_SZ: kx.size,
    DP_rotation: 0,
    NX: x.size,
    NY: y.size,
    Scan_rotation: Math.round((((metaNumber(signal, "scan.rotation") ?? 0) % 360) + 360) * 100) % 36000,
    SX: x.unit === "nm" ? x.scale : 0,
    SY: y.unit === "nm" ? y.scale : 0,
    Beam_energy: energy,
    ...cameraNumbers(product, cameraLength === undefined ? undefined : Math.round(cameraLength * 10)),
    Acquisition_time: 0,
    Centering: new Array<number>(8).fill(0),
    Distortion: new Array<number>(14).fill(0),
    Note: typeof note === "string" ? note.slice(0, FIRST_IMAGE - HEADER_BYTES) : "",
  };
}

/** Mean grey level of each pattern in a disc around the brightest pixel of their sum. */
function brightField(frames: Uint8Array, count: number, side: number): Uint8Array {
  const pixels = side * side;
  const sum = new Float64Array(pixels);
  for (let f = 0; f < count; f++) for (let i = 0; i < pixels; i++) sum[i]! += frames[f * pixels + i]!;
  const top = sum.indexOf(sum.reduce((a, b) => Math.max(a, b), 0));
  const radius = side / 32;
  const disc: number[] = [];
  for (let i = 0; i < pixels; i++) {
    const away = Math.hypot((i % side) - (top % side), Math.floor(i / side) - Math.floor(top / side));
    if (away <= radius) disc.push(i);
  }
  return Uint8Array.from({ length: count }, (_, f) => {
    let total = 0;
    for (const i of disc) total += frames[f * pixels + i]!;
    return Math.round(total / disc.length);
  });
}

function isScan(item: Item): item is Signal {
  if (item.kind !== "signal" || item.dtype !== "u8" || item.axes.length !== 4) return false;
  const sizes = item.axes.map((axis) => axis.size);
  return sizes[2] === sizes[3] && sizes.every((size) => size > 0 && size < 65536);
}

export const writer: Writer = {
  id: "blo",
  title: "NanoMEGAS block file",
  extensions: [".blo"],
  accepts: isScan,
  async write(item, sink, path, stop) {
    if (!isScan(item))
      throw new LithoscopeError("Unsupported", "blo: wanted a scan of square 8-bit patterns", {
        format: "blo",
        feature: "this item",
      });
    const header = headerOf(item);
    const shape = item.axes.map((axis) => axis.size);
    const frames = (await item.tile({ start: [0, 0, 0, 0], stop: shape }, stop)) as Uint8Array;
    const bright = brightField(frames, header.NX * header.NY, header.DP_SZ);
    await sink.write(path, encodeBlo(header, bright, frames));
  },
};
