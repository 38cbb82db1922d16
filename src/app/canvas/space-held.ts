let held = false;
if (typeof document !== "undefined") {
  document.addEventListener("keydown", (event) => {
    if (event.key === " ") held = true;
  });
  document.addEventListener("keyup", (event) => {
    if (event.key === " ") held = false;
  });
}

/** True while the space bar is down: then a drag moves the view. */
export const spaceHeld = () => held;
