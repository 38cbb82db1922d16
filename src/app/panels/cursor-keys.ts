import { inside, type ScanPoint, selection } from "../state/selection.ts";

/** Commands of the arrow keys for a handle that lies on a grid. */
export function moveActions(move: (dx: number, dy: number) => void): Record<string, () => void> {
  const by = (dx: number, dy: number) => () => move(dx, dy);
  return {
    "move.left": by(-1, 0),
    "move.right": by(1, 0),
    "move.up": by(0, -1),
    "move.down": by(0, 1),
    "move.left-10": by(-10, 0),
    "move.right-10": by(10, 0),
    "move.up-10": by(0, -10),
    "move.down-10": by(0, 10),
  };
}

/** Arrow keys that move the cursor over a scan. */
export function cursorActions(width: number, height: number): Record<string, () => void> {
  return moveActions((dx, dy) => {
    const { x, y } = selection.cursor.peek();
    selection.hover.value = undefined;
    selection.cursor.value = inside({ x: x + dx, y: y + dy }, width, height);
  });
}

/** The pixel that a picture coordinate lies in, or undefined beside the picture. */
export function pixelAt(
  point: ScanPoint | undefined,
  { width, height }: { width: number; height: number },
): ScanPoint | undefined {
  if (!point) return undefined;
  const pixel = { x: Math.round(point.x), y: Math.round(point.y) };
  return pixel.x >= 0 && pixel.y >= 0 && pixel.x < width && pixel.y < height ? pixel : undefined;
}
