import { type ErrorTag, isLithoscopeError } from "../core/errors.ts";

/** The exit codes of the contract; any other error is a bug of ours. */
export const EXIT_CODES: Readonly<Record<ErrorTag, number>> = {
  Usage: 2,
  NotFound: 3,
  Format: 3,
  Unsupported: 3,
  Missing: 4,
  Refused: 5,
  Output: 6,
  Cancelled: 130,
};
export const EXIT_BUG = 70;

export function exitCode(error: unknown): number {
  return isLithoscopeError(error) ? EXIT_CODES[error.tag] : EXIT_BUG;
}

/** What `--json` prints for an error. */
export function errorJson(error: unknown): {
  error: { code: string; message: string; details: Record<string, string | number> };
} {
  if (isLithoscopeError(error)) {
    const details = error.hint === undefined ? error.fields : { ...error.fields, hint: error.hint };
    return { error: { code: error.tag, message: error.message, details: { ...details } } };
  }
  const message = error instanceof Error ? error.message : String(error);
  return { error: { code: "Bug", message, details: {} } };
}

/** What people read on stderr: one sentence, or the stack where the fault is ours. */
export function errorText(error: unknown): string {
  if (isLithoscopeError(error)) {
    return `lithoscope: ${error.message}${error.hint === undefined ? "" : ` (${error.hint})`}`;
  }
  const stack = error instanceof Error ? (error.stack ?? error.message) : String(error);
  return `lithoscope: a bug of ours; please report the command and these lines\n${stack}`;
}
