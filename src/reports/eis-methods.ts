import { numberText } from "../figures/number-text.ts";
import type { EisOut } from "./eis-found.ts";
import type { Citation, Methods } from "./methods-text.ts";

const CITATIONS: readonly Citation[] = [
  {
    key: "Schonleber2014",
    authors: "M. Schönleber, D. Klotz, E. Ivers-Tiffée",
    year: 2014,
    title: "A method for improving the robustness of linear Kramers-Kronig validity tests",
    journal: "Electrochim. Acta 131, 20",
    doi: "10.1016/j.electacta.2014.01.034",
  },
  {
    key: "Hurvich1989",
    authors: "C. M. Hurvich, C.-L. Tsai",
    year: 1989,
    title: "Regression and time series model selection in small samples",
    journal: "Biometrika 76, 297",
    doi: "10.1093/biomet/76.2.297",
  },
  {
    key: "Hsu2001",
    authors: "C. H. Hsu, F. Mansfeld",
    year: 2001,
    title: "Concerning the conversion of the constant phase element parameter Y0 into a capacitance",
    journal: "Corrosion 57, 747",
    doi: "10.5006/1.3280607",
  },
  {
    key: "Brug1984",
    authors: "G. J. Brug, A. L. G. van den Eeden, M. Sluyters-Rehbach, J. H. Sluyters",
    year: 1984,
    title: "The analysis of electrode impedances complicated by the presence of a constant phase element",
    journal: "J. Electroanal. Chem. 176, 275",
    doi: "10.1016/S0022-0728(84)80324-1",
  },
];

/** A paragraph on how the numbers were got, ready to paste. */
export function eisMethods({ version, results, elements, profiled, asked }: EisOut): Methods {
  const { spectrum, validity } = results[0]!;
  const f = spectrum.frequency;
  const cite = (key: string) => `[${CITATIONS.findIndex((c) => c.key === key) + 1}]`;
  const weights = { modulus: "1/|Z|²", unit: "1", measured: "1/σ² of repeated sweeps" }[asked.weights];
  const paragraph = [
    `${results.length === 1 ? "An impedance spectrum" : `${results.length} impedance spectra`} of ${f.length} points from ${numberText(f[f.length - 1]!)} to ${numberText(f[0]!)} Hz ${results.length === 1 ? "was" : "were"} analysed with Lithoscope ${version}.`,
    `Validity was judged before any fit with a linear Kramers-Kronig model ${cite("Schonleber2014")} whose two parts share their coefficients against one whose parts do not (F test), and by a test of growth of the polarisation with the time of the sweep (${validity.clock === "file" ? "times of the file" : "times assumed: three periods and 0.2 s a point"}).`,
    `Circuits (${elements.map(({ symbol, formula }) => `${symbol}: ${formula}`).join("; ")}) were fitted by complex non-linear least squares with weights ${weights} from ${asked.starts} starts drawn without initial values; exponents of constant phase elements lie between 0.3 and 1; circuits were compared by AICc ${cite("Hurvich1989")}.`,
    `Uncertainties are one standard deviation from the covariance scaled by χ²/ν${profiled ? "; intervals are those of the profile likelihood (68 %)" : ""}.`,
    `Effective capacitances are given after Hsu and Mansfeld ${cite("Hsu2001")} and after Brug ${cite("Brug1984")}.`,
    `The distribution of relaxation times comes from non-negative Tikhonov inversion with ohmic resistance, inductance, capacitance and Warburg tail inside the model, 12 nodes a decade, λ of greatest evidence.`,
  ].join(" ");
  return { paragraph, citations: CITATIONS };
}
