/**
 * Path data along the sides of pixels, runs joined to one stroke: `below(i)` for the side under point i, `right(i)`
 * for the one to its right. Coordinates are scan pixels from the corner of the first.
 */
export function sidePath(
  width: number,
  height: number,
  below: (i: number) => boolean,
  right: (i: number) => boolean,
): string {
  const parts: string[] = [];
  for (let y = 0; y < height; y++) {
    for (let x = 0; x < width; x++) {
      const start = x;
      while (x < width && below(y * width + x)) x++;
      if (x > start) parts.push(`M${start} ${y + 1}h${x - start}`);
    }
  }
  for (let x = 0; x < width; x++) {
    for (let y = 0; y < height; y++) {
      const start = y;
      while (y < height && right(y * width + x)) y++;
      if (y > start) parts.push(`M${x + 1} ${start}v${y - start}`);
    }
  }
  return parts.join("");
}
