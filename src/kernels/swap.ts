import { SWAP_WASM } from "./swap.gen.ts";

/** Bytes that are turned round at once: in and out of the kernel's memory, they stay in the processor's cache. */
const WINDOW_BYTES = 32768;
/** AssemblyScript's own data lie below. */
const WINDOW_AT = 1024;

/** The definition: turns each number of `size` bytes (1, 2, 4 or 8) round, in place; an incomplete last one stays. */
export function plainSwapBytes(bytes: Uint8Array, size: number): void {
  for (let at = 0; at + size <= bytes.length && size > 1; at += size)
    for (let low = at, high = at + size - 1; low < high; low++, high--) {
      const first = bytes[low]!;
      bytes[low] = bytes[high]!;
      bytes[high] = first;
    }
}

/** The same from WebAssembly; undefined where the engine cannot run it. */
export function wasmSwapBytes(): typeof plainSwapBytes | undefined {
  if (typeof WebAssembly !== "object") return undefined;
  let instance: WebAssembly.Instance;
  try {
    const code = Uint8Array.from(atob(SWAP_WASM), (c) => c.charCodeAt(0));
    instance = new WebAssembly.Instance(new WebAssembly.Module(code));
  } catch {
    // No SIMD, or a page whose policy forbids WebAssembly: the twin does the same, slower.
    return undefined;
  }
  const { memory, swap } = instance.exports as unknown as {
    memory: WebAssembly.Memory;
    swap(at: number, bytes: number, size: number): void;
  };
  const needed = Math.ceil((WINDOW_AT + WINDOW_BYTES) / 65536) - memory.buffer.byteLength / 65536;
  if (needed > 0) memory.grow(needed);
  const window = new Uint8Array(memory.buffer, WINDOW_AT, WINDOW_BYTES);
  return (bytes, size) => {
    if (size === 1) return;
    const whole = bytes.length - (bytes.length % size);
    for (let at = 0; at < whole; at += WINDOW_BYTES) {
      const part = bytes.subarray(at, Math.min(whole, at + WINDOW_BYTES));
      window.set(part);
      swap(WINDOW_AT, (part.length + 15) & ~15, size);
      bytes.set(part.length < WINDOW_BYTES ? window.subarray(0, part.length) : window, at);
    }
  };
}

let known: typeof plainSwapBytes | undefined;

/** Turns big-endian numbers of `size` bytes into little-endian ones and back, in place. */
export function swapBytes(bytes: Uint8Array, size: number): void {
  known ??= wasmSwapBytes() ?? plainSwapBytes;
  known(bytes, size);
}
