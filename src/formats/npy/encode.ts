/** A NumPy file of float64 numbers in C order. */
export function encodeNpy(values: Float64Array, shape: readonly number[]): Uint8Array {
  const list = shape.length === 1 ? `${shape[0]},` : shape.join(", ");
  const dictionary = `{'descr': '<f8', 'fortran_order': False, 'shape': (${list}), }`;
  // The data start at a multiple of 64 bytes, as numpy writes them.
  const start = 64 * Math.ceil((10 + dictionary.length + 1) / 64);
  const bytes = new Uint8Array(start + 8 * values.length);
  const view = new DataView(bytes.buffer);
  bytes.set([0x93, 0x4e, 0x55, 0x4d, 0x50, 0x59, 1, 0]);
  view.setUint16(8, start - 10, true);
  bytes.set(new TextEncoder().encode(`${dictionary.padEnd(start - 11)}\n`), 10);
  for (let i = 0; i < values.length; i++) view.setFloat64(start + 8 * i, values[i]!, true);
  return bytes;
}
