import { existsSync, readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { describe, expect, it } from "vitest";
import { analyseCycling } from "../../src/analyses/electrochemistry/cycling/analyse.ts";
import { cyclingRun } from "../../src/analyses/electrochemistry/cycling/columns.ts";
import { openDataset } from "../../src/formats/open.ts";
import { openFile } from "../../src/sources/file.node.ts";
import { tablesOf } from "./lab-reference.ts";

const LAB = join(process.env.LITHOSCOPE_DATA ?? "/nowhere", "lab");
const here = existsSync(join(LAB, "echem"));

interface Known {
  /** EC-Lab: runs of one sign of the charge increment. */
  readonly half_cycles?: readonly {
    readonly rows: readonly [number, number];
    readonly sum_dq_mAh?: number;
    readonly delta_Q_mAh?: number;
    readonly trapz_I_dt_mAh?: number;
  }[];
  /** Neware: greatest value of the capacity columns in each step. */
  readonly steps?: readonly { readonly Q_charge_mAh: number; readonly Q_discharge_mAh: number }[];
}

async function analysed(path: string) {
  const source = await openFile(path);
  try {
    const [table] = tablesOf((await openDataset(source)).items);
    const { run } = await cyclingRun(table!, { sign: 1 });
    return analyseCycling(run, { electrode: "positive", signStated: true });
  } finally {
    await source.close();
  }
}

/** Equal to five digits. */
function five(found: number, known: number) {
  expect(Math.abs(found - known)).toBeLessThanOrEqual(1e-5 * Math.abs(known));
}

describe.skipIf(!here)("capacities of real files against the instrument's own and others' integrals", () => {
  const files = ["eclab", "neware"].flatMap((maker) =>
    here ? readdirSync(join(LAB, "echem", maker)).map((name) => `${maker}/${name}`) : [],
  );
  let compared = 0;
  for (const file of files) {
    const reference = here ? readFileSync(join(LAB, "reference", "echem", `${file}.json`), "utf8") : "{}";
    const known = (JSON.parse(reference) as { half_cycle_capacities?: Known }).half_cycle_capacities;
    const runs = known?.half_cycles ?? [];
    const steps = known?.steps ?? [];
    if (runs.length + steps.length === 0) continue;
    it(file, async () => {
      const { halves } = await analysed(join(LAB, "echem", file));
      const parts = halves.flatMap((half) => half.parts);
      for (const { rows, sum_dq_mAh, delta_Q_mAh, trapz_I_dt_mAh } of runs) {
        const own = parts.filter(({ from, to }) => from >= rows[0] && to <= rows[1]);
        const sum = (pick: (part: (typeof parts)[number]) => number) =>
          own.reduce((all, part) => all + pick(part), 0) / 3.6;
        if (sum_dq_mAh !== undefined)
          five(
            sum((p) => p.counted),
            sum_dq_mAh,
          );
        if (delta_Q_mAh !== undefined)
          five(
            sum((p) => p.counted),
            delta_Q_mAh,
          );
        if (trapz_I_dt_mAh !== undefined)
          five(
            sum((p) => p.trapezoid),
            trapz_I_dt_mAh,
          );
        compared++;
      }
      expect(parts.length).toBeGreaterThanOrEqual(steps.length);
      for (const [s, { Q_charge_mAh, Q_discharge_mAh }] of steps.entries()) {
        five(parts[s]!.counted / 3.6, Q_charge_mAh - Q_discharge_mAh);
        compared++;
      }
    });
  }

  it("compared every half cycle that the reference has", () => expect(compared).toBeGreaterThanOrEqual(50));
});
