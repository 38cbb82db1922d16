import { COLUMN, text, textWidth } from "./svg.ts";

/** Names with a mark before each, right-aligned on the title's line where they fit, else in rows below it. */
export function plotLegend(
  title: string,
  entries: readonly { readonly name: string; readonly mark: (x: number, y: number) => string }[],
): { readonly svg: string; readonly rows: number } {
  const gap = 14;
  const before = 18;
  const widths = entries.map(({ name }) => before + textWidth(name));
  const total = widths.reduce((sum, w) => sum + w + gap, -gap);
  const parts: string[] = [];
  const put = (k: number, x: number, y: number) => {
    parts.push(entries[k]!.mark(x, y), text(x + before, y, entries[k]!.name));
  };
  if (total <= COLUMN - 12 - textWidth(title, 8, true) - 3 * gap) {
    let x = COLUMN - 12 - total;
    entries.forEach((_, k) => {
      put(k, x, 13);
      x += widths[k]! + gap;
    });
    return { svg: parts.join(""), rows: 0 };
  }
  let [x, rows] = [6, 1];
  entries.forEach((_, k) => {
    if (x > 6 && x + widths[k]! > COLUMN - 6) {
      x = 6;
      rows++;
    }
    put(k, x, 14 + 11 * rows);
    x += widths[k]! + gap;
  });
  return { svg: parts.join(""), rows };
}
