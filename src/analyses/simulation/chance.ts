import type { Random } from "../../core/random.ts";

/** A uniformly distributed rotation (w, x, y, z) (Shoemake 1992). */
export function anyRotation(random: Random): [number, number, number, number] {
  const [u, v, w] = [random.next(), 2 * Math.PI * random.next(), 2 * Math.PI * random.next()];
  const [a, b] = [Math.sqrt(1 - u), Math.sqrt(u)];
  const q = [b * Math.cos(w), a * Math.sin(v), a * Math.cos(v), b * Math.sin(w)] as const;
  const sign = q[0] < 0 ? -1 : 1;
  return [sign * q[0], sign * q[1], sign * q[2], sign * q[3]];
}

/** ln(k!) by Stirling's series, exact to 1e-10 from k = 10 on. */
function logFactorial(k: number): number {
  const n = k + 1;
  const inverse2 = 1 / (n * n);
  const series = (1 / 12 - inverse2 * (1 / 360 - inverse2 / 1260)) / n;
  return (n - 0.5) * Math.log(n) - n + 0.9189385332046727 + series;
}

/**
 * A Poisson-distributed count. Below a mean of 12 by inversion, above it by transformed rejection.
 *
 * @see Hörmann (1993), doi:10.1016/0167-6687(93)90997-4, algorithm PTRS
 */
export function poisson(mean: number, random: Random): number {
  if (!(mean > 0)) return 0;
  if (mean < 12) {
    let u = random.next();
    let chance = Math.exp(-mean);
    let k = 0;
    while (u > chance && k < 100) {
      u -= chance;
      k++;
      chance *= mean / k;
    }
    return k;
  }
  const b = 0.931 + 2.53 * Math.sqrt(mean);
  const a = -0.059 + 0.02483 * b;
  const inverseAlpha = 1.1239 + 1.1328 / (b - 3.4);
  const top = 0.9277 - 3.6224 / (b - 2);
  const logMean = Math.log(mean);
  for (;;) {
    const u = random.next() - 0.5;
    const v = random.next();
    const us = 0.5 - Math.abs(u);
    const k = Math.floor(((2 * a) / us + b) * u + mean + 0.43);
    if (us >= 0.07 && v <= top) return k;
    if (k < 0 || (us < 0.013 && v > us)) continue;
    const accept = k * logMean - mean - (k < 10 ? smallLogFactorial(k) : logFactorial(k));
    if (Math.log((v * inverseAlpha) / (a / (us * us) + b)) <= accept) return k;
  }
}

function smallLogFactorial(k: number): number {
  let product = 1;
  for (let i = 2; i <= k; i++) product *= i;
  return Math.log(product);
}

/** A smooth field over the plane, mean 0 and variance about 1, whose features are `scale` wide. */
export function smoothField(random: Random, scale: number): (x: number, y: number) => number {
  const waves = Array.from({ length: 24 }, () => {
    const k = (2 * Math.PI * (0.35 + 0.65 * random.next())) / (2 * scale);
    const angle = 2 * Math.PI * random.next();
    return [k * Math.cos(angle), k * Math.sin(angle), 2 * Math.PI * random.next()] as const;
  });
  const norm = Math.sqrt(2 / waves.length);
  return (x, y) => {
    let sum = 0;
    for (const [kx, ky, phase] of waves) sum += Math.cos(kx * x + ky * y + phase);
    return norm * sum;
  };
}
