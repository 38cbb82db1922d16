import { searchKernel } from "../../kernels/search.ts";
import { type SearchKernel, STEPS } from "../../kernels/search-layout.ts";
import { cos, sin } from "../../math/portable.ts";
import { type Bank, FIRST_RADIUS, type Level } from "./bank-levels.ts";
import { aboutBeam, type Candidate, closeTo, turnedBy } from "./candidate.ts";
import type { Pattern } from "./pattern.ts";

export { type Bank, packBank } from "./bank-levels.ts";
export { type Candidate, inPlane } from "./candidate.ts";

/** Share of the coarse templates whose neighbours are searched on the fine grid: of all, and of each phase. */
const NODES = 0.12;
const NODES_OF_PHASE = 0.1;
/** At least so many of each phase. */
const FEWEST_NODES = 12;
/** Candidates of each phase that are returned even where others score higher: few spots cannot earn much. */
const OF_PHASE = 4;
/** Length of the √intensity image over the strongest spots, so that no sum of 127 · 512 passes 16 bits. */
const IMAGE = 512;
const STRONGEST = 48;
/** Cosine and sine of half of each in-plane angle. */
const HALF_TURNS = Float64Array.from({ length: 2 * STEPS }, (_, i) => {
  const half = (Math.PI * (i >> 1)) / STEPS;
  return i % 2 === 0 ? cos(half) : sin(half);
});

/** How the search runs. */
export interface SearchOptions {
  /** Every fine template at every degree instead of those near the best coarse ones, and there even angles first. */
  readonly exact?: boolean;
  /** Leaves out the partner, turned 180° about the beam, of a better candidate, for a caller who tries it anyway. */
  readonly foldPartners?: boolean;
  /** Loops to use instead of those kept for the bank. */
  readonly kernel?: SearchKernel;
}

/** Arrays that the searches of a bank are made in, one after the other. */
interface SearchRoom {
  readonly coarse: Float64Array;
  /** Two scores a template. */
  readonly fine: Float64Array;
  readonly keys: Float64Array;
  readonly wanted: Uint8Array;
  readonly list: Uint32Array;
}

const rooms = new WeakMap<Bank, SearchRoom>();

/** Made once a bank and thread. */
function roomOf(bank: Bank): SearchRoom {
  let room = rooms.get(bank);
  if (!room) {
    const [coarse, fine] = [bank.coarse.phase.length, bank.fine.phase.length];
    room = {
      coarse: new Float64Array(coarse),
      fine: new Float64Array(2 * fine),
      keys: new Float64Array(Math.max(coarse, 2 * fine)),
      wanted: new Uint8Array(fine),
      list: new Uint32Array(fine),
    };
    rooms.set(bank, room);
  }
  return room;
}

/** One kernel per bank and thread. */
const kernels = new WeakMap<Bank, { size: number; kernel: SearchKernel }>();

function kernelOf(bank: Bank, size: number): SearchKernel {
  const known = kernels.get(bank);
  if (known?.size === size) return known.kernel;
  const kernel = searchKernel(kernelShape(bank, size));
  kernels.set(bank, { size, kernel });
  return kernel;
}

/** What the kernel of a bank is made for. */
export function kernelShape(bank: Bank, size: number) {
  return { size, first: FIRST_RADIUS, radii: bank.radii, coarse: bank.coarse, fine: bank.fine };
}

/**
 * The best `keep` candidates over all templates and in-plane angles, and the best four of each phase, best first.
 * The score is that of reference.ts, in integers: a coarse grid finds the zone axes whose neighbours are then tried
 * on the fine one. Candidates closer than about two degrees to a better one are left out.
 */
export function searchBank(
  pattern: Pattern,
  bank: Bank,
  keep: number,
  options: SearchOptions = {},
): Candidate[] {
  const kernel = options.kernel ?? kernelOf(bank, pattern.size);
  const scale = imageScale(pattern);
  const [x, y] = pattern.centre;
  const sum = kernel.image(pattern.disc, scale, Math.round(65536 * x), Math.round(65536 * y));
  const mean = sum / ((bank.radii - FIRST_RADIUS) * 360);
  const exact = options.exact || bank.coarse.phase.length === 0;
  const room = roomOf(bank);
  const list = exact ? every(room.list) : near(bank, kernel.coarse(), mean, room);
  const found = exact ? kernel.everyAngle(list) : kernel.evenFirst(list);
  const scores = room.fine.subarray(0, 2 * list.length);
  for (let i = 0; i < list.length; i++) {
    const t = list[i]!;
    scores[2 * i] = score(bank.fine, t, found[4 * i + 1]!, mean);
    scores[2 * i + 1] = score(bank.fine, t, found[4 * i + 3]!, mean);
  }
  const kept: Candidate[] = [];
  const count = new Uint32Array(bank.phases);
  let open = bank.phases;
  const order = ranked(scores, room.keys);
  for (let i = order.next(); i >= 0; i = order.next()) {
    const t = list[i >> 1]!;
    const phase = bank.fine.phase[t]!;
    if (kept.length >= keep && (open === 0 || count[phase]! >= OF_PHASE)) {
      if (open === 0) break;
      continue;
    }
    const angle = found[4 * (i >> 1) + 2 * (i & 1)]!;
    const quaternion = turnedBy(
      HALF_TURNS[2 * angle]!,
      HALF_TURNS[2 * angle + 1]!,
      bank.fine.quaternion.subarray(4 * t, 4 * t + 4),
    );
    const partner = options.foldPartners ? aboutBeam(quaternion) : quaternion;
    const known = (c: Candidate) =>
      c.phase === phase && (closeTo(c.quaternion, quaternion) || closeTo(c.quaternion, partner));
    if (kept.some(known)) continue;
    kept.push({ phase, quaternion, score: scores[i]! / scale });
    count[phase]!++;
    if (count[phase] === OF_PHASE) open--;
  }
  return kept;
}

/** Factor from √intensity to the bytes of the image: neither a byte nor a sum may overflow. */
function imageScale({ spots }: Pattern): number {
  let square = 0;
  let top = 1;
  for (let i = 0; i < Math.min(STRONGEST, spots.length); i++) {
    square += spots[i]!.intensity;
    top = Math.max(top, spots[i]!.intensity);
  }
  return Math.min(IMAGE / Math.sqrt(Math.max(1, square)), 255 / Math.sqrt(top));
}

/** Correlation with the image minus its mean, the template of length 1. */
function score(level: Level, t: number, sum: number, mean: number): number {
  return (sum - mean * level.total[t]!) * level.gain[t]!;
}

const knownQuotas = new WeakMap<Bank, Float64Array>();

/** How many coarse templates of each phase have their neighbours searched at least. */
function quotas(bank: Bank): Float64Array {
  let quota = knownQuotas.get(bank);
  if (!quota) {
    quota = new Float64Array(bank.phases);
    for (const phase of bank.coarse.phase) quota[phase]! += NODES_OF_PHASE;
    for (let phase = 0; phase < quota.length; phase++) quota[phase] = Math.max(FEWEST_NODES, quota[phase]!);
    knownQuotas.set(bank, quota);
  }
  return quota;
}

/** Fine templates near the best coarse ones, each once, in ascending order. */
function near(bank: Bank, sums: Uint16Array, mean: number, room: SearchRoom): Uint32Array {
  const { coarse, neighbour, neighbourOffset } = bank;
  const { coarse: scores, wanted, list } = room;
  for (let t = 0; t < sums.length; t++) scores[t] = score(coarse, t, sums[t]!, mean);
  wanted.fill(0);
  const quota = quotas(bank).slice();
  let open = quota.length;
  const order = ranked(scores, room.keys);
  for (let rank = 0; rank < sums.length && (rank < NODES * sums.length || open > 0); rank++) {
    const c = order.next();
    const phase = coarse.phase[c]!;
    if (rank >= NODES * sums.length && quota[phase]! <= 0) continue;
    if (quota[phase]! > 0 && quota[phase]! <= 1) open--;
    quota[phase]!--;
    for (let i = neighbourOffset[c]!; i < neighbourOffset[c + 1]!; i++) wanted[neighbour[i]!] = 1;
  }
  let count = 0;
  for (let t = 0; t < wanted.length; t++) if (wanted[t]) list[count++] = t;
  return list.subarray(0, count);
}

/** Fills a list with all templates. */
function every(list: Uint32Array): Uint32Array {
  for (let t = 0; t < list.length; t++) list[t] = t;
  return list;
}

/**
 * Indices by falling value, at equal values by rising index, one at a time and −1 after the last; values are compared
 * to one part in 10⁶ of a unit. A heap, in `keys`, because only the first of many are asked for.
 */
function ranked(values: Float64Array, keys: Float64Array): { next(): number } {
  let n = values.length;
  const all = n;
  for (let i = 0; i < n; i++) keys[i] = Math.round(-1e6 * values[i]!) * all + i;
  /** Lets the key at `at` sink below smaller ones. */
  function sink(at: number): void {
    const key = keys[at]!;
    for (;;) {
      let child = 2 * at + 1;
      if (child >= n) break;
      if (child + 1 < n && keys[child + 1]! < keys[child]!) child++;
      if (keys[child]! >= key) break;
      keys[at] = keys[child]!;
      at = child;
    }
    keys[at] = key;
  }
  for (let i = (n >> 1) - 1; i >= 0; i--) sink(i);
  return {
    next() {
      if (n === 0) return -1;
      const least = keys[0]!;
      keys[0] = keys[--n]!;
      sink(0);
      return least - Math.floor(least / all) * all;
    },
  };
}
