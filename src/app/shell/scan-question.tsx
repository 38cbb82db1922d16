import { useComputed, useSignal } from "@preact/signals";
import { useEffect } from "preact/hooks";
import { countOf } from "../../core/tile-plan.ts";
import type { Picture } from "../canvas/image-view.tsx";
import { errorWords } from "../state/error-words.ts";
import { handleOf } from "../state/items.ts";
import { seriesIn } from "../state/questions.ts";
import { platform } from "../state/workspace.ts";
import { bytesText } from "./bytes-text.ts";
import type { QuestionProps } from "./import-dialog.tsx";
import { QuestionPreview } from "./question-preview.tsx";

/** Series larger than this are summed only when somebody asks for it [bytes]. */
const ASK_ABOVE = 2 ** 31;

/** Rows and columns that use up a number of frames, the squarest first. */
export function gridsOf(frames: number): readonly (readonly [number, number])[] {
  const grids: [number, number][] = [];
  for (let rows = Math.floor(Math.sqrt(frames)); rows > 1 && grids.length < 3; rows--)
    if (frames % rows === 0) {
      grids.push([rows, frames / rows]);
      if (rows * rows !== frames) grids.push([frames / rows, rows]);
    }
  return grids;
}

/** Rows and columns of the scan that a series of frames is; the preview is the sum of each frame in its place. */
export function ScanQuestion({ file, answer, again }: QuestionProps) {
  const series = seriesIn(file);
  const stated = file.handle.options?.shape;
  const [frames = 0, ...inner] = series?.item.axes.map(({ size }) => size) ?? [];
  const [first] = gridsOf(frames);
  const rows = useSignal(String(first?.[0] ?? 1));
  const columns = useSignal(String(first?.[1] ?? frames));
  const sums = useSignal<Float64Array | undefined>(undefined);
  const found = useSignal<readonly number[] | undefined>(undefined);
  const share = useSignal(0);
  const fault = useSignal("");
  const whole = useSignal(file.bytes <= ASK_ABOVE);
  const read = whole.value;
  useEffect(() => {
    if (!series || !read) return;
    const stop = new AbortController();
    const progress = (value: number) => {
      share.value = value;
    };
    platform.desk.call("seriesSums", handleOf(series.item)!, { progress, stop: stop.signal }).then(
      (answered) => {
        sums.value = answered.sums;
        found.value = answered.found;
        if (answered.found) [rows.value, columns.value] = answered.found.map(String) as [string, string];
      },
      (error) => {
        if (!stop.signal.aborted) fault.value = errorWords(error).message;
      },
    );
    return () => stop.abort();
  }, [series?.item, read]);
  const size = useComputed(() => [Number(rows.value), Number(columns.value)] as const);
  const fits = useComputed(() => {
    const [h, w] = size.value;
    return Number.isInteger(h) && Number.isInteger(w) && h > 0 && w > 0 && h * w <= frames;
  });
  const picture = useComputed<Picture | undefined>(() => {
    const [height, width] = size.value;
    if (!sums.value || !fits.value) return undefined;
    return { width, height, values: sums.value.subarray(0, width * height) };
  });
  if (!series) {
    return (
      <p>
        Read as {stated?.join(" × ")}.{" "}
        <button type="button" data-command="import.frames" onClick={again}>
          Ask again, as one row of frames
        </button>
      </p>
    );
  }
  const [height, width] = size.value;
  const left = frames - height * width;
  return (
    <form
      onSubmit={(event) => {
        event.preventDefault();
        if (fits.value) answer({ shape: [height, width, ...inner] });
      }}
    >
      <p>
        {frames} frames of {inner.join(" × ")}: rows × columns of the scan?
      </p>
      <div class="tools">
        {[...(found.value ? [found.value] : []), ...gridsOf(frames)].map((grid, i) => (
          <button
            key={`${i} ${grid.join()}`}
            type="button"
            data-command="import.grid"
            onClick={() => {
              [rows.value, columns.value] = grid.map(String) as [string, string];
            }}
          >
            {grid.join(" × ")}
            {found.value === grid && " (looks like it)"}
          </button>
        ))}
      </div>
      <div class="tools">
        <label>
          rows{" "}
          <input
            data-field="import-rows"
            inputMode="numeric"
            value={rows.value}
            onInput={(event) => {
              rows.value = event.currentTarget.value;
            }}
          />
        </label>
        <label>
          columns{" "}
          <input
            data-field="import-columns"
            inputMode="numeric"
            value={columns.value}
            onInput={(event) => {
              columns.value = event.currentTarget.value;
            }}
          />
        </label>
        <span data-status="import-size" class={fits.value ? "faint" : "wrong"}>
          {fits.value
            ? left === 0
              ? "all frames have a place"
              : `${left} frames at the end are left out`
            : `${height * width || 0} places for ${frames} frames`}
        </span>
      </div>
      {fault.value && <p class="wrong">{fault}</p>}
      {read ? (
        !sums.value &&
        !fault.value && <p class="faint">summing the frames, {Math.round(100 * share.value)} %</p>
      ) : (
        <button
          type="button"
          data-command="import.read-all"
          onClick={() => {
            whole.value = true;
          }}
        >
          Sum the frames for a preview: reads {bytesText(file.bytes)}
        </button>
      )}
      <QuestionPreview name="Sum of each frame, in the place that it would have" picture={picture} />
      <button type="submit" class="primary" data-command="import.apply" disabled={!fits.value}>
        Open as {countOf([height, width]) > 0 ? `${height} × ${width}` : "a scan"}
      </button>
    </form>
  );
}
