import { LithoscopeError } from "../../core/errors.ts";
import table from "../tables/lobato-2014.json" with { type: "json" };

/** Relativistic wavelength [Å] of electrons accelerated by `voltageKv` [kV]. CODATA constants. */
export function electronWavelength(voltageKv: number): number {
  const volts = voltageKv * 1e3;
  return 12.2642598 / Math.sqrt(volts * (1 + volts * 0.97847538e-6));
}

/**
 * A detector pixel as a reciprocal length, s = 2 sin(θ/2)/λ for its angle from the beam.
 *
 * @param angle of one pixel [rad]
 * @param voltageKv accelerating voltage [kV]
 * @returns [1/Å]
 */
export function reciprocalPixel(angle: number, voltageKv: number): number {
  return (2 * Math.sin(angle / 2)) / electronWavelength(voltageKv);
}

/** Relativistic mass factor of electrons accelerated by `voltageKv` [kV]. */
export function relativisticFactor(voltageKv: number): number {
  return 1 + voltageKv / 510.99895;
}

const FACTORS = table.factors as unknown as Readonly<Record<string, readonly [number[], number[]]>>;

/**
 * Electron scattering factor of a neutral atom [Å] at g = |g| [1/Å].
 *
 * @throws Unsupported for an element without an entry in the table
 * @see Lobato & Van Dyck (2014), doi:10.1107/S205327331401643X
 */
export function scatteringFactor(element: string, g: number): number {
  const row = FACTORS[element];
  if (!row) {
    throw new LithoscopeError("Unsupported", `no electron scattering factor for element "${element}"`, {
      feature: element,
    });
  }
  let sum = 0;
  for (let i = 0; i < row[0].length; i++) {
    const x = 1 + row[1][i]! * g * g;
    sum += (row[0][i]! * (1 + x)) / (x * x);
  }
  return sum;
}
