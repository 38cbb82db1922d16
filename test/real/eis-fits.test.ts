import { existsSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { describe, expect, it } from "vitest";
import { fitCircuit } from "../../src/analyses/electrochemistry/eis/fit-circuit.ts";
import { parseCircuit } from "../../src/science/electrochemistry/circuit.ts";
import { pick, type Spectrum } from "../../src/science/electrochemistry/spectrum.ts";

const LAB = join(process.env.LITHOSCOPE_DATA ?? "/nowhere", "lab");
const here = existsSync(join(LAB, "impedance"));

/** The first three numbers of every line that is numbers: frequency, Z′, Z″; falling frequencies. */
function spectrum(file: string): Spectrum {
  const rows = readFileSync(join(LAB, "impedance", file), "utf8")
    .split(/\r?\n/)
    .map((line) =>
      line
        .trim()
        .split(/[,\s]+/)
        .map(Number),
    )
    .filter((cells) => cells.length >= 3 && cells.every(Number.isFinite))
    .sort((a, b) => b[0]! - a[0]!);
  return {
    title: file,
    frequency: Float64Array.from(rows, (row) => row[0]!),
    z: Float64Array.from(rows.flatMap((row) => [row[1]!, row[2]!])),
  };
}

interface Known {
  readonly circuit: string;
  readonly chi2: number;
}

describe.skipIf(!here)("fits of real and made spectra whose best χ² others searched with 60 starts", () => {
  for (const file of [
    "synthetic-two-arcs.csv",
    "synthetic-randles-open.csv",
    "synthetic-overlap-inductive.csv",
    "synthetic-drift.csv",
    "exampleData.csv",
    "pyDRTtools_LIB_data.txt",
    "pyDRTtools_LIB_data_2.txt",
  ])
    it(file, () => {
      const path = join(LAB, "reference", "impedance", `${file}.json`);
      const { fits } = JSON.parse(readFileSync(path, "utf8")) as { fits: readonly Known[] };
      for (const { circuit, chi2 } of fits)
        expect(fitCircuit(parseCircuit(circuit), spectrum(file)).chi2 / chi2).toBeLessThan(1.001);
    });

  it("exampleData.csv without its inductive points", () => {
    const whole = spectrum("exampleData.csv");
    const capacitive = pick(whole, (i) => whole.z[2 * i + 1]! < 0);
    expect(capacitive.frequency).toHaveLength(57);
    const { chi2 } = fitCircuit(parseCircuit("R0-p(R1,C1)-p(R2-Wo1,C2)"), capacitive);
    expect(chi2 / 0.018388).toBeLessThan(1.001);
  });
});
