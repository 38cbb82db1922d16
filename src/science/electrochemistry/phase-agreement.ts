/** Whether the phase of a spectrum has the sign that the slope of its modulus asks for. */
import { extent, median } from "../../math/order-statistics.ts";

/** Greatest over least modulus from which on the slope says anything; a resistor's phase is noise. */
const LEAST_SPAN = 1.1;
/** No point counts for more than this many median ones: a few bad points at one end must not outvote the others. */
const MOST_WEIGHT = 3;

/**
 * Agreement of phase and slope, φ ≈ (π/2) d ln|Z|/d ln ω (the first term of the relation of modulus and phase of a passive
 * cell): 1 where all points agree, −1 where all contradict, as with a column of −Z″ taken for Z″.
 *
 * @param frequency [Hz], sorted either way
 * @param z Z′ and Z″ of each point, as pairs; the sign of Z′ does not count
 * @returns undefined where the modulus hardly changes or fewer than five points are there
 */
export function phaseAgreement(frequency: Float64Array, z: Float64Array): number | undefined {
  const n = frequency.length;
  if (n < 5) return undefined;
  const size = Float64Array.from({ length: n }, (_, i) => Math.hypot(z[2 * i]!, z[2 * i + 1]!));
  const [least, most] = extent(size);
  if (!(most > LEAST_SPAN * least)) return undefined;
  const products: number[] = [];
  for (let i = 0; i < n; i++) {
    const [p, q] = [Math.max(0, i - 1), Math.min(n - 1, i + 1)];
    const slope = Math.log(size[q]! / size[p]!) / Math.log(frequency[q]! / frequency[p]!);
    const product = slope * Math.atan2(z[2 * i + 1]!, Math.abs(z[2 * i]!));
    if (Number.isFinite(product)) products.push(product);
  }
  const cap = MOST_WEIGHT * median(products.map(Math.abs));
  let [together, all] = [0, 0];
  for (const product of products) {
    const held = Math.max(-cap, Math.min(cap, product));
    together += held;
    all += Math.abs(held);
  }
  return all > 0 ? together / all : undefined;
}
