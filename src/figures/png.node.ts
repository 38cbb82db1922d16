import { existsSync } from "node:fs";
import { fileURLToPath } from "node:url";
import { Worker } from "node:worker_threads";
import { drawHere } from "./png-parts.node.ts";
import type { Asked, Drawn } from "./png-worker.node.ts";

interface Waiting {
  resolve(png: Uint8Array): void;
  reject(reason: unknown): void;
  readonly stop: AbortSignal | undefined;
}

/** A thread that draws, and who waits for what. */
interface Drawing {
  readonly worker: Worker;
  readonly waiting: Map<number, Waiting>;
}

let drawing: Drawing | undefined;
let asked = 0;
/** Signals that are listened to already. */
const heeded = new WeakSet<AbortSignal>();

/**
 * The built worker: beside the entries of `dist`, one up from its chunks, or in `dist` when run from the sources; none
 * where nothing is built.
 */
function workerFile(): URL | undefined {
  const places = ["./png-worker.js", "../png-worker.js", "../../dist/png-worker.js"].map(
    (p) => new URL(p, import.meta.url),
  );
  return places.find((place) => existsSync(fileURLToPath(place)));
}

function start(file: URL): Drawing {
  const started: Drawing = { worker: new Worker(file, { execArgv: [] }), waiting: new Map() };
  const { worker, waiting } = started;
  worker.on("message", (drawn: Drawn) => {
    const wanted = waiting.get(drawn.number);
    waiting.delete(drawn.number);
    // A thread that nobody waits for does not keep the program from ending.
    if (waiting.size === 0) worker.unref();
    if ("png" in drawn) wanted?.resolve(drawn.png);
    else wanted?.reject(new Error(drawn.error));
  });
  worker.on("error", (error) => end(started, error));
  worker.on("exit", (code) => end(started, new Error(`the thread that draws ended with code ${code}`)));
  return started;
}

/** Forgets a thread; nobody waits for it in vain. */
function end(ended: Drawing, reason: unknown): void {
  if (drawing === ended) drawing = undefined;
  for (const { reject } of ended.waiting.values()) reject(reason);
  ended.waiting.clear();
  void ended.worker.terminate();
}

/** Nobody who heeds `stop` waits any longer; a thread that nobody waits for ends, whatever it draws. */
function leave(now: Drawing, stop: AbortSignal): void {
  for (const [number, wanted] of now.waiting) {
    if (wanted.stop !== stop) continue;
    now.waiting.delete(number);
    wanted.reject(stop.reason);
  }
  if (now.waiting.size === 0) end(now, stop.reason);
}

/**
 * A figure as PNG. It is drawn in a thread of its own, so that the caller goes on meanwhile; `stop` ends the wait, and the
 * thread where nobody else waits for it.
 *
 * @throws the reason of `stop`; what drawing throws
 */
export function figurePng(svg: string, dpi = 300, stop?: AbortSignal): Promise<Uint8Array> {
  if (stop?.aborted) return Promise.reject(stop.reason);
  const file = workerFile();
  if (!file) return drawHere(svg, dpi);
  drawing ??= start(file);
  const { worker, waiting } = drawing;
  if (stop && !heeded.has(stop)) {
    heeded.add(stop);
    stop.addEventListener("abort", () => drawing && leave(drawing, stop), { once: true });
  }
  const number = asked++;
  return new Promise<Uint8Array>((resolve, reject) => {
    waiting.set(number, { resolve, reject, stop });
    worker.ref();
    worker.postMessage({ number, svg, dpi } satisfies Asked);
  });
}
