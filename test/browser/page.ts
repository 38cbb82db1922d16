import { orientation } from "../../src/analyses/orientation/analysis.ts";
import { blobSource } from "../../src/browser.ts";
import { browserPool } from "../../src/executors/pool.browser.ts";
import workerUrl from "../../src/executors/worker.browser.ts?worker&url";
import { openDataset, readCif, type Signal } from "../../src/index.ts";
import { runAnalysis } from "../../src/recipes/run.ts";
import { type Answer, type Asked, plainMaps } from "./asked.ts";

declare global {
  interface Window {
    asked?: Asked;
    answer?: Answer;
  }
}

/** Opens the dropped scan, indexes it with two workers and leaves the maps where the test finds them. */
async function index(file: File, { cifs, params }: Asked): Promise<Answer> {
  const dataset = await openDataset(blobSource(file, file.name));
  const scan = dataset.items[0] as Signal;
  const crystals = await Promise.all(cifs.map(({ name, text }) => readCif(text, name)));
  const executor = browserPool(2, new URL(workerUrl, location.href));
  try {
    const given = orientation.params.parse({ ...params, crystals });
    const { maps, complete } = await runAnalysis(orientation, scan, given, { executor });
    return { shape: scan.axes.map((axis) => axis.size), complete, maps: plainMaps(maps) };
  } finally {
    await executor.close();
  }
}

document.addEventListener("dragover", (event) => event.preventDefault());
document.addEventListener("drop", (event) => {
  event.preventDefault();
  const file = event.dataTransfer?.files[0];
  if (!file || !window.asked) return;
  index(file, window.asked).then(
    (answer) => {
      window.answer = answer;
    },
    (error: unknown) => {
      window.answer = { error: error instanceof Error ? (error.stack ?? error.message) : String(error) };
    },
  );
});
