/**
 * npm run bench -- cv DIR: judges the defaults of `cv` on a folder of voltammograms (CSV) with their truth.json, couple by
 * couple of the second cycle; the truth names couples with E0 and the noise-free peak potentials of each alone, on the
 * grid of the sweep (1 mV), which is why σ is judged on E½ alone.
 */
import { readFile } from "node:fs/promises";
import { join } from "node:path";
import { analyseCv, type CvPair } from "../src/analyses/electrochemistry/cv/analyse.ts";
import { voltammogramOf } from "../src/analyses/electrochemistry/cv/columns.ts";
import { LNMO_WINDOWS, placeOf } from "../src/analyses/electrochemistry/cv/couples.ts";
import { openDataset } from "../src/formats/open.ts";
import { openFile } from "../src/sources/file.node.ts";

interface Couple {
  readonly name: string;
  readonly E0: number;
  readonly E_anodic: number;
  readonly E_cathodic: number;
  readonly visible: boolean;
}

/** A peak farther than this from every couple is a false one [V]. */
const NEAR = 0.025;
const JUDGED_CYCLE = 2;

const say = (line: string) => process.stdout.write(`${line}\n`);
const share = (values: readonly boolean[]) =>
  `${values.filter(Boolean).length} of ${values.length} (${((100 * values.filter(Boolean).length) / values.length).toFixed(1)} %)`;
const worst = (values: readonly number[]) =>
  `${(1e3 * Math.max(...values.map(Math.abs))).toFixed(1)} mV at worst`;

/** Reads, fits and compares every voltammogram of the folder. */
export async function judgeCv([folder = "."]: string[]): Promise<void> {
  const truth = JSON.parse(await readFile(join(folder, "truth.json"), "utf8")) as Record<
    string,
    { couples: readonly Couple[] }
  >;
  const [half, gap, sigma]: [number[], number[], number[]] = [[], [], []];
  const [clean, visible]: [boolean[], boolean[]] = [[], []];
  const begin = process.cpuUsage();
  for (const [name, { couples }] of Object.entries(truth)) {
    const source = await openFile(join(folder, name));
    const [item] = (await openDataset(source)).items;
    const table = item!.kind === "stream" ? item!.table : item;
    if (table?.kind !== "table") throw new Error(`${name}: no table`);
    const { run } = await voltammogramOf(table, { reference: 0, sign: 1 });
    const { cycles } = analyseCv(run, { resistance: 0, windows: LNMO_WINDOWS });
    await source.close();
    const near = ({ E0 }: Couple, pair: CvPair) => Math.abs(placeOf(pair) - E0) < NEAR;
    const foreign = cycles.flatMap(({ cycle, pairs }) =>
      pairs
        .filter((pair) => !couples.some((couple) => near(couple, pair)))
        .map((pair) => `cycle ${cycle.number} ${placeOf(pair).toFixed(3)} V`),
    );
    clean.push(foreign.length === 0);
    const judged = cycles.find(({ cycle }) => cycle.number === JUDGED_CYCLE)!;
    const said: string[] = [];
    for (const couple of couples) {
      const pair = judged.pairs.find((one) => near(couple, one));
      if (couple.visible) visible.push(pair !== undefined);
      if (!pair) {
        if (couple.visible) said.push(`${couple.name} missed`);
        continue;
      }
      const off = pair.half.value - couple.E0;
      const apart = pair.separation.value - (couple.E_anodic - couple.E_cathodic);
      said.push(
        `${couple.name} ${(1e3 * off).toFixed(2)} ± ${(1e3 * pair.half.sigma).toFixed(2)}, ΔEp ${(1e3 * apart).toFixed(1)} mV`,
      );
      if (!couple.visible) continue;
      half.push(off);
      sigma.push(off / pair.half.sigma);
      if (Number.isFinite(apart)) gap.push(apart);
    }
    say(
      `${name} ${judged.model} misfit ${judged.misfit.toFixed(2)}: ${[...said, ...foreign.map((f) => `FALSE ${f}`)].join("; ")}`,
    );
  }
  const { user, system } = process.cpuUsage(begin);
  say(`E½ within 5 mV: ${share(half.map((v) => Math.abs(v) <= 5e-3))}, ${worst(half)}`);
  say(`ΔEp within 8 mV: ${share(gap.map((v) => Math.abs(v) <= 8e-3))}, ${worst(gap)}`);
  say(`visible couples found: ${share(visible)}; sets without a false peak: ${share(clean)}`);
  say(`E½ within its σ: ${share(sigma.map((v) => Math.abs(v) <= 1))}`);
  say(`processor time of a set ${((user + system) / 1e6 / clean.length).toFixed(1)} s`);
}
