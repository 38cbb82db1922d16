import { type ReadonlySignal, useComputed, useSignal } from "@preact/signals";
import { useMemo } from "preact/hooks";
import { type Display, percentiles } from "../canvas/display.ts";
import { ImageView, type Picture, ViewControl } from "../canvas/image-view.tsx";
import type { ViewBox } from "../canvas/view-box.ts";

/** The picture that an answer would give. */
export function QuestionPreview({
  name,
  picture,
}: {
  readonly name: string;
  readonly picture: ReadonlySignal<Picture | undefined>;
}) {
  const box = useSignal<ViewBox | undefined>(undefined);
  const control = useMemo(() => new ViewControl(box), [box]);
  const display = useComputed<Display | undefined>(() => {
    const values = picture.value?.values;
    if (!values) return undefined;
    const [low, high] = percentiles(values, 0.005, 0.995);
    return { colours: "grey", scale: "linear", low, high };
  });
  const pixel = useComputed(() => ({ x: 1, y: 1, unit: "px" }));
  const summary = useComputed(() => {
    const { width, height } = picture.value ?? {};
    return width ? `${name}, ${width} by ${height} pixels.` : `${name}, not there yet.`;
  });
  return (
    <div
      class="question-preview"
      data-preview={picture.value ? `${picture.value.height} ${picture.value.width}` : ""}
    >
      <ImageView {...{ name, summary, picture, display, pixel }} view={control} />
    </div>
  );
}
