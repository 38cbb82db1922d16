import { LithoscopeError } from "../../core/errors.ts";
import type { Args, FromDesk, MethodName, Result, ToDesk } from "./protocol.ts";

export interface CallOptions {
  readonly progress?: (value: never) => void;
  readonly stop?: AbortSignal;
}

interface Waiting {
  readonly resolve: (value: never) => void;
  readonly reject: (error: unknown) => void;
  readonly progress: ((value: never) => void) | undefined;
}

/**
 * The page's end of one desk worker. A worker that dies is replaced with the next call, and what was asked of it fails
 * with a sentence that says so; every call carries what it needs to be answered anew.
 */
export class Desk {
  readonly #address: string;
  readonly #waiting = new Map<number, Waiting>();
  #worker: Worker | undefined;
  #next = 0;

  constructor(address: string) {
    this.#address = address;
  }

  call<M extends MethodName>(method: M, args: Args<M>, options: CallOptions = {}): Promise<Result<M>> {
    const { progress, stop } = options;
    if (stop?.aborted) return Promise.reject(cancelled());
    const worker = this.#started();
    const id = this.#next++;
    return new Promise<Result<M>>((resolve, reject) => {
      const onStop = () => worker.postMessage({ kind: "stop", id } satisfies ToDesk);
      stop?.addEventListener("abort", onStop, { once: true });
      const settle =
        <T>(then: (value: T) => void) =>
        (value: T) => {
          stop?.removeEventListener("abort", onStop);
          then(value);
        };
      this.#waiting.set(id, { resolve: settle(resolve), reject: settle(reject), progress });
      worker.postMessage({ kind: "call", id, method, args } satisfies ToDesk);
    });
  }

  /** Ends the worker, whatever it is doing; those who wait are told that they were cancelled. */
  end(): void {
    this.#lose(cancelled());
  }

  #started(): Worker {
    if (this.#worker) return this.#worker;
    // Scripts that stand in the page itself are classic: from file:// no others start.
    const type = this.#address.startsWith("blob:") ? "classic" : "module";
    const worker = new Worker(this.#address, { type });
    worker.onmessage = ({ data }: MessageEvent<FromDesk>) => this.#hear(data);
    worker.onmessageerror = () => this.#lose(new Error("an answer of the worker could not be read"));
    worker.onerror = (event) => {
      event.preventDefault();
      this.#lose(new Error(event.message || "the worker could not be started"));
    };
    this.#worker = worker;
    return worker;
  }

  #hear(message: FromDesk): void {
    const waiting = this.#waiting.get(message.id);
    if (!waiting) return;
    if (message.kind === "progress") {
      waiting.progress?.(message.value as never);
      return;
    }
    this.#waiting.delete(message.id);
    if (message.kind === "done") {
      waiting.resolve(message.value as never);
      return;
    }
    const { error } = message;
    waiting.reject("ours" in error ? LithoscopeError.fromData(error.ours) : new Error(error.text));
  }

  #lose(error: unknown): void {
    this.#worker?.terminate();
    this.#worker = undefined;
    const waiting = [...this.#waiting.values()];
    this.#waiting.clear();
    for (const { reject } of waiting) reject(error);
  }
}

function cancelled(): LithoscopeError {
  return new LithoscopeError("Cancelled", "stopped by the user");
}
