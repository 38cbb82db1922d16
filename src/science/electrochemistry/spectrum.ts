/** An impedance spectrum, falling frequencies, Z = Z′ + jZ″ as pairs. */
export interface Spectrum {
  readonly title: string;
  /** [Hz], every one above 0, from the highest to the lowest. */
  readonly frequency: Float64Array;
  /** Z′ and Z″ of each point, as pairs [Ω]. */
  readonly z: Float64Array;
  /** Seconds on the instrument's clock at each point, where the file has them. */
  readonly time?: Float64Array;
  /** ISO date of the clock's zero. */
  readonly start?: string;
}

/** Angular frequencies 2πf [rad/s]. */
export function omegaOf(spectrum: Spectrum): Float64Array {
  return spectrum.frequency.map((f) => 2 * Math.PI * f);
}

/** |Z| of every point [Ω]. */
export function modulus(z: Float64Array): Float64Array {
  return Float64Array.from({ length: z.length / 2 }, (_, i) => Math.hypot(z[2 * i]!, z[2 * i + 1]!));
}

/** The points of a spectrum for which `keep` is true. */
export function pick(spectrum: Spectrum, keep: (i: number) => boolean): Spectrum {
  const rows = Array.from(spectrum.frequency, (_, i) => i).filter(keep);
  return {
    ...spectrum,
    frequency: Float64Array.from(rows, (i) => spectrum.frequency[i]!),
    z: Float64Array.from(rows.flatMap((i) => [spectrum.z[2 * i]!, spectrum.z[2 * i + 1]!])),
    ...(spectrum.time && { time: Float64Array.from(rows, (i) => spectrum.time![i]!) }),
  };
}
