import { open, truncate, writeFile } from "node:fs/promises";
import { makeBlo } from "../fixtures/make/blo.ts";

/** Patterns that are unlike each other; the file repeats them. */
const VARIED = 61;

/** Counts of a beam, a ring of spots and some noise, as a detector gives them. */
function pattern(side: number, seed: number): Uint8Array {
  const out = new Uint8Array(6 + side * side);
  out.set([0xaa, 0x55]);
  let state = seed + 1;
  for (let y = 0; y < side; y++)
    for (let x = 0; x < side; x++) {
      state = (Math.imul(state, 1664525) + 1013904223) >>> 0;
      const r = Math.hypot(x - side / 2, y - side / 2 + 0.5);
      const spot = Math.abs(r - 0.3 * side) < 3 && (x + y + seed) % 9 < 2;
      out[6 + y * side + x] = (r < 0.04 * side ? 180 : spot ? 60 : 0) + (state >>> 29);
    }
  return out;
}

/**
 * A block file of nx × ny patterns of side² bytes.
 *
 * @param written false leaves all but the first pattern as a hole in the file, so that it takes no room
 */
export async function writeScan(
  path: string,
  nx: number,
  ny: number,
  side: number,
  written = true,
): Promise<void> {
  const head = makeBlo({ nx: 1, ny: 1, side: 1 }).slice(0, 4096);
  const at = 4096 + nx * ny;
  const view = new DataView(head.buffer);
  view.setUint32(12, at, true);
  view.setUint16(20, side, true);
  view.setUint16(24, nx, true);
  view.setUint16(26, ny, true);
  const patterns = Buffer.concat(Array.from({ length: VARIED }, (_, i) => pattern(side, i)));
  const stride = 6 + side * side;
  const file = await open(path, "w");
  await file.write(head);
  for (let i = 0, last = written ? nx * ny : 1; i < last; i += VARIED)
    await file.write(patterns, 0, Math.min(VARIED, last - i) * stride, at + i * stride);
  await file.close();
  await truncate(path, at + nx * ny * stride);
}

/** A picture of side² numbers as .npy. */
export async function writePicture(path: string, side: number, type: "u16" | "f32"): Promise<void> {
  const values = new (type === "u16" ? Uint16Array : Float32Array)(side * side);
  for (let i = 0; i < values.length; i++) {
    const [x, y] = [i % side, Math.floor(i / side)];
    values[i] = 2000 + 1500 * Math.sin(x / 90) * Math.cos(y / 70) + ((x * 7919 + y * 104729) % 301);
  }
  const descr = type === "u16" ? "<u2" : "<f4";
  const text = `{'descr': '${descr}', 'fortran_order': False, 'shape': (${side}, ${side}), }`;
  const padded = text.padEnd(Math.ceil((text.length + 11) / 64) * 64 - 11);
  const head = Buffer.from(`\x93NUMPY\x01\x00\x00\x00${padded}\n`, "latin1");
  head.writeUInt16LE(padded.length + 1, 8);
  await writeFile(path, Buffer.concat([head, Buffer.from(values.buffer)]));
}
