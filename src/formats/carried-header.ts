/** The header of the file that a signal came from, carried through the files that our writers make. */

/** Name under which it stands in what we write and in the header of what we read back. */
export const CARRIED = "original_metadata";
/** Characters of the largest header that is carried. */
const LIMIT = 2 ** 23;
/** Arrays of numbers beyond this length are data, not a header: their type and length are kept. */
const LONGEST = 4096;

/** What JSON has no word for, in words that it has. */
function plain(_key: string, value: unknown): unknown {
  if (value instanceof Map) return Object.fromEntries(value);
  if (value instanceof Set) return [...value];
  if (typeof value === "bigint") return String(value);
  if (typeof value === "number" && !Number.isFinite(value)) return String(value);
  if (!ArrayBuffer.isView(value) || value instanceof DataView) return value;
  const numbers = value as unknown as ArrayLike<number | bigint>;
  if (numbers.length > LONGEST) return { type: value.constructor.name, length: numbers.length };
  return Array.from(numbers, (number) => (typeof number === "bigint" ? String(number) : number));
}

/** The header that a file was converted from where it is one of ours, else its own. */
export function sourceHeader(header: unknown): unknown {
  const carried =
    typeof header === "object" && header !== null ? (header as Record<string, unknown>)[CARRIED] : undefined;
  return carried ?? header;
}

function textOf(header: unknown): string {
  if (header === undefined || header === null) return "{}";
  return JSON.stringify(sourceHeader(header), plain) ?? "{}";
}

/** A header as JSON; undefined where there is none, or more than a metadata file should hold. */
export function headerJson(header: unknown): string | undefined {
  const text = textOf(header);
  return text === "{}" || text.length > LIMIT ? undefined : text;
}

/** The sentence that says that a header is too long to be carried; undefined where it is not. */
export function headerLoss(header: unknown): string | undefined {
  const { length } = textOf(header);
  return length > LIMIT
    ? `the original header is left out: ${length} characters as JSON, more than the ${LIMIT} that are carried`
    : undefined;
}
