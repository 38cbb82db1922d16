import { LithoscopeError } from "../core/errors.ts";

export type FlagValues = Readonly<
  Record<string, string | boolean | readonly (string | boolean)[] | undefined>
>;

export interface Invocation {
  readonly flags: FlagValues;
  readonly inputs: readonly string[];
  readonly stop: AbortSignal;
  /** Notes and progress for people; nothing with --quiet. */
  readonly say: (line: string) => void;
  readonly progress: (done: number, total: number) => void;
}

export interface Answer {
  /** For people. */
  readonly text: string;
  /** For --json: one document. */
  readonly json: unknown;
  /** 0 unless some of several inputs failed. */
  readonly exit?: number;
}

export interface Command {
  readonly help: string;
  readonly flags: Readonly<Record<string, { type: "string" | "boolean"; multiple?: boolean }>>;
  run(call: Invocation): Promise<Answer>;
}

/** The one value of a flag, if given. */
export function flagText(flags: FlagValues, name: string): string | undefined {
  const value = flags[name];
  return typeof value === "string" ? value : undefined;
}

/** All values of a repeatable flag. */
export function flagTexts(flags: FlagValues, name: string): readonly string[] {
  const value = flags[name];
  return Array.isArray(value) ? value.filter((v) => typeof v === "string") : [];
}

export function usage(path: string, message: string, expected: string): LithoscopeError {
  return new LithoscopeError("Usage", `${path}: ${message}`, { path, expected });
}

/** JSON text in which a number that is not finite is null. */
export function jsonText(value: unknown): string {
  return JSON.stringify(value, (_key, v) => (typeof v === "number" && !Number.isFinite(v) ? null : v));
}
