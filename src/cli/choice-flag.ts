import { type FlagValues, flagText, usage } from "./command.ts";

/**
 * A flag that is one of some words; undefined where it is not given.
 *
 * @throws Usage
 */
export function choiceFlag<const W extends string>(
  flags: FlagValues,
  name: string,
  words: readonly W[],
): W | undefined {
  const text = flagText(flags, name);
  const found = words.find((word) => word === text);
  const list = words.join(" or ");
  if (text !== undefined && found === undefined)
    throw usage(`--${name}`, `wanted ${list}, found "${text}"`, list);
  return found;
}
