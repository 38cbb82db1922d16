// Reopens a signal from its ref, as the built package does it in any other thread, and answers a region's values.
import { parentPort } from "node:worker_threads";
import { openDataset } from "../../dist/index.js";
import { openSource } from "../../dist/node.js";

parentPort.on("message", async ({ ref, region }) => {
  try {
    const source = await openSource(ref.source);
    const { items } = await openDataset(source, undefined, ref.options ?? {});
    const values = await items[ref.item].tile(region);
    await source.close();
    parentPort.postMessage({ values });
  } catch (error) {
    parentPort.postMessage({ error: error instanceof Error ? error.stack : String(error) });
  }
});
