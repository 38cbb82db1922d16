/** One of the threads that sum a scan: opens the file as any worker does and sums each frame of every n-th tile. */
import { parentPort, workerData } from "node:worker_threads";
import type { Signal } from "../src/core/contracts.ts";
import { openDataset } from "../src/formats/open.ts";
import { openSource } from "../src/sources/open.node.ts";
import { frameSums } from "./frame-sum.ts";

const { ref, worker, workers } = workerData;
const source = await openSource(ref);
const scan = (await openDataset(source)).items[0] as Signal;
const pixels = scan.axes.reduce((product, { role, size }) => product * (role === "signal" ? size : 1), 1);
parentPort!.postMessage("ready");
/** Frames of one read: some MB, so that they are summed while the processor still has them. */
const TOGETHER = 15;
const sizes = scan.axes.map(({ size }) => size);
const navigation = scan.axes.filter(({ role }) => role === "nav").length;

parentPort!.once("message", async () => {
  let total = 0;
  const [lines, perLine] = navigation === 2 ? [sizes[0]!, sizes[1]!] : [1, sizes[0]!];
  const pieces = perLine / TOGETHER;
  for (let i = worker; i < lines * pieces; i += workers) {
    const [y, x] = [Math.floor(i / pieces), (i % pieces) * TOGETHER];
    const start = [y, x, 0, 0].slice(2 - navigation);
    const stop = [y + 1, x + TOGETHER].slice(2 - navigation);
    const region = { start, stop: [...stop, ...sizes.slice(navigation)] };
    const frames = (await scan.tile(region)) as Uint8Array | Uint16Array;
    total += frameSums(frames, pixels).reduce((a, b) => a + b, 0);
  }
  await source.close();
  parentPort!.postMessage(total);
});
