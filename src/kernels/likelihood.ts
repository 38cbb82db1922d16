import { LIKELIHOOD_WASM } from "./likelihood.gen.ts";
import {
  type Likelihood,
  type LikelihoodPattern,
  type LikelihoodShape,
  type LikelihoodState,
  type Lit,
  PARAMETERS,
} from "./likelihood-layout.ts";

/** Exports of src/kernels-as/likelihood.ts. */
interface Exports {
  readonly memory: WebAssembly.Memory;
  configure(...numbers: number[]): void;
  arrange(near: number, nearBytes: number, lit: number, litBytes: number, work: number): void;
  pattern(...numbers: number[]): void;
  collect(columns: number, count: number, a: number, b: number, c: number, margin: number): number;
  predict(values: number, state: number, lower: number, part: number): number;
  findScale(): number;
  compare(grey: number, derivatives: number, out: number): number;
  explainedShare(): number;
  usedSpots(): number;
}

/** Columns of a reflection list, of a lit reflection, and bytes of a spot, as the kernel has them. */
const LISTED = 7;
const NEAR = 5;
const LIT = 17;
const SPOT_FLOATS = 8;
const WORK = 128 + 16 * 35 + 16 * 16;
const TRIANGLE = (PARAMETERS * (PARAMETERS + 1)) / 2;
/** Added to a family's reach, for what the parabola of `collect` leaves out of the sphere [1/Å]. */
const SLACK = 1e-3;

/** undefined: not tried yet; null: this engine cannot run it. */
let compiled: WebAssembly.Module | null | undefined;

function compile(): WebAssembly.Module | null {
  if (typeof WebAssembly !== "object") return null;
  try {
    return new WebAssembly.Module(Uint8Array.from(atob(LIKELIHOOD_WASM), (c) => c.charCodeAt(0)));
  } catch {
    // No SIMD, or a page whose policy forbids WebAssembly: the definition in plain loops is slower.
    return null;
  }
}

/** Logarithm and exponential with the same bits in every engine. */
export interface Elementary {
  exp(x: number): number;
  log(x: number): number;
}

/** Rounds up to the next multiple of four. */
const fours = (count: number) => (count + 3) & ~3;

/** The likelihood in WebAssembly with SIMD, in f32; undefined where the engine cannot run it. */
export function wasmLikelihood(shape: LikelihoodShape, { exp, log }: Elementary): Likelihood | undefined {
  compiled ??= compile();
  if (compiled === null) return undefined;
  const wasm = new WebAssembly.Instance(compiled).exports as unknown as Exports;
  const { memory } = wasm;
  let end = 1024;
  const reserve = (bytes: number): number => {
    const at = end;
    end = (at + bytes + 63) & ~63;
    return at;
  };
  const grow = () => {
    const missing = Math.ceil((end - memory.buffer.byteLength) / 65536);
    if (missing > 0) memory.grow(missing);
  };
  const { phases, k, tilt, matrix, modelError, constants: c } = shape;
  const most = phases.reduce((max, { count }) => Math.max(max, count), 1);
  const stateAt = reserve(4 * 11);
  const outAt = reserve(8 * (TRIANGLE + PARAMETERS));
  const workAt = reserve(WORK);
  const column = 4 * (fours(most) + 4);
  const nearAt = reserve(NEAR * column);
  const litAt = reserve(LIT * column);
  const lists = phases.map(({ count }) => ({
    count: fours(count),
    at: reserve(4 * LISTED * fours(count)),
  }));
  const tables = phases.map(({ values }) => reserve(values.byteLength + 16));
  // What belongs to a pattern comes last: its size is not known yet.
  const patternAt = end;
  grow();
  phases.forEach((phase, p) => {
    const { at, count } = lists[p]!;
    const columns = new Float32Array(memory.buffer, at, LISTED * count);
    const rows = new Uint32Array(memory.buffer, at + 4 * (LISTED - 1) * count, count);
    for (let i = 0; i < count; i++) {
      const there = i < phase.count;
      const family = there ? phase.family[i]! : 0;
      for (let axis = 0; axis < 3; axis++) columns[axis * count + i] = there ? phase.g[3 * i + axis]! : 0;
      columns[3 * count + i] = there ? phase.length[i]! : 0;
      // Whatever completes the last four never lights up.
      columns[4 * count + i] = there ? phase.reach[family]! + SLACK : -1;
      columns[5 * count + i] = there ? (phase.bins - 1) / phase.reach[family]! : 0;
      rows[i] = 4 * family * phase.thicknesses * phase.bins;
    }
    new Float32Array(memory.buffer, tables[p]!, phase.values.length).set(phase.values);
  });
  wasm.configure(
    ...[k, tilt, ...matrix, modelError],
    ...[c.nu, c.reach, c.dark, c.edge, c.positionVariance, c.claim, c.least],
    phases[0]?.bins ?? 2,
  );
  wasm.arrange(nearAt, column, litAt, column, workAt);

  let state = new Float32Array(memory.buffer, stateAt, 11);
  let sums = new Float64Array(memory.buffer, outAt, TRIANGLE + PARAMETERS);
  /** Columns of the lit reflections over the present memory. */
  let columns = litColumns();
  function litColumns() {
    const of = (index: number) => new Float32Array(memory.buffer, litAt + index * column, column / 4);
    const spotOf = new Int32Array(memory.buffer, litAt + 10 * column, column / 4);
    return { gx: of(0), gy: of(1), gz: of(2), value: of(5), measured: of(8), level: of(9), spotOf };
  }
  let loaded: LikelihoodPattern | undefined;
  const normal = new Float64Array(PARAMETERS * PARAMETERS);
  const gradient = new Float64Array(PARAMETERS);

  function load(pattern: LikelihoodPattern): void {
    if (pattern === loaded) return;
    loaded = pattern;
    const { size, centre, disc, levels, nearestSpot, spots, quantum, uneven } = pattern;
    end = patternAt;
    const discAt = reserve(disc.byteLength);
    const levelsAt = reserve(levels.byteLength);
    const nearestAt = reserve(nearestSpot.byteLength);
    const spotsAt = reserve(4 * SPOT_FLOATS * spots.length);
    const { buffer } = memory;
    grow();
    if (memory.buffer !== buffer) {
      state = new Float32Array(memory.buffer, stateAt, 11);
      sums = new Float64Array(memory.buffer, outAt, TRIANGLE + PARAMETERS);
      columns = litColumns();
    }
    new Float32Array(memory.buffer, discAt, disc.length).set(disc);
    new Float32Array(memory.buffer, levelsAt, levels.length).set(levels);
    new Int16Array(memory.buffer, nearestAt, nearestSpot.length).set(nearestSpot);
    const list = new Float32Array(memory.buffer, spotsAt, SPOT_FLOATS * spots.length);
    spots.forEach(({ x, y, intensity, variance }, s) => {
      list[SPOT_FLOATS * s] = x;
      list[SPOT_FLOATS * s + 1] = y;
      list[SPOT_FLOATS * s + 2] = intensity;
      list[SPOT_FLOATS * s + 3] = variance;
    });
    wasm.pattern(
      ...[size, discAt, levelsAt, levels.length, nearestAt, spotsAt, spots.length],
      ...[centre[0], centre[1], quantum, uneven],
    );
  }

  function predictState(phase: number, { q, shift, thickness }: LikelihoodState): number {
    const [w, x, y, z] = q as [number, number, number, number];
    state[0] = 1 - 2 * (y * y + z * z);
    state[1] = 2 * (x * y - w * z);
    state[2] = 2 * (x * z + w * y);
    state[3] = 2 * (x * y + w * z);
    state[4] = 1 - 2 * (x * x + z * z);
    state[5] = 2 * (y * z - w * x);
    state[6] = 2 * (x * z - w * y);
    state[7] = 2 * (y * z + w * x);
    state[8] = 1 - 2 * (x * x + y * y);
    state[9] = shift[0]!;
    state[10] = shift[1]!;
    const lower = Math.min(phases[phase]!.thicknesses - 2, Math.floor(thickness));
    return wasm.predict(tables[phase]!, stateAt, lower, thickness - lower);
  }

  return {
    kind: "wasm",
    normal,
    gradient,
    load,
    collect(phase, q, margin) {
      const [w, x, y, z] = q as [number, number, number, number];
      const { at, count } = lists[phase]!;
      wasm.collect(at, count, 2 * (x * z - w * y), 2 * (y * z + w * x), 1 - 2 * (x * x + y * y), margin);
    },
    predict: (phase, at): Lit => ({ count: predictState(phase, at), ...columns }),
    evaluate(phase, at, derivatives) {
      predictState(phase, at);
      if (!Number.isFinite(at.logScale)) at.logScale = 2 * log(wasm.findScale());
      const cost = wasm.compare(exp(at.logScale), derivatives ? 1 : 0, outAt);
      if (derivatives) {
        let i = 0;
        for (let row = 0; row < PARAMETERS; row++)
          for (let col = 0; col <= row; col++) normal[row * PARAMETERS + col] = sums[i++]!;
        for (let row = 0; row < PARAMETERS; row++) gradient[row] = sums[i++]!;
      }
      return cost;
    },
    get explained() {
      return wasm.explainedShare();
    },
    get used() {
      return wasm.usedSpots();
    },
  };
}
