import { existsSync, readdirSync } from "node:fs";
import { join } from "node:path";
import { describe, expect, it } from "vitest";
import { openDataset } from "../../src/formats/open.ts";
import { openFile } from "../../src/sources/file.node.ts";
import { sameUnit, tablesOf } from "./lab-reference.ts";

const FOLDER = join(process.env.LITHOSCOPE_DATA ?? "/nowhere", "lab", "echem", "eclab");
const here = existsSync(FOLDER);
const twins = here
  ? readdirSync(FOLDER).filter(
      (n) => n.endsWith(".mpr") && existsSync(join(FOLDER, n.replace(/mpr$/, "mpt"))),
    )
  : [];
/** Columns that the text export masks in some files (reference/INDEX.md): harmonics and distortion. */
const MASKED: Readonly<Record<string, RegExp>> = {
  "geis.issue_149.mpr": /^(?:THD|NSD|NSR) |^\|(?:Ewe|I) h\d\|$/,
};

/** Columns of numbers of the file's whole table. */
async function columnsOf(path: string) {
  const source = await openFile(path);
  try {
    const table = tablesOf((await openDataset(source)).items)[0]!;
    const numbers = table.columns.filter(({ type }) => type === "number");
    return await Promise.all(
      numbers.map(async ({ name, unit }) => ({
        name,
        unit,
        values: (await table.read(name, 0, table.rows)) as Float64Array,
      })),
    );
  } finally {
    await source.close();
  }
}

describe.skipIf(!here)("an EC-Lab file and its export as text", () => {
  it("come in 15 pairs", () => expect(twins.length).toBeGreaterThanOrEqual(15));

  it.each(twins)(
    "%s: every shared column has one unit and values within 1e-6 of its greatest",
    async (name) => {
      const binary = await columnsOf(join(FOLDER, name));
      const text = await columnsOf(join(FOLDER, name.replace(/mpr$/, "mpt")));
      const shared = binary.filter((column) => text.some((other) => other.name === column.name));
      expect(shared.length).toBeGreaterThanOrEqual(Math.min(4, binary.length));
      for (const column of shared) {
        const other = text.find((one) => one.name === column.name)!;
        expect(sameUnit(column.unit, other.unit), `${column.name}: ${column.unit}, ${other.unit}`).toBe(true);
        expect(column.values.length).toBe(other.values.length);
        if (MASKED[name]?.test(column.name)) continue;
        let largest = 0;
        let off = 0;
        for (const [i, value] of column.values.entries()) {
          if (Number.isNaN(value) && Number.isNaN(other.values[i]!)) continue;
          largest = Math.max(largest, Math.abs(value));
          off = Math.max(off, Math.abs(value - other.values[i]!));
        }
        expect(off, column.name).toBeLessThanOrEqual(1e-6 * largest);
      }
    },
  );
});
