import { existsSync, readdirSync } from "node:fs";
import { join } from "node:path";
import { describe, expect, it } from "vitest";
import { eisInput } from "../../src/cli/eis-input.ts";
import { isLithoscopeError } from "../../src/core/errors.ts";
import type { Spectrum } from "../../src/science/electrochemistry/spectrum.ts";
import { type ReferenceColumn, referenceTables } from "./lab-reference.ts";

const LAB = join(process.env.LITHOSCOPE_DATA ?? "/nowhere", "lab");
const here = existsSync(join(LAB, "impedance"));
const FILES = here ? readdirSync(join(LAB, "impedance")).filter((name) => !name.endsWith(".truth.json")) : [];

/** Files that no one can read, and what the refusal must say. */
const REFUSED: Readonly<Record<string, RegExp>> = {
  "exampleDataBioLogic_MissingFreq.mpt": /a name is missing/,
};

const spectraOf = (file: string, table?: string) =>
  eisInput([join(LAB, "impedance", file)], {}, { table }, new AbortController().signal);

/** One part of a spectrum in falling order of frequency. */
function part({ frequency, z }: Spectrum, name: string): Float64Array {
  if (name === "freq") return frequency;
  return Float64Array.from(frequency, (_, i) => z[2 * i + (name === "Z'" ? 0 : 1)]!);
}

const close = (a: number, b: number, size: number) => Math.abs(a - b) <= 1e-9 * Math.max(Math.abs(b), size);

/** True where count, sum, ends and extremes of a reference column are those of ours, whichever way it is sorted. */
function equals(ours: Float64Array, theirs: ReferenceColumn): boolean {
  if (ours.length !== theirs.count) return false;
  const size = ours.reduce((most, value) => Math.max(most, Math.abs(value)), 0);
  const sum = ours.reduce((a, b) => a + b, 0);
  const ends = [theirs.first![0]!, theirs.last!.at(-1)!].map(Number);
  const own = [ours[0]!, ours[ours.length - 1]!];
  const turned = [own, own.toReversed()].some((pair) =>
    pair.every((value, i) => close(value, ends[i]!, size)),
  );
  return (
    turned &&
    close(sum, theirs.sum!, size * ours.length) &&
    close(Math.min(...ours), theirs.min!, size) &&
    close(Math.max(...ours), theirs.max!, size)
  );
}

describe.skipIf(!here)("every spectrum of the impedance files against independent readers", () => {
  it.each(FILES)("%s", async (file) => {
    const refused = REFUSED[file];
    if (refused) {
      const error = await spectraOf(file).catch((thrown: unknown) => thrown);
      expect(isLithoscopeError(error)).toBe(true);
      expect((error as Error).message).toMatch(refused);
      return;
    }
    const { spectra } = await spectraOf(file);
    const corrected = /drift-corrected/.test(file) ? (await spectraOf(file, "drift corrected")).spectra : [];
    const all = [...spectra, ...corrected];
    const references = referenceTables(LAB, `impedance/${file}`);
    expect(references.length).toBeGreaterThan(0);
    for (const { reader, name, columns } of references) {
      const rows = columns[0]!.count!;
      // impedance.py joins several sweeps into one.
      if (spectra.length > 1 && rows === spectra.reduce((sum, { frequency }) => sum + frequency.length, 0))
        continue;
      const found = all.some((one) => columns.every((column) => equals(part(one, column.name), column)));
      expect(found, `${reader} ${name}: ${rows} points`).toBe(true);
    }
  });
});
