/** A press longer than this is no tap [ms]. */
const TAP = 400;

let since: number | undefined;
let used = false;
if (typeof document !== "undefined") {
  document.addEventListener("keydown", (event) => {
    if (event.key !== " " || event.repeat) return;
    since = performance.now();
    used = false;
  });
  document.addEventListener("pointerdown", () => {
    used = true;
  });
}

/** True while the space bar is down: then a drag moves the view. */
export const spaceHeld = () => since !== undefined;

/** Calls back when the space bar was pressed and let go without a drag meanwhile. */
export function onSpaceTap(tapped: (event: KeyboardEvent) => void): void {
  document.addEventListener("keyup", (event) => {
    if (event.key !== " ") return;
    const short = since !== undefined && performance.now() - since < TAP && !used;
    since = undefined;
    if (short) tapped(event);
  });
}
