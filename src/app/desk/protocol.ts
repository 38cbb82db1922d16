import type { ErrorData } from "../../core/errors.ts";
import type { Methods } from "./methods.ts";

export type MethodName = keyof Methods;
export type Args<M extends MethodName> = Parameters<Methods[M]>[0];
export type Result<M extends MethodName> = Awaited<ReturnType<Methods[M]>>;

/** What a method may do while it runs. */
export interface Context {
  /** Sends something to whoever waits for the answer: counts, a picture that grows. */
  progress(value: unknown): void;
  readonly stop: AbortSignal;
}

export type ToDesk =
  | { readonly kind: "call"; readonly id: number; readonly method: MethodName; readonly args: unknown }
  | { readonly kind: "stop"; readonly id: number };

/** An error that crosses threads: ours as data, any other as its text. */
export type Failure = { readonly ours: ErrorData } | { readonly text: string };

export type FromDesk =
  | { readonly kind: "progress"; readonly id: number; readonly value: unknown }
  | { readonly kind: "done"; readonly id: number; readonly value: unknown }
  | { readonly kind: "failed"; readonly id: number; readonly error: Failure };
