import type { Buffers } from "../../src/core/analysis.ts";

/** What the test asks of the page. */
export interface Asked {
  readonly cifs: readonly { readonly name: string; readonly text: string }[];
  readonly params: Readonly<Record<string, unknown>>;
}

/** Maps as plain lists; what is not a number is null, as JSON has it. */
export type PlainMaps = Readonly<Record<string, readonly (number | null)[]>>;

export type Answer =
  | { readonly shape: readonly number[]; readonly complete: boolean; readonly maps: PlainMaps }
  | { readonly error: string };

export function plainMaps(maps: Buffers): PlainMaps {
  const plain = Object.entries(maps).map(([name, values]) => [
    name,
    Array.from(values, (value) => (Number.isFinite(value) ? value : null)),
  ]);
  return Object.fromEntries(plain);
}
