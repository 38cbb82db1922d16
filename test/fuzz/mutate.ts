import type { Files, FixtureCase } from "../../fixtures/cases/case.ts";
import { type Chance, chance } from "./chance.ts";
import { byteMutations } from "./mutate-bytes.ts";
import { textMutations } from "./mutate-text.ts";

/** Share of letters in the first 2 KiB from which a file counts as text. */
const TEXT_SHARE = 0.9;

function isText(bytes: Uint8Array): boolean {
  const head = bytes.subarray(0, 2048);
  const letters = head.reduce((sum, byte) => sum + (byte >= 32 || (byte >= 9 && byte <= 13) ? 1 : 0), 0);
  return letters >= TEXT_SHARE * head.length;
}

function changed(bytes: Uint8Array, dice: Chance, other: Uint8Array): Uint8Array {
  let out: Uint8Array = bytes.slice();
  const text = isText(bytes);
  const times = dice.once(2) ? 1 : 1 + dice.below(dice.once(8) ? 16 : 4);
  for (let k = 0; k < times; k++) {
    const asText = text ? !dice.once(5) : dice.once(8);
    out = dice.of(asText ? textMutations : byteMutations)(out, dice, other);
  }
  return out;
}

/** The files with one of them changed, mostly the one that is opened; a neighbour may be missing or swapped. */
function changeOne(
  files: Files,
  main: string,
  dice: Chance,
  others: readonly Uint8Array[],
): Record<string, Uint8Array> {
  const names = Object.keys(files);
  const name = dice.once(2) ? main : dice.of(names);
  const out: Record<string, Uint8Array> = { ...files, [name]: changed(files[name]!, dice, dice.of(others)) };
  if (names.length > 1 && dice.once(20)) {
    const neighbour = dice.of(names.filter((one) => one !== main));
    if (dice.once(2)) delete out[neighbour];
    else out[neighbour] = files[main]!;
  }
  return out;
}

export interface Mutated {
  readonly name: string;
  readonly files: Files;
  readonly options: FixtureCase["options"];
}

/** File `index` of a seed: the same bytes for the same fixtures, on any machine. */
export function mutate(cases: readonly FixtureCase[], seed: string, index: number): Mutated {
  const dice = chance(`${seed}/${index}`);
  const { name, files, inside, options } = dice.of(cases);
  const others = cases.flatMap((one) => Object.values(one.files));
  if (inside && dice.once(2)) {
    const members = changeOne(inside.members, dice.of(Object.keys(inside.members)), dice, others);
    return { name, files: { ...files, [name]: inside.pack(members) }, options };
  }
  return { name, files: changeOne(files, name, dice, others), options };
}
