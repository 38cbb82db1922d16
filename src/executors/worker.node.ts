import { parentPort } from "node:worker_threads";
import { openSource } from "../sources/open.node.ts";
import { createHandler, type FromWorker, type ToWorker } from "./work.ts";

const port = parentPort!;
const handle = createHandler(openSource);
const answer = (reply: FromWorker, transfer: ArrayBuffer[] = []) => port.postMessage(reply, transfer);
port.on("message", (message: ToWorker) => void handle(message, answer));
answer({ kind: "ready" });
