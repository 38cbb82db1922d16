import { SEARCH_WASM } from "./search.gen.ts";
import { directions, ROW, type SearchKernel, type SearchShape, STEPS } from "./search-layout.ts";
import { plainSearchKernel } from "./search-plain.ts";

/** Kernel for one set of templates: WebAssembly, or its plain twin, with the same integers, where there is none. */
export function searchKernel(shape: SearchShape): SearchKernel {
  return wasmSearchKernel(shape) ?? plainSearchKernel(shape);
}

/** Exports of src/kernels-as/search.ts. */
interface Exports {
  readonly memory: WebAssembly.Memory;
  root(values: number, count: number, scale: number, out: number): void;
  polar(
    image: number,
    size: number,
    cx: number,
    cy: number,
    directions: number,
    first: number,
    radii: number,
    whole: number,
    even: number,
    odd: number,
  ): number;
  matchCoarse(
    count: number,
    offsets: number,
    spots: number,
    even: number,
    odd: number,
    sums: number,
    out: number,
  ): void;
  matchEveryAngle(
    list: number,
    count: number,
    offsets: number,
    spots: number,
    image: number,
    sums: number,
    out: number,
  ): void;
  matchEvenFirst(
    list: number,
    count: number,
    offsets: number,
    spots: number,
    image: number,
    even: number,
    odd: number,
    sums: number,
    out: number,
  ): void;
}

/** undefined: not tried yet; null: this engine cannot run it. */
let compiled: WebAssembly.Module | null | undefined;

function compile(): WebAssembly.Module | null {
  if (typeof WebAssembly !== "object") return null;
  try {
    return new WebAssembly.Module(Uint8Array.from(atob(SEARCH_WASM), (c) => c.charCodeAt(0)));
  } catch {
    // No SIMD, or a page whose policy forbids WebAssembly: the twin gives the same integers, slower.
    return null;
  }
}

/** The kernel in WebAssembly with SIMD; undefined where the engine cannot run it. */
export function wasmSearchKernel(shape: SearchShape): SearchKernel | undefined {
  compiled ??= compile();
  if (compiled === null) return undefined;
  const exports = new WebAssembly.Instance(compiled).exports as unknown as Exports;
  const { memory, root, polar, matchCoarse, matchEveryAngle, matchEvenFirst } = exports;
  const { size, first, radii } = shape;
  const pixels = size * size;
  const coarseCount = shape.coarse.offset.length - 1;
  const fineCount = shape.fine.offset.length - 1;
  let end = 1024;
  const reserve = (bytes: number): number => {
    const at = end;
    end = (at + bytes + 63) & ~63;
    return at;
  };
  const values = reserve(4 * (pixels + 16));
  const image = reserve(pixels + 16);
  const turns = reserve(8 * STEPS);
  const whole = reserve(radii * ROW);
  const even = reserve(radii * ROW);
  const odd = reserve(radii * ROW);
  const sums = reserve(2 * STEPS + 64);
  const coarseOffset = reserve(shape.coarse.offset.byteLength);
  const coarseSpots = reserve(shape.coarse.spots.byteLength);
  const fineOffset = reserve(shape.fine.offset.byteLength);
  const fineSpots = reserve(shape.fine.spots.byteLength);
  const list = reserve(4 * fineCount);
  const coarseOut = reserve(2 * coarseCount);
  const fineOut = reserve(8 * fineCount);
  memory.grow(Math.max(0, Math.ceil((end - memory.buffer.byteLength) / 65536)));
  const { buffer } = memory;
  new Int32Array(buffer, turns, 2 * STEPS).set(directions());
  new Uint32Array(buffer, coarseOffset).set(shape.coarse.offset);
  new Uint32Array(buffer, coarseSpots).set(shape.coarse.spots);
  new Uint32Array(buffer, fineOffset).set(shape.fine.offset);
  new Uint32Array(buffer, fineSpots).set(shape.fine.spots);
  const valueView = new Float32Array(buffer, values, pixels);
  const listView = new Uint32Array(buffer, list, fineCount);
  const coarseView = new Uint16Array(buffer, coarseOut, coarseCount);
  const found = (count: number) => new Uint16Array(buffer, fineOut, 4 * count);
  return {
    kind: "wasm",
    image(data, scale, centreX, centreY) {
      valueView.set(data);
      root(values, (pixels + 15) & ~15, scale, image);
      return polar(image, size, centreX, centreY, turns, first, radii, whole, even, odd) >>> 0;
    },
    coarse() {
      matchCoarse(coarseCount, coarseOffset, coarseSpots, even, odd, sums, coarseOut);
      return coarseView;
    },
    everyAngle(templates) {
      listView.set(templates);
      matchEveryAngle(list, templates.length, fineOffset, fineSpots, whole, sums, fineOut);
      return found(templates.length);
    },
    evenFirst(templates) {
      listView.set(templates);
      matchEvenFirst(list, templates.length, fineOffset, fineSpots, whole, even, odd, sums, fineOut);
      return found(templates.length);
    },
  };
}
