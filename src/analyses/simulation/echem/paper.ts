/**
 * Numbers of the film of the paper: LiNi0.5Mn1.5O4 in a liquid cell.
 *
 * @see Bhatia et al., Small Methods 6, 2100891 (2022), doi:10.1002/smtd.202100891
 */
export const FILM = {
  formula: "LiNi0.5Mn1.5O4",
  /** [cm²], [µm], [g/cm³] */
  area: 0.785,
  thickness: 0.46,
  density: 4.47,
  /** 1C [mA/g] */
  oneC: 147,
} as const;

/** Pairs of the voltammogram, anodic and cathodic [V vs Li⁺/Li]; limits and rate of the sweep [V, V/s]. */
export const VOLTAMMOGRAM = {
  low: 4.1,
  high: 4.8,
  rate: 1e-4,
  couples: [
    { name: "Ni2+/3+", anodic: 4.41, cathodic: 4.37, share: 0.5 },
    { name: "Ni3+/4+", anodic: 4.58, cathodic: 4.54, share: 0.5 },
  ],
} as const;

/** Capacities [µAh cm⁻² µm⁻¹], of the first charge, the first discharge and that after 50 cycles; plateaus [V]. */
export const CYCLING = {
  firstCharge: 145,
  firstDischarge: 58,
  lastDischarge: 42,
  cycles: 50,
  low: 3.5,
  high: 4.9,
  plateaus: [
    { name: "Mn3+/4+", potential: 4.1, share: 0.1 },
    { name: "Ni2+/3+", potential: 4.68, share: 0.45 },
    { name: "Ni3+/4+", potential: 4.75, share: 0.45 },
  ],
  /** On the first charge only: the step at 4.55 V [µAh cm⁻² µm⁻¹]; what is left of it is oxidation of the electrolyte. */
  firstStep: { name: "Li2MnO3", potential: 4.55, capacity: 20 },
} as const;

/** Apexes of the two arcs and ends of the sweep [Hz], resistances [Ω]. */
export const IMPEDANCE = {
  high: 4e4,
  low: 5e-4,
  circuit: "p(R1,CPE1)-p(R2,CPE2)-CPE3",
  arcs: [
    { apex: 2360, resistance: 4e5, n: 0.9 },
    { apex: 35, resistance: 6e5, n: 0.85 },
  ],
  tail: { Q: 2e-6, n: 0.85 },
} as const;

/** Two-probe resistances, contacts included [Ω]. */
export const RESISTANCES = { bridge: 1.5e2, guard: 1.25e7 } as const;
