import { openSource } from "../sources/open.browser.ts";
import { createHandler, type FromWorker } from "./work.ts";

// Typed by hand: the window's postMessage has other parameters than a worker's.
const scope = globalThis as unknown as {
  postMessage(message: FromWorker, transfer: ArrayBuffer[]): void;
  onmessage: ((event: MessageEvent) => void) | null;
};
const handle = createHandler(openSource);
const answer = (reply: FromWorker, transfer: ArrayBuffer[] = []) => scope.postMessage(reply, transfer);
scope.onmessage = ({ data }) => void handle(data, answer);
answer({ kind: "ready" });
