import { useSignal } from "@preact/signals";
import type { Signal } from "../../../core/contracts.ts";
import { errorWords } from "../../state/error-words.ts";
import { recipes } from "../../state/history.ts";
import { detectorColour } from "./detector-marks.tsx";
import { addDetector, chooseDetector, deleteActive, detectorText, typeDetector } from "./detectors.ts";

/** The list of detectors below the pattern: which one counts, exact numbers, add and delete. */
export function DetectorTools({
  scan,
  item,
  size,
}: {
  readonly scan: Signal;
  readonly item: string;
  readonly size: number;
}) {
  const wrong = useSignal("");
  const recipe = recipes.value[item];
  if (!recipe) return null;
  const { detectors, active } = recipe;
  const chosen = detectors.find(({ id }) => id === active);
  return (
    <div class="tools below">
      <fieldset class="choices" aria-label="virtual detectors">
        {detectors.map(({ id, name }) => (
          <button
            key={id}
            type="button"
            aria-pressed={id === active}
            data-command="detector.choose"
            data-detector-choice={name}
            style={{ "--detector": detectorColour(id) }}
            onClick={() => chooseDetector(item, id)}
          >
            <span class="swatch" />
            {name}
          </button>
        ))}
      </fieldset>
      {chosen && (
        <input
          class="exact"
          aria-label={`place of detector ${chosen.name}`}
          aria-invalid={wrong.value !== ""}
          title={wrong.value || "disc:x,y,r or ring:x,y,r0,r1 in px, mrad or 1/Å"}
          value={detectorText(chosen)}
          data-command="detector.type"
          onChange={(event) => {
            try {
              typeDetector(item, scan, event.currentTarget.value);
              wrong.value = "";
            } catch (error) {
              wrong.value = errorWords(error).message;
            }
          }}
        />
      )}
      <button type="button" data-command="detector.add-disc" onClick={() => addDetector(item, "disc", size)}>
        + Disc
      </button>
      <button type="button" data-command="detector.add-ring" onClick={() => addDetector(item, "ring", size)}>
        + Ring
      </button>
      <button
        type="button"
        data-command="detector.delete"
        disabled={detectors.length < 2}
        onClick={() => deleteActive(item)}
      >
        Delete
      </button>
      {wrong.value && (
        <span class="wrong" role="alert">
          {wrong.value}
        </span>
      )}
    </div>
  );
}
