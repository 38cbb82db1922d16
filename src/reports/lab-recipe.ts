/** What asks for an analysis of laboratory files again: its recipe and its command line. */
import type { OpenOptions } from "../core/contracts.ts";
import { recipeHash } from "../recipes/hash.ts";
import { shell } from "./command-line.ts";

/** A flag's values as the command line gives them. */
export type AskedFlags = Readonly<
  Record<string, string | boolean | readonly (string | boolean)[] | undefined>
>;

/** What decides the bits of a run. */
export interface LabAsked {
  /** The verb, which is also the name of the analysis. */
  readonly verb: string;
  /** +1 whenever a returned number can change. */
  readonly version: number;
  readonly inputs: readonly {
    readonly file: string;
    readonly id: string;
    readonly open?: OpenOptions | undefined;
  }[];
  /** With defaults filled in. */
  readonly params: Readonly<Record<string, unknown>>;
  readonly seed: number;
}

/** The flag of a parameter: restCurrent is --rest-current. */
export const flagOf = (name: string): string =>
  name.replace(/[A-Z]/g, (letter) => `-${letter.toLowerCase()}`);

/** recipe.json: what was asked of which files, with the flags that ask for it. */
export async function labRecipe({ verb, version, inputs, params, seed }: LabAsked, flags: AskedFlags) {
  const opened = inputs.map(({ open }) => (open && Object.keys(open).length > 0 ? { open } : {}));
  const hash = await recipeHash({
    inputs: Object.fromEntries(inputs.map(({ id }, i) => [`file ${i + 1}`, id])),
    analysis: verb,
    version,
    params: { ...params, opened },
    seed,
  });
  return {
    lithoscope: "recipe/1",
    hash,
    seed,
    inputs: inputs.map(({ file, id }, i) => ({ name: `file ${i + 1}`, file, id, ...opened[i] })),
    steps: [
      { id: verb, analysis: verb, version, input: inputs.map((_, i) => `file ${i + 1}`), params, flags },
    ],
    figures: [],
  };
}

/** The command line that asks for the same again, as a POSIX shell takes it. */
export function labCommand(verb: string, files: readonly string[], flags: AskedFlags): string {
  const words = ["lithoscope", verb, ...files.map(shell)];
  for (const [name, value] of Object.entries(flags))
    for (const one of Array.isArray(value) ? value : [value])
      words.push(...(one === true ? [`--${name}`] : [shell(`--${name}=${one}`)]));
  return [...words, "--out", "out"].join(" ");
}
