/** The tags a caller may match on; `cli/exit.ts` maps them to exit codes. */
export type ErrorTag =
  | "Usage"
  | "NotFound"
  | "Format"
  | "Unsupported"
  | "Missing"
  | "Refused"
  | "Output"
  | "Cancelled";

/** What went wrong, as data: survives structuredClone and comes back as the same class with `fromData`. */
export interface ErrorData {
  readonly tag: ErrorTag;
  readonly message: string;
  readonly fields: Readonly<Record<string, string | number>>;
  readonly hint?: string;
}

/**
 * The one error class of the engine. Callers match `tag`, never the message.
 *
 * @example if (isLithoscopeError(e, "Format")) tryNextFormat();
 */
export class LithoscopeError extends Error {
  readonly tag: ErrorTag;
  readonly fields: Readonly<Record<string, string | number>>;
  readonly hint: string | undefined;

  constructor(
    tag: ErrorTag,
    message: string,
    fields: Readonly<Record<string, string | number>> = {},
    options: { hint?: string; cause?: unknown } = {},
  ) {
    super(message, options.cause === undefined ? undefined : { cause: options.cause });
    this.name = "LithoscopeError";
    this.tag = tag;
    this.fields = fields;
    this.hint = options.hint;
  }

  /** The error as plain data, for crossing to another thread. */
  toData(): ErrorData {
    const base = { tag: this.tag, message: this.message, fields: this.fields };
    return this.hint === undefined ? base : { ...base, hint: this.hint };
  }

  /** The error that `toData` described. */
  static fromData(data: ErrorData): LithoscopeError {
    return new LithoscopeError(
      data.tag,
      data.message,
      data.fields,
      data.hint === undefined ? {} : { hint: data.hint },
    );
  }
}

/**
 * What `work` returns; an error of ours about a file's content comes out with its sentence after the file's path,
 * which takes the place of the file's bare `name`.
 */
export async function inFile<T>(path: string, work: () => Promise<T>, name = path): Promise<T> {
  try {
    return await work();
  } catch (error) {
    const told = error instanceof LithoscopeError && ["Format", "Unsupported", "Refused"].includes(error.tag);
    if (!told || error.message.startsWith(path)) throw error;
    const bare = [`${name}: `, `${name}, `].find((start) => error.message.startsWith(start));
    const message = `${path}: ${error.message.slice(bare?.length ?? 0)}`;
    const { tag, fields, hint, cause } = error;
    throw new LithoscopeError(tag, message, fields, { cause, ...(hint !== undefined && { hint }) });
  }
}

/** True for errors of ours, of the given tag if one is named. */
export function isLithoscopeError(error: unknown, tag?: ErrorTag): error is LithoscopeError {
  return error instanceof LithoscopeError && (tag === undefined || error.tag === tag);
}
