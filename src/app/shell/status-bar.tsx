import { useComputed } from "@preact/signals";
import { numberText } from "../../figures/number-text.ts";
import { pixelSizeOf, placeWords, scanAxes } from "../panels/axis-words.ts";
import { lastKept } from "../session/keeper.ts";
import { recipes } from "../state/history.ts";
import { selection } from "../state/selection.ts";
import { files, gridOf, shownEntry } from "../state/workspace.ts";

/** Exact numbers as text: under the pointer, at the cursor, between the first two pins. */
export function StatusBar() {
  const notices = files.value.reduce((sum, file) => sum + file.notices.length, 0);
  return (
    <footer class="status">
      <CursorWords />
      <span data-status="reading" class="reading">
        {selection.reading}
      </span>
      <PinWords />
      <span class="space" />
      {notices > 0 && (
        <span data-status="notices">
          {notices} {notices === 1 ? "notice" : "notices"}
        </span>
      )}
      {lastKept.value && (
        <span data-status="kept" title="Steps and places are kept in this browser; data never are.">
          kept {new Date(lastKept.value).toLocaleTimeString(undefined, { timeStyle: "short" })}
        </span>
      )}
      <span data-status="workers">{globalThis.navigator.hardwareConcurrency} cores</span>
    </footer>
  );
}

function CursorWords() {
  const words = useComputed(() => {
    const entry = shownEntry.value;
    if (!entry || !gridOf(entry.item)) return "";
    const { x, y } = selection.cursor.value;
    const place = placeWords(scanAxes(entry.item), x, y);
    return [`cursor ${x}, ${y}`, place].filter(Boolean).join(" · ");
  });
  return <span data-status="cursor">{words}</span>;
}

function PinWords() {
  const words = useComputed(() => {
    const entry = shownEntry.value;
    const [a, b] = (entry && recipes.value[entry.key]?.pins) ?? [];
    if (!entry || !a || !b) return "";
    const step = pixelSizeOf(scanAxes(entry.item));
    const [dx, dy] = [(b.x - a.x) * step.x, (b.y - a.y) * step.y];
    const angle = (Math.atan2(dy, dx) * 180) / Math.PI;
    return `${a.name}→${b.name} ${numberText(Math.hypot(dx, dy))} ${step.unit}, ${numberText(angle)}°`;
  });
  return <span data-status="pins">{words}</span>;
}
