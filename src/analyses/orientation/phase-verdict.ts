import type { Notice, Quantity } from "../../core/contracts.ts";
import type { OrientationMaps } from "./maps.ts";

/** Two phases are alike where the better one leads by less than this in −2 log likelihood, as `trustworthy` asks. */
const LEAD = 15;
/** They are worth a word where that is so at this share of their points, and at so many points at least. */
const ALIKE = 0.2;
const FEWEST = 10;
/** A phase with less than this share of its points trusted has no share of the area to speak of. */
const DOUBTFUL = 0.05;

export type VerdictMaps = Pick<OrientationMaps, "phase" | "second_phase" | "margin" | "trustworthy"> & {
  readonly amorphous?: ArrayLike<number>;
};

/** For which share of each phase's points the program stands, and what is to be said about phases on the whole. */
export interface PhaseVerdict {
  readonly values: Readonly<Record<string, Quantity>>;
  readonly notices: readonly Notice[];
}

/**
 * The verdict on the phases of a map: how many of each one's points are trusted, which of them hardly are, and which
 * pairs the patterns do not tell apart. Points that are mostly amorphous do not count.
 */
export function phaseVerdict(maps: VerdictMaps, names: readonly string[]): PhaseVerdict {
  const { phase, second_phase, margin, trustworthy, amorphous } = maps;
  const points = new Uint32Array(names.length);
  const trusted = new Uint32Array(names.length);
  /** Points where one of a pair is best and the other hardly worse: lower index × count + higher. */
  const alike = new Uint32Array(names.length * names.length);
  for (let i = 0; i < phase.length; i++) {
    const p = phase[i]!;
    if (p < 0 || (amorphous !== undefined && amorphous[i]! > 0.5)) continue;
    points[p]!++;
    trusted[p]! += trustworthy[i]!;
    const s = second_phase[i]!;
    if (s >= 0 && s !== p && margin[i]! < LEAD) alike[Math.min(p, s) * names.length + Math.max(p, s)]!++;
  }
  const percent = (share: number) => `${(100 * share).toFixed(0)} %`;
  const values: Record<string, Quantity> = {};
  const notices: Notice[] = [];
  names.forEach((name, p) => {
    const all = points[p]!;
    if (all === 0) return;
    const share = trusted[p]! / all;
    values[`trusted of the points of ${name}`] = { value: share, unit: "1", from: "counted" };
    if (all < FEWEST || share >= DOUBTFUL) return;
    const message = `${name}: the program stands for ${percent(share)} of its ${all} points; its share of the area may be another crystal's`;
    notices.push({ code: "phase-doubtful", message, where: name, flag: "--crystal" });
  });
  for (let a = 0; a < names.length; a++)
    for (let b = a + 1; b < names.length; b++) {
      const both = alike[a * names.length + b]!;
      const of = points[a]! + points[b]!;
      if (both < FEWEST || both < ALIKE * of) continue;
      const message = `${names[a]} and ${names[b]} explain ${percent(both / of)} of their points equally well: the patterns do not tell these phases apart there, and their shares of the area are not to be trusted`;
      notices.push({
        code: "phases-alike",
        message,
        where: `${names[a]}, ${names[b]}`,
        flag: "--crystal",
      });
    }
  return { values, notices };
}
