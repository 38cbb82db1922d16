import type { DType, Numeric, Signal, Writer } from "../../core/contracts.ts";

const DESCR: Readonly<Record<DType, string>> = {
  u8: "|u1",
  i8: "|i1",
  u16: "<u2",
  i16: "<i2",
  u32: "<u4",
  i32: "<i4",
  f32: "<f4",
  f64: "<f8",
  c64: "<c8",
  c128: "<c16",
  rgb8: "|u1",
};

/** A version 1 .npy file of values in C order, its header padded to 64 bytes as numpy does. */
export function npyBytes(data: Numeric, shape: readonly number[], dtype: DType): Uint8Array {
  const sizes = dtype === "rgb8" ? [...shape, 3] : shape;
  const tuple = sizes.length === 1 ? `${sizes[0]},` : sizes.join(", ");
  const words = `{'descr': '${DESCR[dtype]}', 'fortran_order': False, 'shape': (${tuple}), }`;
  const start = Math.ceil((10 + words.length + 1) / 64) * 64;
  const head = new TextEncoder().encode(`${words.padEnd(start - 11)}\n`);
  const out = new Uint8Array(start + data.byteLength);
  out.set([0x93, 0x4e, 0x55, 0x4d, 0x50, 0x59, 1, 0, head.length & 255, head.length >> 8]);
  out.set(head, 10);
  out.set(new Uint8Array(data.buffer, data.byteOffset, data.byteLength), start);
  return out;
}

/** A signal as a NumPy array; axes and units have no place in it. */
export const writer: Writer = {
  id: "npy",
  title: "NumPy array",
  extensions: [".npy"],
  accepts: (item) => item.kind === "signal",
  async write(item, sink, path, stop) {
    const { axes, dtype, tile } = item as Signal;
    const shape = axes.map(({ size }) => size);
    const data = await tile({ start: shape.map(() => 0), stop: shape }, stop);
    await sink.write(path, npyBytes(data, shape, dtype));
  },
};
