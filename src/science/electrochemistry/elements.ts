/**
 * The elements of an equivalent circuit: their impedance Z(ω) and its derivatives by the coordinates of a fit, which are
 * the logarithms of positive parameters and exponents as they are.
 */

export type ElementSymbol = "R" | "C" | "L" | "CPE" | "W" | "Wo" | "Ws" | "G" | "TLM";

/** One parameter: positive and fitted as its logarithm, or an exponent from 0.3 to 1. */
export interface ElementParameter {
  readonly name: string;
  readonly unit: string;
  readonly kind: "positive" | "exponent";
  /** Power of an impedance scale a that takes Z to a·Z: 1 for a resistance, −1 for a capacitance, 0 for a time. */
  readonly scales: -1 | 0 | 1;
}

export interface ElementKind {
  readonly title: string;
  /** The formula, as the methods text states it. */
  readonly formula: string;
  readonly parameters: readonly ElementParameter[];
  /**
   * Impedances at all `omega` as pairs in `z`; where `d` is given also ∂Z/∂x for the k-th parameter from 2·k·n on.
   *
   * @param p parameters in their own units, not logarithms
   */
  evaluate(omega: Float64Array, p: ArrayLike<number>, z: Float64Array, d?: Float64Array): void;
}

const positive = (name: string, unit: string, scales: -1 | 0 | 1): ElementParameter => ({
  name,
  unit,
  kind: "positive",
  scales,
});
const exponent = (name: string): ElementParameter => ({ name, unit: "1", kind: "exponent", scales: 0 });

const R: ElementKind = {
  title: "resistance",
  formula: "Z = R",
  parameters: [positive("R", "Ω", 1)],
  evaluate(omega, p, z, d) {
    for (let i = 0; i < omega.length; i++) {
      z[2 * i] = p[0]!;
      z[2 * i + 1] = 0;
    }
    d?.set(z.subarray(0, 2 * omega.length));
  },
};

const C: ElementKind = {
  title: "capacitance",
  formula: "Z = 1/(jωC)",
  parameters: [positive("C", "F", -1)],
  evaluate(omega, p, z, d) {
    for (let i = 0; i < omega.length; i++) {
      z[2 * i] = 0;
      z[2 * i + 1] = -1 / (omega[i]! * p[0]!);
      if (d) {
        d[2 * i] = 0;
        d[2 * i + 1] = -z[2 * i + 1]!;
      }
    }
  },
};

const L: ElementKind = {
  title: "inductance",
  formula: "Z = jωL",
  parameters: [positive("L", "H", 1)],
  evaluate(omega, p, z, d) {
    for (let i = 0; i < omega.length; i++) {
      z[2 * i] = 0;
      z[2 * i + 1] = omega[i]! * p[0]!;
    }
    d?.set(z.subarray(0, 2 * omega.length));
  },
};

const CPE: ElementKind = {
  title: "constant phase element",
  formula: "Z = 1/(Q(jω)^n)",
  parameters: [positive("Q", "Ω⁻¹ s^n", -1), exponent("n")],
  evaluate(omega, p, z, d) {
    const n = p[1]!;
    const re = Math.cos((n * Math.PI) / 2) / p[0]!;
    const im = -Math.sin((n * Math.PI) / 2) / p[0]!;
    const at = 2 * omega.length;
    for (let i = 0; i < omega.length; i++) {
      const log = Math.log(omega[i]!);
      const size = Math.exp(-n * log);
      const [x, y] = [re * size, im * size];
      z[2 * i] = x;
      z[2 * i + 1] = y;
      if (!d) continue;
      d[2 * i] = -x;
      d[2 * i + 1] = -y;
      d[at + 2 * i] = -x * log + (y * Math.PI) / 2;
      d[at + 2 * i + 1] = -y * log - (x * Math.PI) / 2;
    }
  },
};

const W: ElementKind = {
  title: "semi-infinite Warburg diffusion",
  formula: "Z = σ(1 − j)/√ω",
  parameters: [positive("sigma", "Ω s^-0.5", 1)],
  evaluate(omega, p, z, d) {
    for (let i = 0; i < omega.length; i++) {
      const size = p[0]! / Math.sqrt(omega[i]!);
      z[2 * i] = size;
      z[2 * i + 1] = -size;
    }
    d?.set(z.subarray(0, 2 * omega.length));
  },
};

/**
 * R·f(v)/v and its derivatives by ln R and ln v² into `z` and `d`, for f = coth (blocked end) or tanh (open end), where
 * v² is given by its modulus and angle. `coupled` is true where v² is proportional to R as well.
 */
function finite(kind: "coth" | "tanh", resistance: number, size: number, angle: number, out: Float64Array) {
  const root = Math.sqrt(size);
  const a = root * Math.cos(angle / 2);
  const b = root * Math.sin(angle / 2);
  let fx = 1;
  let fy = 0;
  if (a < 20) {
    const sinh = Math.sinh(a);
    const trig = kind === "coth" ? Math.sin(b) : Math.cos(b);
    const below = sinh * sinh + trig * trig;
    fx = (sinh * Math.sqrt(1 + sinh * sinh)) / below;
    fy = ((kind === "coth" ? -1 : 1) * Math.sin(b) * Math.cos(b)) / below;
  }
  // f/v
  const qx = (fx * a + fy * b) / size;
  const qy = (fy * a - fx * b) / size;
  out[0] = resistance * qx;
  out[1] = resistance * qy;
  // ∂(f/v)/∂ ln v² = ½ (1 − f² − f/v), for coth as for tanh
  out[2] = 0.5 * resistance * (1 - (fx * fx - fy * fy) - qx);
  out[3] = 0.5 * resistance * (-2 * fx * fy - qy);
}

const pair = new Float64Array(4);

function diffusion(kind: "coth" | "tanh"): ElementKind["evaluate"] {
  return (omega, p, z, d) => {
    const at = 2 * omega.length;
    for (let i = 0; i < omega.length; i++) {
      finite(kind, p[0]!, omega[i]! * p[1]!, Math.PI / 2, pair);
      z[2 * i] = pair[0]!;
      z[2 * i + 1] = pair[1]!;
      if (!d) continue;
      d[2 * i] = pair[0]!;
      d[2 * i + 1] = pair[1]!;
      d[at + 2 * i] = pair[2]!;
      d[at + 2 * i + 1] = pair[3]!;
    }
  };
}

const Wo: ElementKind = {
  title: "finite-space (blocked) Warburg diffusion",
  formula: "Z = R coth√(jωτ)/√(jωτ), τ = L²/D",
  parameters: [positive("R", "Ω", 1), positive("tau", "s", 0)],
  evaluate: diffusion("coth"),
};

const Ws: ElementKind = {
  title: "finite-length (transmissive) Warburg diffusion",
  formula: "Z = R tanh√(jωτ)/√(jωτ), τ = L²/D",
  parameters: [positive("R", "Ω", 1), positive("tau", "s", 0)],
  evaluate: diffusion("tanh"),
};

const G: ElementKind = {
  title: "Gerischer element",
  formula: "Z = R/√(1 + jωτ)",
  parameters: [positive("R", "Ω", 1), positive("tau", "s", 0)],
  evaluate(omega, p, z, d) {
    const at = 2 * omega.length;
    for (let i = 0; i < omega.length; i++) {
      const x = omega[i]! * p[1]!;
      const size = p[0]! / Math.sqrt(Math.hypot(1, x));
      const angle = -0.5 * Math.atan(x);
      const [re, im] = [size * Math.cos(angle), size * Math.sin(angle)];
      z[2 * i] = re;
      z[2 * i + 1] = im;
      if (!d) continue;
      d[2 * i] = re;
      d[2 * i + 1] = im;
      // −½ Z jx/(1 + jx) = −½ Z (x² + jx)/(1 + x²)
      const below = 1 + x * x;
      const [ux, uy] = [(x * x) / below, x / below];
      d[at + 2 * i] = -0.5 * (re * ux - im * uy);
      d[at + 2 * i + 1] = -0.5 * (re * uy + im * ux);
    }
  },
};

const TLM: ElementKind = {
  title: "finite pore with blocking wall",
  formula:
    "Z = √(R Zs) coth√(R/Zs), Zs = 1/(Q(jω)^n), R the ionic resistance of the pore, Q the wall of the whole pore",
  parameters: [positive("R", "Ω", 1), positive("Q", "Ω⁻¹ s^n", -1), exponent("n")],
  evaluate(omega, p, z, d) {
    const at = 2 * omega.length;
    for (let i = 0; i < omega.length; i++) {
      const log = Math.log(omega[i]!);
      finite("coth", p[0]!, p[0]! * p[1]! * Math.exp(p[2]! * log), (p[2]! * Math.PI) / 2, pair);
      const [re, im, dx, dy] = pair as unknown as [number, number, number, number];
      z[2 * i] = re;
      z[2 * i + 1] = im;
      if (!d) continue;
      d[2 * i] = re + dx;
      d[2 * i + 1] = im + dy;
      d[at + 2 * i] = dx;
      d[at + 2 * i + 1] = dy;
      d[2 * at + 2 * i] = dx * log - (dy * Math.PI) / 2;
      d[2 * at + 2 * i + 1] = dy * log + (dx * Math.PI) / 2;
    }
  },
};

/** Every element by its symbol. */
export const ELEMENTS: Readonly<Record<ElementSymbol, ElementKind>> = { R, C, L, CPE, W, Wo, Ws, G, TLM };

/** Range of the exponents of a constant phase element in a fit, unless told otherwise. */
export const EXPONENT_RANGE: readonly [number, number] = [0.3, 1];
