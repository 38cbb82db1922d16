import { useComputed, useSignal } from "@preact/signals";
import { useEffect } from "preact/hooks";
import type { DType, OpenOptions } from "../../core/contracts.ts";
import { expectedAndReal, likelyShapes } from "../../formats/raw/expected-size.ts";
import type { Picture } from "../canvas/image-view.tsx";
import { errorWords } from "../state/error-words.ts";
import { platform } from "../state/workspace.ts";
import { bytesText } from "./bytes-text.ts";
import type { QuestionProps } from "./import-dialog.tsx";
import { QuestionPreview } from "./question-preview.tsx";

const TYPES: readonly DType[] = ["u8", "u16", "u32", "i8", "i16", "i32", "f32", "f64"];

/** "--shape 4,4,128,128 --dtype u16" as options. */
function optionsOf(flags: string): Pick<OpenOptions, "shape" | "dtype"> {
  const [, shape = "", , dtype] = /--shape (\S+)( --dtype (\S+))?/.exec(flags) ?? [];
  return { shape: shape.split(",").map(Number), ...(dtype !== undefined && { dtype: dtype as DType }) };
}

/** Sizes, type and start of numbers without a header; the preview is the picture in the middle of the file. */
export function RawQuestion({ file, answer }: QuestionProps) {
  const stated = file.handle.options ?? {};
  const shape = useSignal(stated.shape?.join(", ") ?? "");
  const dtype = useSignal<DType>(stated.dtype ?? "u16");
  const offset = useSignal(String(stated.offset ?? 0));
  const bigEndian = useSignal(stated.bigEndian === true);
  const bytes = useSignal(0);
  const picture = useSignal<Picture | undefined>(undefined);
  const fault = useSignal("");
  const { id, source } = file.handle;
  useEffect(() => {
    void platform.desk.call("sizeOf", { id, source }).then(
      (size) => {
        bytes.value = size;
        const [likely] = likelyShapes(size);
        if (!stated.shape && likely) take(likely);
      },
      (error) => {
        fault.value = errorWords(error).message;
      },
    );
  }, [id]);
  const take = (flags: string) => {
    const { shape: sizes, dtype: type } = optionsOf(flags);
    shape.value = sizes!.join(", ");
    if (type) dtype.value = type;
  };
  const options = useComputed<OpenOptions | undefined>(() => {
    const sizes = shape.value.split(/[,x×]/).map((size) => Number(size.trim() || Number.NaN));
    const start = Number(offset.value);
    if (!sizes.every(Number.isInteger) || !(Number.isInteger(start) && start >= 0)) return undefined;
    return {
      ...{ shape: sizes, dtype: dtype.value },
      ...(start > 0 && { offset: start }),
      ...(bigEndian.value && { bigEndian: true }),
    };
  });
  const asked = options.value;
  useEffect(() => {
    picture.value = undefined;
    fault.value = "";
    if (!asked || bytes.value === 0) return;
    // An answer to what was asked before must not come after the one to this.
    const stop = new AbortController();
    const look = () =>
      platform.desk.call("glance", { id, source, options: asked }, { stop: stop.signal }).then(
        (found) => {
          if (!stop.signal.aborted) picture.value = found;
        },
        (error) => {
          if (!stop.signal.aborted) fault.value = errorWords(error).message;
        },
      );
    const timer = setTimeout(() => void look(), 150);
    return () => {
      clearTimeout(timer);
      stop.abort();
    };
  }, [asked, bytes.value]);
  const room = bytes.value - (asked?.offset ?? 0);
  return (
    <form
      onSubmit={(event) => {
        event.preventDefault();
        if (asked) answer(asked);
      }}
    >
      <div class="tools">
        {likelyShapes(room).map((flags) => {
          const { shape: sizes, dtype: type } = optionsOf(flags);
          return (
            <button key={flags} type="button" data-command="import.shape" onClick={() => take(flags)}>
              {sizes!.join(" × ")} {type}
            </button>
          );
        })}
      </div>
      <label class="field">
        <span>sizes, slowest first: scan rows, columns, pattern rows, columns</span>
        <input
          data-field="import-shape"
          required
          value={shape.value}
          onInput={(event) => {
            shape.value = event.currentTarget.value;
          }}
        />
      </label>
      <label class="field">
        <span>type of a number</span>
        <select
          data-field="import-type"
          value={dtype.value}
          onChange={(event) => {
            dtype.value = event.currentTarget.value as DType;
          }}
        >
          {TYPES.map((type) => (
            <option key={type}>{type}</option>
          ))}
        </select>
      </label>
      <label class="field">
        <span>byte where the numbers start</span>
        <input
          data-field="import-offset"
          inputMode="numeric"
          value={offset.value}
          onInput={(event) => {
            offset.value = event.currentTarget.value;
          }}
        />
      </label>
      <label class="field">
        <span>highest byte first</span>
        <input
          type="checkbox"
          data-field="import-big-endian"
          checked={bigEndian.value}
          onChange={(event) => {
            bigEndian.value = event.currentTarget.checked;
          }}
        />
      </label>
      <p data-status="import-size" class="faint">
        {bytes.value > 0 && `${bytesText(bytes.value)}: `}
        {asked &&
          bytes.value > 0 &&
          !asked.shape!.includes(-1) &&
          expectedAndReal(room, asked.shape!, asked.dtype!)}
      </p>
      {fault.value && <p class="wrong">{fault}</p>}
      <QuestionPreview name="Picture in the middle of the file" picture={picture} />
      <button type="submit" class="primary" data-command="import.apply" disabled={!picture.value}>
        Open as {asked?.shape?.join(" × ") ?? "raw binary"}
      </button>
    </form>
  );
}
