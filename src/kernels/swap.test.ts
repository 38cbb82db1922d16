import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { plainSwapBytes, swapBytes, wasmSwapBytes } from "./swap.ts";

describe("the kernel that turns bytes round", () => {
  it("gives the bytes of its plain twin on any input", () => {
    const wasm = wasmSwapBytes()!;
    fc.assert(
      fc.property(
        fc.uint8Array({ maxLength: 100 }),
        fc.constantFrom(0, 32760, 32768, 65530),
        fc.constantFrom(1, 2, 4, 8),
        fc.nat({ max: 7 }),
        (some, more, size, from) => {
          const all = Uint8Array.from({ length: from + some.length + more }, (_, i) => some[i % 97] ?? i);
          const [plain, fast] = [all.slice(), all.slice()];
          plainSwapBytes(plain.subarray(from), size);
          wasm(fast.subarray(from), size);
          expect(Buffer.compare(fast, plain)).toBe(0);
        },
      ),
    );
  });

  it("reads as DataView does", () => {
    const bytes = new Uint8Array(40).map((_, i) => i * 7);
    const view = new DataView(bytes.slice().buffer);
    const [two, four, eight] = [bytes.slice(), bytes.slice(), bytes.slice()];
    swapBytes(two, 2);
    swapBytes(four, 4);
    swapBytes(eight, 8);
    expect(new Uint16Array(two.buffer)[13]).toBe(view.getUint16(26));
    expect(new Uint32Array(four.buffer)[7]).toBe(view.getUint32(28));
    expect(new BigUint64Array(eight.buffer)[3]).toBe(view.getBigUint64(24));
  });
});
