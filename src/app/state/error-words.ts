import { isLithoscopeError } from "../../core/errors.ts";

/** An error as a person reads it. */
export interface ErrorWords {
  /** "error", "refused" (the data cannot answer) or "cancelled", as `data-state` has it. */
  readonly state: "error" | "refused" | "cancelled";
  readonly message: string;
  readonly hint?: string;
  /** Kind of the error, where it is one of Lithoscope's. */
  readonly tag?: string;
  /** Name of the parameter that is wrong, where it is one. */
  readonly field?: string;
  /** The file, number or flag that is missing, where something is. */
  readonly what?: string;
  readonly flag?: string;
  /** Everything, for "Copy details". */
  readonly details: string;
}

/** The sentence of an error, what to do, and what a report of it needs. */
export function errorWords(error: unknown): ErrorWords {
  if (isLithoscopeError(error)) {
    const { tag, message, fields, hint } = error;
    const state = tag === "Refused" ? "refused" : tag === "Cancelled" ? "cancelled" : "error";
    const field = tag === "Usage" && typeof fields.path === "string" ? fields.path : undefined;
    const details = JSON.stringify({ tag, message, fields, hint }, null, 2);
    const text = (name: string) =>
      tag === "Missing" && typeof fields[name] === "string" ? String(fields[name]) : "";
    const [what, flag] = [text("what"), text("flag")];
    return {
      ...{ state, tag, message, details, ...(hint && { hint }), ...(field && { field }) },
      ...{ ...(what && { what }), ...(flag && { flag }) },
    };
  }
  const message = error instanceof Error ? error.message : String(error);
  const details = error instanceof Error ? (error.stack ?? message) : message;
  return { state: "error", message: `A fault of Lithoscope: ${message.split("\n")[0]}`, details };
}
