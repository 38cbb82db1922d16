import { focused } from "../state/workspace.ts";
import type { Command } from "./command.ts";

/** What the mounted panels can do, by panel. */
const able = new Map<string, Readonly<Record<string, () => void>>>();

/** Tells the commands what a panel can do; undefined when it goes. */
export function setActions(panel: string, actions: Readonly<Record<string, () => void>> | undefined): void {
  if (actions) able.set(panel, actions);
  else able.delete(panel);
}

/** A command that the panel with the focus carries out. */
function panelCommand(id: string, name: string, group: string, ...keys: string[]): Command {
  const action = () => able.get(focused.value ?? "")?.[id];
  return {
    ...{ id, name, group, keys, scope: "panel" },
    enabled: () => action() !== undefined,
    run: () => action()?.(),
  };
}

const MOVE = "Move the handle of the panel";
const LOOK = "Look";
const FRAMES = "Frames";
const DETECTOR = "Virtual detector";

/** The commands of panels; a panel does those that its actions name. */
export const panelCommands: readonly Command[] = [
  panelCommand("move.left", "Move left", MOVE, "ArrowLeft"),
  panelCommand("move.right", "Move right", MOVE, "ArrowRight"),
  panelCommand("move.up", "Move up", MOVE, "ArrowUp"),
  panelCommand("move.down", "Move down", MOVE, "ArrowDown"),
  panelCommand("move.left-10", "Move 10 left", MOVE, "Shift+ArrowLeft"),
  panelCommand("move.right-10", "Move 10 right", MOVE, "Shift+ArrowRight"),
  panelCommand("move.up-10", "Move 10 up", MOVE, "Shift+ArrowUp"),
  panelCommand("move.down-10", "Move 10 down", MOVE, "Shift+ArrowDown"),
  panelCommand("view.zoom-in", "Zoom in", LOOK, "+", "="),
  panelCommand("view.zoom-out", "Zoom out", LOOK, "-"),
  panelCommand("view.fit", "Fit", LOOK, "0"),
  panelCommand("view.one-to-one", "One to one", LOOK, "Shift+0", ")"),
  panelCommand("view.contrast", "Contrast from percentiles, again for stronger", LOOK, "A"),
  panelCommand("view.lock", "Hold the contrast, or let it follow", LOOK, "Shift+A"),
  panelCommand("view.scale", "Linear, gamma, logarithm", LOOK, "G"),
  panelCommand("view.colours", "Next colour map", LOOK, "C"),
  panelCommand("pattern.mean", "Pattern at the cursor, or mean of all", LOOK, "N"),
  panelCommand("map.boundaries", "Boundaries of the map", LOOK, "O"),
  panelCommand("measure.line", "Measure a line: length, scale, profile", "Measure", "M", "P"),
  panelCommand("measure.leave", "Leave the line", "Measure", "Escape"),
  panelCommand("frame.previous", "Previous frame", FRAMES, ","),
  panelCommand("frame.next", "Next frame", FRAMES, "."),
  panelCommand("frame.back-second", "A second back", FRAMES, "<", "Shift+,"),
  panelCommand("frame.on-second", "A second on", FRAMES, ">", "Shift+."),
  panelCommand("frame.first", "First frame", FRAMES, "Home"),
  panelCommand("frame.last", "Last frame", FRAMES, "End"),
  panelCommand("play.toggle", "Play or stop", FRAMES, "Space"),
  panelCommand("play.back", "Play backwards", FRAMES, "J"),
  panelCommand("play.stop", "Stop", FRAMES, "K"),
  panelCommand("play.faster", "Play, faster each time", FRAMES, "L"),
  panelCommand("map.x", "Inverse pole figure along x", LOOK, "X"),
  panelCommand("map.y", "Inverse pole figure along y", LOOK, "Y"),
  panelCommand("map.z", "Inverse pole figure along z", LOOK, "Z"),
  panelCommand("detector.smaller", "Smaller radius", DETECTOR, "["),
  panelCommand("detector.larger", "Larger radius", DETECTOR, "]"),
  panelCommand("detector.inner-smaller", "Smaller inner radius", DETECTOR, "{"),
  panelCommand("detector.inner-larger", "Larger inner radius", DETECTOR, "}"),
  panelCommand("detector.add-disc", "Add a disc", DETECTOR),
  panelCommand("detector.add-ring", "Add a ring", DETECTOR),
  panelCommand("detector.delete", "Delete the detector", DETECTOR, "Delete"),
];
