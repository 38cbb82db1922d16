import { keptHistory, setHistory } from "../state/history.ts";
import { selection } from "../state/selection.ts";
import { keptViews, setViews } from "../state/views.ts";
import { closeAll, files, giveAgain, maximised, shown, wanted } from "../state/workspace.ts";
import type { Session } from "./schema.ts";

/** The work in this page as a session, without the time. Reads signals: an effect that calls it runs when any changes. */
export function takeSession(): Omit<Session, "saved"> {
  const { x, y } = selection.cursor.value;
  const full = maximised.value;
  return {
    schema: "lithoscope/session/1",
    files: [
      ...files.value
        .filter(({ state }) => state !== "error")
        .map(({ handle, name, bytes, content }) => ({
          id: handle.id,
          name,
          bytes,
          ...(content && { content }),
        })),
      ...wanted.value,
    ],
    ...keptHistory(),
    views: keptViews(),
    place: { shown: shown.value, x, y, ...(full && { maximised: full }) },
  };
}

/** True where there is work that somebody would miss. */
export function hasWork(): boolean {
  // A file that only the address speaks of is nobody's work yet; its size is not known.
  const known = wanted.value.some(({ bytes }) => bytes > 0);
  return files.value.length > 0 || known || keptHistory().steps.length > 0;
}

/** Puts a session in the place of the work in this page; files that are open and belong to it are taken over. */
export async function applySession({
  files: known,
  start,
  steps,
  done,
  views,
  place,
}: Session): Promise<void> {
  const open = closeAll();
  setHistory(start, steps, done);
  setViews(views);
  maximised.value = place.maximised;
  wanted.value = known;
  selection.cursor.value = { x: place.x, y: place.y };
  shown.value = place.shown;
  await giveAgain(open);
}
