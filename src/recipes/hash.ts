/** JSON with sorted keys and typed arrays as lists, so that equal values have equal text; −0 is 0, NaN is null. */
export function canonicalText(value: unknown): string {
  if (ArrayBuffer.isView(value)) return canonicalText([...(value as Uint8Array)]);
  if (Array.isArray(value)) return `[${value.map(canonicalText).join(",")}]`;
  if (typeof value !== "object" || value === null) return JSON.stringify(value) ?? "null";
  const entries = Object.entries(value).filter(([, v]) => v !== undefined);
  entries.sort(([a], [b]) => (a < b ? -1 : 1));
  return `{${entries.map(([key, v]) => `${JSON.stringify(key)}:${canonicalText(v)}`).join(",")}}`;
}

/** SHA-256 of a text, in hexadecimal. */
export async function sha256(text: string): Promise<string> {
  const digest = await crypto.subtle.digest("SHA-256", new TextEncoder().encode(text));
  return Array.from(new Uint8Array(digest), (byte) => byte.toString(16).padStart(2, "0")).join("");
}

/** What decides the bits of a run, and nothing else: no path, host or time. */
export interface RecipeKey {
  /** Content id of each input by its part in the run. */
  readonly inputs: Readonly<Record<string, string>>;
  readonly analysis: string;
  readonly version: number;
  /** With defaults filled in, quantities as numbers in the field's unit. */
  readonly params: unknown;
  readonly seed: number;
}

/** Name of a run: two runs of the same name have the same bits. */
export async function recipeHash(key: RecipeKey): Promise<string> {
  return `r1:${await sha256(canonicalText(key))}`;
}
