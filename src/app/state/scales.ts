import { effect } from "@preact/signals";
import { LithoscopeError } from "../../core/errors.ts";
import { parseQuantity, parseUnit } from "../../core/unit.ts";
import { numberText } from "../../figures/number-text.ts";
import { type PixelScale, recipeOf, record, settledRecipes } from "./history.ts";
import { rescaled } from "./items.ts";
import { type Entry, files } from "./workspace.ts";

/** Units that lengths in reciprocal space and angles come to; lengths keep theirs. */
const COMMON: Readonly<Record<string, string>> = { "length^-1": "1/Å", angle: "mrad" };

/**
 * "200 nm", "5 nm^-1", "2 mrad": a length on a picture.
 *
 * @throws Usage for anything else
 */
export function parseLength(text: string): { value: number; unit: string } {
  const expected = "a length such as 200nm, 0.5/Å or 10mrad";
  const wrong = () =>
    new LithoscopeError("Usage", `length: wanted ${expected}, found "${text}"`, { path: "length", expected });
  const unit = /^\s*[\d.eE+-]+\s*(.*?)\s*$/.exec(text)?.[1];
  const known = unit && parseUnit(unit);
  if (!unit || !known) throw wrong();
  const shown = known.dimension === "length" ? unit : COMMON[known.dimension];
  if (shown === undefined) throw wrong();
  const { value } = parseQuantity(text, shown, "length");
  if (!(value > 0)) throw wrong();
  return { value, unit: shown };
}

/** Says how long a pixel of an item is; a step. */
export function setScale(key: string, scale: PixelScale): void {
  const what = scale.name === "nav" ? "step of the scan" : "pixel";
  record(`Set the ${what} to ${numberText(scale.value)} ${scale.unit}`, key, (recipe) => ({
    ...recipe,
    scales: [...recipe.scales.filter(({ name }) => name !== scale.name), scale],
  }));
}

/** Keeps the axes of open items as their recipes have them. */
export function followScales(): void {
  const applied = new WeakMap<Entry["item"], string>();
  effect(() => {
    void settledRecipes.value;
    let changed = false;
    const after = files.value.map((file) => {
      const entries = file.entries.map((entry): Entry => {
        const { scales } = recipeOf(entry.key);
        const text = JSON.stringify(scales);
        if (text === (applied.get(entry.item) ?? "[]")) return entry;
        const item = rescaled(entry.item, scales);
        applied.set(item, text);
        changed = true;
        return { ...entry, item };
      });
      return { ...file, entries };
    });
    if (changed) files.value = after;
  });
}
