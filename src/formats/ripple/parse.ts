import { LithoscopeError } from "../../core/errors.ts";
import { labLines } from "../lab-text.ts";

/** Keys in small letters and their values as written. */
export type RippleHeader = Readonly<Record<string, string>>;

export function rippleError(sentence: string, at: number): LithoscopeError {
  return new LithoscopeError("Format", `ripple: ${sentence}`, { format: "ripple", at });
}

/**
 * The keys of a .rpl: "key<TAB>value" after NIST's description, or "(MLX::KEY : value)" as INCA writes them; what
 * follows a semicolon is a comment.
 *
 * @throws Format if a key is missing without which the numbers cannot be read
 */
export function parseRipple(text: string): RippleHeader {
  const header: Record<string, string> = Object.create(null);
  for (const line of labLines(text)) {
    const bare = line.replace(/;.*$/, "").trim();
    const inca = /^\(MLX::([\w-]+)\s*:?\s*(.*?)\)?$/.exec(bare);
    const match = inca ?? /^([\w-]+)(?:\t+|\s+)(.*)$/.exec(bare);
    if (match) header[match[1]!.toLowerCase()] = match[2]!.trim();
  }
  for (const key of ["width", "height", "depth", "data-length", "data-type", "record-by"]) {
    if (header[key] === undefined)
      throw rippleError(`wanted the key ${key}, found ${Object.keys(header).length} others`, 0);
  }
  return header;
}
