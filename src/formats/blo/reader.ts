import type { Axis, Notice, Quantity, Reader, Signal, Source } from "../../core/contracts.ts";
import { electronWavelength } from "../../science/scattering/electron.ts";
import { frameTile } from "../frames.ts";
import { type BloHeader, bloError, HEADER_BYTES, parseBlo } from "./parse.ts";

/** Header and note; Data_offset_1 was 0x1000 in every file seen. */
const HEAD_BYTES = 4096;
/** AA 55 and the frame number (u4) stand before the pixels of each frame. */
const MARKER_BYTES = 6;

function axis(name: string, role: Axis["role"], size: number, scale: number, unit: string): Axis {
  if (Number.isFinite(scale) && scale > 0) return { name, role, size, unit, scale, offset: 0, from: "file" };
  return { name, role, size, unit: "px", scale: 1, offset: 0, from: "none" };
}

/**
 * Detector pixel [1/Å]: 100/SDP cm seen from Camera_length/100 cm is an angle, and g = angle / wavelength
 * (small angles). NaN when the file leaves one of the three at zero.
 */
function pixelInvA({ SDP, Camera_length, Beam_energy }: BloHeader): number {
  if (SDP === 0 || Camera_length === 0 || Beam_energy === 0) return Number.NaN;
  return 1e4 / (SDP * Camera_length) / electronWavelength(Beam_energy / 1e3);
}

function axesOf(header: BloHeader): Axis[] {
  const pixel = pixelInvA(header);
  return [
    axis("y", "nav", header.NY, header.SY, "nm"),
    axis("x", "nav", header.NX, header.SX, "nm"),
    axis("ky", "signal", header.DP_SZ, pixel, "1/Å"),
    axis("kx", "signal", header.DP_SZ, pixel, "1/Å"),
  ];
}

function calibrationNotices(header: BloHeader, axes: readonly Axis[]): Notice[] {
  const notices: Notice[] = [];
  const add = (code: string, message: string, at: number, flag: string) =>
    notices.push({ code, message: `blo: ${message}`, where: `byte ${at}`, flag });
  if (axes[0]!.from === "none")
    add("step-unknown", `scan step SY is ${header.SY} nm, y is in px`, 38, "--step");
  if (axes[1]!.from === "none")
    add("step-unknown", `scan step SX is ${header.SX} nm, x is in px`, 30, "--step");
  if (header.Beam_energy === 0)
    add("energy-unknown", "Beam_energy is 0, not taken as known", 46, "--voltage");
  if (axes[3]!.from === "none") {
    const { SDP, Camera_length, Beam_energy } = header;
    const found = `SDP ${SDP}, Camera_length ${Camera_length}, Beam_energy ${Beam_energy}`;
    add(
      "pixel-unknown",
      `pattern pixel needs three numbers above 0 (${found}), ky kx are in px`,
      50,
      "--pixel-size",
    );
  }
  return notices;
}

function metaOf(header: BloHeader, present: number): Record<string, Quantity | string> {
  const meta: Record<string, Quantity | string> = {};
  const put = (key: string, value: number, unit: string) => {
    meta[key] = { value, unit, from: "file" };
  };
  if (header.Beam_energy > 0) put("beam.energy", header.Beam_energy / 1e3, "keV");
  if (header.Camera_length > 0) put("camera.length", header.Camera_length / 10, "mm");
  put("scan.rotation", header.Scan_rotation / 100, "deg");
  meta["frames.present"] = { value: present, unit: "1", from: "counted" };
  const note = header.Note.replace(/\0/g, "").trim();
  if (note) meta.note = note;
  return meta;
}

/** Refuses what cannot be a scan; every check names the byte of the field at fault. */
function checkHeader(header: BloHeader, size: number): void {
  const { Data_offset_1, Data_offset_2, DP_SZ, NX, NY } = header;
  for (const [name, value, at] of [
    ["DP_SZ", DP_SZ, 20],
    ["NX", NX, 24],
    ["NY", NY, 26],
  ] as const) {
    if (value === 0)
      throw bloError(`.blo with a broken header: wanted ${name} above 0 at byte ${at}, found 0`, at);
  }
  const offsets = [
    ["Data_offset_1", Data_offset_1, 8],
    ["Data_offset_2", Data_offset_2, 12],
  ] as const;
  for (const [name, value, at] of offsets) {
    if (value < HEADER_BYTES || value > size) {
      const what = value > size ? ".blo cut short before the first pattern" : ".blo with a broken header";
      const ends = `header ends at ${HEADER_BYTES}, file at ${size}`;
      throw bloError(`${what}: ${name} at byte ${at} is ${value}, ${ends}`, at);
    }
  }
}

/** How many whole frames the file holds, at most the scan's. */
function countFrames(header: BloHeader, size: number, notices: Notice[]): number {
  const { Data_offset_2: start, NX, NY, DP_SZ } = header;
  const bytes = MARKER_BYTES + DP_SZ * DP_SZ;
  const present = Math.min(NX * NY, Math.floor((size - start) / bytes));
  if (present === 0) {
    const found = `wanted ${bytes} bytes at byte ${start}, file ends at ${size}`;
    throw bloError(`.blo cut short before the first pattern: ${found}`, start);
  }
  if (present < NX * NY) {
    const end = start + present * bytes;
    notices.push({
      code: "truncated",
      message: `blo: ${present} of ${NX * NY} frames are whole, file ends at ${size}; the missing ones are not measured and read as 0`,
      where: `byte ${end}`,
    });
  }
  return present;
}

/** Reads regions of the scan; frames that the file does not hold are 0. */
function tileReader(
  source: Source,
  { DP_SZ, Data_offset_2 }: BloHeader,
  present: number,
  axes: readonly Axis[],
) {
  const stride = MARKER_BYTES + DP_SZ * DP_SZ;
  return frameTile(source, {
    format: "blo",
    shape: axes.map(({ size }) => size),
    dtype: "u8",
    bigEndian: false,
    at: (frame) => (frame < present ? Data_offset_2 + frame * stride + MARKER_BYTES : undefined),
  });
}

export const reader: Reader = {
  async open(source, stop) {
    const header = parseBlo(await source.read(0, Math.min(HEAD_BYTES, source.size), stop));
    checkHeader(header, source.size);
    const axes = axesOf(header);
    const notices = calibrationNotices(header, axes);
    const present = countFrames(header, source.size, notices);
    const marker = await source.read(header.Data_offset_2, 2, stop);
    if (marker[0] !== 0xaa || marker[1] !== 0x55) {
      const at = header.Data_offset_2;
      const found = `found ${marker[0]} ${marker[1]} (decimal)`;
      throw bloError(`.blo with broken patterns: wanted the frame marker AA 55 at byte ${at}, ${found}`, at);
    }
    const signal: Signal = {
      kind: "signal",
      title: source.name,
      axes,
      dtype: "u8",
      value: { name: "intensity", unit: "1" },
      meta: metaOf(header, present),
      block: [1, 1, header.DP_SZ, header.DP_SZ],
      ref: { source: source.ref, format: "blo", item: 0 },
      tile: tileReader(source, header, present, axes),
    };
    return { items: [signal], header, notices };
  },
};
