/**
 * HDF5's library (2.0) goes through the objects of a global heap by their sizes, and never ends where a broken one is 0
 * or larger than the heap. Takes the signature away from such a heap, so that the library refuses it.
 *
 * @param bytes what the library has just read; a heap is read from its first byte on
 */
export function refuseBrokenHeap(bytes: Uint8Array): void {
  // "GCOL", version 1, three bytes of nothing, size of the heap, then objects.
  const head = [0x47, 0x43, 0x4f, 0x4c, 1, 0, 0, 0];
  if (bytes.byteLength < 16 || head.some((byte, i) => bytes[i] !== byte)) return;
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  const heap = Number(view.getBigUint64(8, true));
  for (let at = 16; at + 16 <= Math.min(heap, bytes.byteLength); ) {
    const [index, size] = [view.getUint16(at, true), Number(view.getBigUint64(at + 8, true))];
    // Object 0 is what is free, its own header counted.
    const step = index === 0 ? size : 16 + 8 * Math.ceil(size / 8);
    if (step < 16 || at + step > heap) {
      bytes[0] = 0;
      return;
    }
    if (index === 0) return;
    at += step;
  }
}
