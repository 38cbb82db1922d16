// The built worker, but misbehaving at one tile, as LITHOSCOPE_STRANGE says: tile=1&how=die&times=2&mark=FILE
import { existsSync, writeFileSync } from "node:fs";
import { parentPort } from "node:worker_threads";

const query = new URLSearchParams(process.env.LITHOSCOPE_STRANGE);

function misbehave({ kind, task }) {
  if (kind !== "run" || task.tile !== Number(query.get("tile")) || task.analysis !== "orientation") return;
  for (let time = 0; time < Number(query.get("times")); time++) {
    const mark = `${query.get("mark")}-${time}`;
    if (existsSync(mark)) continue;
    writeFileSync(mark, "");
    if (query.get("how") === "die") process.exit(3);
    if (query.get("how") === "throw") throw new Error("a worker's own fault");
    for (;;) Atomics.wait(new Int32Array(new SharedArrayBuffer(4)), 0, 0);
  }
}

const on = parentPort.on.bind(parentPort);
parentPort.on = (event, listener) =>
  on(event, (message) => {
    misbehave(message);
    listener(message);
  });
await import("../../dist/worker.js");
