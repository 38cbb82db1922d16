/**
 * Elementary functions with the same bits in every JavaScript engine. `Math.sin`, `cos`, `tan`, `atan2`, `exp`, `log`
 * and `pow` may differ in the last bit (Node 20 against Chromium 156: 3 to 17 % of arguments); what follows uses only
 * + − × ÷ and square roots, which IEEE 754 fixes. `Math.sqrt` and `Math.hypot` were the same in both.
 *
 * Methods and constants: FreeBSD msun / fdlibm (Sun Microsystems 1993, "Permission to use, copy, modify, and
 * distribute this software is freely granted, provided that this notice is preserved").
 */

const PIO2_HIGH = 1.5707963267341256;
const PIO2_LOW = 6.077100506506192e-11;
const LN2_HIGH = 0.6931471803691238;
const LN2_LOW = 1.9082149292705877e-10;

function sinKernel(x: number, tail: number): number {
  const z = x * x;
  const r =
    0.00833333333332249 +
    z *
      (-0.0001984126982985795 +
        z * (2.7557313707070068e-6 + z * (-2.5050760253406863e-8 + z * 1.58969099521155e-10)));
  const v = z * x;
  return x - (z * (0.5 * tail - v * r) - tail - v * -0.16666666666666632);
}

function cosKernel(x: number, tail: number): number {
  const z = x * x;
  const r =
    z *
    (0.0416666666666666 +
      z *
        (-0.001388888888887411 +
          z *
            (2.480158728947673e-5 +
              z * (-2.7557314351390663e-7 + z * (2.087572321298175e-9 + z * -1.1359647557788195e-11)))));
  const half = 0.5 * z;
  const w = 1 - half;
  return w + (1 - w - half + (z * r - x * tail));
}

/** sin (shift 0) or cos (shift 1) of an angle of at most some 10⁵ rad. */
function circular(x: number, shift: number): number {
  const n = Math.round(x / (PIO2_HIGH + PIO2_LOW));
  const reduced = x - n * PIO2_HIGH;
  const low = n * PIO2_LOW;
  const y = reduced - low;
  const tail = reduced - y - low;
  const quadrant = (((n + shift) % 4) + 4) % 4;
  const value = quadrant % 2 === 0 ? sinKernel(y, tail) : cosKernel(y, tail);
  return quadrant < 2 ? value : -value;
}

/** Sine of an angle [rad], |x| below 10⁵. */
export function sin(x: number): number {
  return x === 0 ? x : circular(x, 0);
}

/** Cosine of an angle [rad], |x| below 10⁵. */
export function cos(x: number): number {
  return circular(x, 1);
}

const bits = new DataView(new ArrayBuffer(8));

/** 2^k for −1022 ≤ k ≤ 1023. */
function powerOfTwo(k: number): number {
  bits.setUint32(0, (k + 1023) << 20);
  bits.setUint32(4, 0);
  return bits.getFloat64(0);
}

/** e^x; 0 below −745, infinite above 709.8. */
export function exp(x: number): number {
  if (Number.isNaN(x)) return x;
  if (x > 709.782712893384) return Number.POSITIVE_INFINITY;
  if (x < -745.1332191019411) return 0;
  const k = Math.round(x * Math.LOG2E);
  const high = x - k * LN2_HIGH;
  const low = k * LN2_LOW;
  const r = high - low;
  const t = r * r;
  const c =
    r -
    t *
      (0.16666666666666602 +
        t *
          (-0.0027777777777015593 +
            t * (6.613756321437934e-5 + t * (-1.6533902205465252e-6 + t * 4.1381367970572385e-8))));
  const y = 1 - (low - (r * c) / (2 - c) - high);
  const half = Math.trunc(k / 2);
  return y * powerOfTwo(half) * powerOfTwo(k - half);
}

/** Natural logarithm; −∞ at 0, NaN below. */
export function log(x: number): number {
  if (!(x > 0)) return x === 0 ? Number.NEGATIVE_INFINITY : Number.NaN;
  if (x === Number.POSITIVE_INFINITY) return x;
  const normal = x < 2.2250738585072014e-308;
  bits.setFloat64(0, normal ? x * 18014398509481984 : x);
  let k = ((bits.getUint32(0) >>> 20) & 0x7ff) - 1023 - (normal ? 54 : 0);
  bits.setUint32(0, (bits.getUint32(0) & 0xfffff) | 0x3ff00000);
  let m = bits.getFloat64(0);
  if (m > Math.SQRT2) {
    m /= 2;
    k++;
  }
  const f = m - 1;
  const s = f / (2 + f);
  const z = s * s;
  const w = z * z;
  const odd = w * (0.3999999999940942 + w * (0.22222198432149784 + w * 0.15313837699209373));
  const even =
    z * (0.6666666666666735 + w * (0.2857142874366239 + w * (0.1818357216161805 + w * 0.14798198605116586)));
  const half = 0.5 * f * f;
  return k * LN2_HIGH - (half - (s * (half + odd + even) + k * LN2_LOW) - f);
}

const ATAN_HIGH = [0.4636476090008061, 0.7853981633974483, 0.982793723247329, 1.5707963267948966];
const ATAN_LOW = [
  2.2698777452961687e-17, 3.061616997868383e-17, 1.3903311031230998e-17, 6.123233995736766e-17,
];
const ATAN = [
  0.3333333333333293, -0.19999999999876483, 0.14285714272503466, -0.11111110405462356, 0.09090887133436507,
  -0.0769187620504483, 0.06661073137387531, -0.058335701337905735, 0.049768779946159324,
  -0.036531572744216916, 0.016285820115365782,
];

/** Arc tangent of x ≥ 0. */
function atan(x: number): number {
  if (x > 1e18) return ATAN_HIGH[3]! + ATAN_LOW[3]!;
  const part = x < 0.4375 ? -1 : x < 0.6875 ? 0 : x < 1.1875 ? 1 : x < 2.4375 ? 2 : 3;
  const y =
    part < 0
      ? x
      : part === 0
        ? (2 * x - 1) / (2 + x)
        : part === 1
          ? (x - 1) / (x + 1)
          : part === 2
            ? (x - 1.5) / (1 + 1.5 * x)
            : -1 / x;
  const z = y * y;
  let sum = 0;
  for (let i = ATAN.length - 1; i >= 0; i--) sum = z * (ATAN[i]! + sum);
  return part < 0 ? y - y * sum : ATAN_HIGH[part]! - (y * sum - ATAN_LOW[part]! - y);
}

/** Angle of the point (x, y) [rad], −π to π; 0 at the origin. */
export function atan2(y: number, x: number): number {
  if (Number.isNaN(x) || Number.isNaN(y)) return Number.NaN;
  if (y === 0) return x < 0 || Object.is(x, -0) ? (Object.is(y, -0) ? -Math.PI : Math.PI) : y;
  const up = x === 0 ? Math.PI / 2 : atan(Math.abs(y / x));
  const angle = x < 0 ? Math.PI - (up - 1.2246467991473532e-16) : up;
  return y < 0 ? -angle : angle;
}
