import { existsSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { describe, expect, it } from "vitest";
import { fitCircuit } from "../../src/analyses/electrochemistry/eis/fit-circuit.ts";
import { eisInput } from "../../src/cli/eis-input.ts";
import { parseCircuit } from "../../src/science/electrochemistry/circuit.ts";
import { pick, type Spectrum } from "../../src/science/electrochemistry/spectrum.ts";

const LAB = join(process.env.LITHOSCOPE_DATA ?? "/nowhere", "lab");
const here = existsSync(join(LAB, "impedance"));

/** The spectra of a file as the verb `eis` takes them. */
async function spectraOf(file: string): Promise<readonly Spectrum[]> {
  const path = join(LAB, "impedance", file);
  return (await eisInput([path], {}, {}, new AbortController().signal)).spectra;
}

interface Known {
  readonly circuit: string;
  readonly chi2: number;
}

/** Files whose fits others searched with 60 starts; two that are bad as measured are no target. */
const FILES = [
  "AutoEIS_test_data.txt",
  "Circuit1_EIS_1.z",
  "Circuit2_EIS_1.z",
  "Circuit3_EIS_1.z",
  "exampleData.csv",
  "exampleDataAutolab.txt",
  "exampleDataBioLogic.mpt",
  "exampleDataCHInstruments.txt",
  "exampleDataGamry.DTA",
  "exampleDataVersaStudio.par",
  "pyDRTtools_2XZARCequal.csv",
  "pyDRTtools_LIB_data.txt",
  "pyDRTtools_LIB_data_2.txt",
  "synthetic-drift.csv",
  "synthetic-overlap-inductive.csv",
  "synthetic-randles-open.csv",
  "synthetic-two-arcs.csv",
];

describe.skipIf(!here)("fits of real and made spectra whose best χ² others searched with 60 starts", () => {
  it.each(FILES)("%s", async (file) => {
    const path = join(LAB, "reference", "impedance", `${file}.json`);
    const { fits } = JSON.parse(readFileSync(path, "utf8")) as { fits: readonly Known[] };
    const [spectrum] = await spectraOf(file);
    for (const { circuit, chi2 } of fits)
      expect(fitCircuit(parseCircuit(circuit), spectrum!).chi2 / chi2, circuit).toBeLessThan(1.001);
  });

  it("exampleData.csv without its inductive points", async () => {
    const [whole] = await spectraOf("exampleData.csv");
    const capacitive = pick(whole!, (i) => whole!.z[2 * i + 1]! < 0);
    expect(capacitive.frequency).toHaveLength(57);
    const { chi2 } = fitCircuit(parseCircuit("R0-p(R1,C1)-p(R2-Wo1,C2)"), capacitive);
    expect(chi2 / 0.018388).toBeLessThan(1.001);
  });
});

/** The one computed spectrum of all `pyimpspec_data.*`, and to which share each format rounds it. */
const TRUTH = [100, 200, 0.8e-6, 500, 1 / (0.4e-3 * Math.SQRT2)];
const ROUNDED: Readonly<Record<string, number>> = {
  "pyimpspec_data.dfr": 1e-13,
  "pyimpspec_data.i2b": 1e-13,
  "pyimpspec_data-comma-decimal-separator.csv": 1e-13,
  "pyimpspec_case-multiple-spectra.csv": 1e-13,
  "pyimpspec_case-negative-real-imaginary.csv": 1e-13,
  "pyimpspec_data-header-variant-2.csv": 1e-12,
  "pyimpspec_data-header-variant-4.csv": 1e-12,
  "pyimpspec_data.xlsx": 1e-12,
  "pyimpspec_data.pssession": 1e-12,
  "pyimpspec_data.dta": 1e-12,
  "pyimpspec_data.mpt": 1e-7,
  "pyimpspec_case-multiple-spectra.mpt": 1e-7,
  "pyimpspec_data.z": 1e-6,
  "pyimpspec_data.idf": 1e-5,
  "pyimpspec_data.ids": 1e-5,
  "pyimpspec_data.P00": 2e-3,
};

describe.skipIf(!here)("the computed spectrum, R0-p(R1,C1)-p(R2,W1), to the digits of the file", () => {
  it.each(Object.entries(ROUNDED))("%s", async (file, rounded) => {
    const [spectrum] = await spectraOf(file);
    const { values } = fitCircuit(parseCircuit("R0-p(R1,C1)-p(R2,W1)"), spectrum!);
    const off = values.map((value, k) => Math.abs(value / TRUTH[k]! - 1));
    for (const [k, share] of off.entries()) expect(share, `parameter ${k}`).toBeLessThan(3 * rounded);
  });
});
