import type { Measured } from "../../../math/measured.ts";
import type { CvPair } from "./analyse.ts";

/** Potentials at which couples of a name are expected, against Li⁺/Li. */
export interface CoupleWindow {
  /** Couples by rising potential that share the window; with one name all of them get it. */
  readonly names: readonly string[];
  /** [V] */
  readonly low: number;
  readonly high: number;
}

/**
 * Couples of LiNi0.5Mn1.5O4 against Li⁺/Li. Both of nickel share a window, because a pseudo-reference may be off by
 * more than they are apart; the order of their potentials tells them.
 */
export const LNMO_WINDOWS: readonly CoupleWindow[] = [
  { names: ["Mn3+/4+"], low: 3.8, high: 4.27 },
  { names: ["Ni2+/3+", "Ni3+/4+"], low: 4.27, high: 4.9 },
];

/** What the potentials of named couples should be against Li⁺/Li [V]; values of the literature for thin films and powders. */
export const LITERATURE: Readonly<Record<string, number>> = { "Ni2+/3+": 4.7, "Ni3+/4+": 4.75 };

/** The potential by which a pair is named: E½, else that of its only peak. */
export function placeOf({ half, anodic, cathodic }: CvPair): number {
  return Number.isFinite(half.value) ? half.value : (anodic ?? cathodic)!.potential.value;
}

/** The pairs by rising potential, each with the name of its window; "" outside all of them. */
export function nameCouples(pairs: readonly CvPair[], windows: readonly CoupleWindow[]): CvPair[] {
  const sorted = [...pairs].sort((a, b) => placeOf(a) - placeOf(b));
  const names = sorted.map(() => "");
  for (const { names: own, low, high } of windows) {
    const within = sorted.flatMap((pair, i) => (placeOf(pair) >= low && placeOf(pair) < high ? [i] : []));
    // Of more couples than names the strongest are named.
    const strength = (i: number) => Math.abs((sorted[i]!.anodic ?? sorted[i]!.cathodic)!.current.value);
    const strongest =
      own.length === 1 ? within : [...within].sort((a, b) => strength(b) - strength(a)).slice(0, own.length);
    strongest.sort((a, b) => a - b);
    strongest.forEach((i, k) => {
      names[i] = own[Math.min(k, own.length - 1)]!;
    });
  }
  return sorted.map((pair, i) => ({
    ...pair,
    couple: names[i]!,
    anodic: pair.anodic && { ...pair.anodic, couple: names[i]! },
    cathodic: pair.cathodic && { ...pair.cathodic, couple: names[i]! },
  }));
}

/** What each named couple says about the reference [V]: literature less E½; mean and half the spread between them. */
export function impliedOffset(
  pairs: readonly CvPair[],
): (Measured & { each: { couple: string; offset: number }[] }) | undefined {
  const each = Object.entries(LITERATURE).flatMap(([couple, expected]) => {
    const own = pairs.filter((pair) => pair.couple === couple && Number.isFinite(pair.half.value));
    if (own.length === 0) return [];
    return [{ couple, offset: expected - own.reduce((sum, { half }) => sum + half.value, 0) / own.length }];
  });
  if (each.length < 2) return undefined;
  const offsets = each.map(({ offset }) => offset);
  const value = offsets.reduce((a, b) => a + b, 0) / offsets.length;
  return { value, sigma: (Math.max(...offsets) - Math.min(...offsets)) / 2, each };
}

/** Means over cycles of what each couple is, weighted evenly; the first cycle is left out where others have the couple. */
export function overCycles(pairs: readonly CvPair[]) {
  const names = [...new Set(pairs.map(({ couple }) => couple).filter(Boolean))];
  return names.map((couple) => {
    const all = pairs.filter((pair) => pair.couple === couple);
    const first = Math.min(...pairs.map(({ cycle }) => cycle));
    const later = all.filter(({ cycle }) => cycle > first);
    const own = later.length > 0 ? later : all;
    const mean = (pick: (pair: CvPair) => Measured): Measured & { spread: number; cycles: number } => {
      const given = own.map(pick).filter(({ value }) => Number.isFinite(value));
      const n = given.length;
      const value = given.reduce((sum, m) => sum + m.value, 0) / n;
      const sigma = Math.sqrt(given.reduce((sum, m) => sum + m.sigma * m.sigma, 0)) / n;
      const spread = Math.sqrt(given.reduce((sum, m) => sum + (m.value - value) ** 2, 0) / (n - 1));
      return { value, sigma, spread, cycles: n };
    };
    return { couple, half: mean((p) => p.half), separation: mean((p) => p.separation) };
  });
}
