import { open } from "node:fs/promises";
import { makeBlo } from "../fixtures/make/blo.ts";
import { makeDm } from "../fixtures/make/dm.ts";
import { makeMib } from "../fixtures/make/mib.ts";

const SIDE = 256;
const SCAN = 180;
const FRAMES = SCAN * SCAN;
/** Frames that are unlike each other; the file repeats them. */
const VARIED = 61;

/** Counts as a detector gives them: few, and none the same. */
function frame(bytes: number, wide: boolean, seed: number, bigEndian: boolean): Uint8Array {
  const out = new Uint8Array(bytes);
  let state = seed;
  for (let i = 0; i < bytes; i += wide ? 2 : 1) {
    state = (Math.imul(state, 1664525) + 1013904223) >>> 0;
    out[i + (wide && bigEndian ? 1 : 0)] = state >>> 25;
  }
  return out;
}

async function write(path: string, parts: (write: (bytes: Uint8Array) => Promise<unknown>) => Promise<void>) {
  const file = await open(path, "w");
  try {
    await parts((bytes) => file.write(bytes));
  } finally {
    await file.close();
  }
}

/** A block file of 180 × 180 patterns of 256² bytes: 2.1 GB. */
export async function writeBlo(path: string): Promise<void> {
  const head = makeBlo({ nx: 1, ny: 1, side: 1 }).slice(0, 4096);
  const at = 4096 + FRAMES;
  const view = new DataView(head.buffer);
  view.setUint32(12, at, true);
  view.setUint16(20, SIDE, true);
  view.setUint16(24, SCAN, true);
  view.setUint16(26, SCAN, true);
  const frames = Array.from({ length: VARIED }, (_, i) => {
    const bytes = new Uint8Array(6 + SIDE * SIDE);
    bytes.set([0xaa, 0x55]);
    bytes.set(frame(SIDE * SIDE, false, i + 1, false), 6);
    return bytes;
  });
  await write(path, async (put) => {
    await put(head);
    await put(new Uint8Array(FRAMES));
    for (let i = 0; i < FRAMES; i++) await put(frames[i % VARIED]!);
  });
}

/** A Merlin file of 90 × 180 frames of 256² counts of 16 bits: 2.1 GB. */
export async function writeMib(path: string): Promise<void> {
  const head = makeMib({ lines: 1, perLine: 1, width: SIDE, height: SIDE, pause: 0 }).slice(0, 384);
  const frames = Array.from({ length: VARIED }, (_, i) => {
    const bytes = new Uint8Array(384 + 2 * SIDE * SIDE);
    bytes.set(head);
    bytes.set(frame(2 * SIDE * SIDE, true, i + 1, true), 384);
    return bytes;
  });
  await write(path, async (put) => {
    for (let i = 0; i < FRAMES / 2; i++) await put(frames[i % VARIED]!);
  });
}

/** A DigitalMicrograph 4 file of 90 × 180 patterns of 256² counts of 16 bits: 2.1 GB. */
export async function writeDm(path: string): Promise<void> {
  const mark = new TextEncoder().encode("<the pixels are here>");
  const sizes = [SIDE, SIDE, SCAN, SCAN / 2];
  const units = ["1/nm", "1/nm", "nm", "nm"];
  const made = makeDm({ sizes, units, scales: [0.1, 0.1, 2, 2], hollow: mark });
  const at = new TextDecoder("latin1").decode(made).indexOf("<the pixels");
  const frames = Array.from({ length: VARIED }, (_, i) => frame(2 * SIDE * SIDE, true, i + 1, false));
  await write(path, async (put) => {
    await put(made.subarray(0, at));
    for (let i = 0; i < FRAMES / 2; i++) await put(frames[i % VARIED]!);
    await put(made.subarray(at + mark.length));
  });
}
