/** A virtual detector on the pixels of a pattern; a disc has `inner` 0. */
export interface VirtualDetector {
  readonly id: number;
  readonly name: string;
  readonly x: number;
  readonly y: number;
  readonly inner: number;
  readonly outer: number;
}

/** A point that was pinned, with its letter. */
export interface Pin {
  readonly name: string;
  readonly x: number;
  readonly y: number;
}

/** A length that a person said a pixel has: over the scan ("nav"), or in its patterns or pictures ("signal"). */
export interface PixelScale {
  readonly name: "nav" | "signal";
  readonly value: number;
  readonly unit: string;
}

/** A line that is kept in the table of measurements, in pixels of a picture over the scan or of a pattern or picture. */
export interface MeasuredLine {
  readonly name: string;
  readonly role: PixelScale["name"];
  readonly x: number;
  readonly y: number;
  readonly x2: number;
  readonly y2: number;
}

/** An analysis of a table, with what was typed into its form as JSON. */
export interface AskedRun {
  readonly name: string;
  readonly asked: string;
}

/** What an item's recipe holds so far: everything that can be undone. Never changed in place. */
export interface Recipe {
  readonly detectors: readonly VirtualDetector[];
  /** Id of the detector whose image the navigator shows. */
  readonly active: number;
  readonly pins: readonly Pin[];
  readonly scales: readonly PixelScale[];
  readonly lines: readonly MeasuredLine[];
  /** Of each analysis the run that is shown. */
  readonly runs: readonly AskedRun[];
}

/** Recipes by item; the state that undo goes back to. */
export type Recipes = Readonly<Record<string, Recipe>>;

export const EMPTY: Recipe = { detectors: [], active: 0, pins: [], scales: [], lines: [], runs: [] };

/** The lists of a recipe, and what names an element of each. */
const LISTS = { detectors: "id", pins: "name", scales: "name", lines: "name", runs: "name" } as const;
type ListName = keyof typeof LISTS;
const LIST_NAMES = Object.keys(LISTS) as ListName[];
type Element = Readonly<Record<string, number | string>>;

/** One element of a list that a step added, changed or took away; of a changed one only the fields that changed. */
export interface Part {
  readonly list: ListName;
  readonly what: "added" | "changed" | "gone";
  readonly name: number | string;
  readonly fields: Element;
}

/** What a step does to one item's recipe. It says only what it changes, so that steps before it can be changed later. */
export interface Change {
  readonly item: string;
  readonly parts: readonly Part[];
  readonly active?: number;
}

/** One named step: it changes a recipe, or it changes what a step before it does. Steps are numbered from 0. */
export type Step = { readonly label: string } & (
  | { readonly change: Change }
  | { readonly step: number; readonly off: boolean }
  | { readonly step: number; readonly edit: Change }
);

const elements = (recipe: Recipe, list: ListName) => recipe[list] as unknown as readonly Element[];

/** What leads from one recipe to another. */
export function changeBetween(item: string, from: Recipe, to: Recipe): Change {
  const parts: Part[] = [];
  for (const list of LIST_NAMES) {
    const key = LISTS[list];
    const before = new Map(elements(from, list).map((one) => [one[key]!, one]));
    for (const one of elements(to, list)) {
      const name = one[key]!;
      const old = before.get(name);
      before.delete(name);
      const fields = Object.entries(one).filter(([field, value]) => old?.[field] !== value);
      if (fields.length > 0)
        parts.push({ list, what: old ? "changed" : "added", name, fields: Object.fromEntries(fields) });
    }
    for (const name of before.keys()) parts.push({ list, what: "gone", name, fields: {} });
  }
  return { item, parts, ...(from.active !== to.active && { active: to.active }) };
}

function applied(recipe: Recipe, { parts, active }: Change): Recipe {
  const next: Record<string, unknown> = { ...recipe, ...(active !== undefined && { active }) };
  for (const { list, what, name, fields } of parts) {
    const key = LISTS[list];
    const all = next[list] as readonly Element[];
    const others = all.filter((one) => one[key] !== name);
    // What is changed but not there any more (the step that added it is off) stays away.
    if (what === "changed") next[list] = all.map((one) => (one[key] === name ? { ...one, ...fields } : one));
    else next[list] = what === "added" ? [...others, fields] : others;
  }
  const made = next as unknown as Recipe;
  const known = made.detectors.some(({ id }) => id === made.active);
  return known ? made : { ...made, active: made.detectors[0]?.id ?? 0 };
}

function withChange(recipes: Recipes, change: Change): Recipes {
  return { ...recipes, [change.item]: applied(recipes[change.item] ?? EMPTY, change) };
}

/** Which steps are off, and what edited ones do, after the first `done` steps. */
export function amended(
  steps: readonly Step[],
  done: number,
): { off: Set<number>; edits: Map<number, Change> } {
  const off = new Set<number>();
  const edits = new Map<number, Change>();
  for (const step of steps.slice(0, done)) {
    if ("off" in step) off[step.off ? "add" : "delete"](step.step);
    else if ("edit" in step) edits.set(step.step, step.edit);
  }
  return { off, edits };
}

/** The recipes after the first `done` steps, from the first one on. */
export function replay(start: Recipes, steps: readonly Step[], done: number): Recipes {
  const { off, edits } = amended(steps, done);
  let recipes = start;
  steps.slice(0, done).forEach((step, i) => {
    if ("change" in step && !off.has(i)) recipes = withChange(recipes, edits.get(i) ?? step.change);
  });
  return recipes;
}

/** The recipes after each number of steps, one more than there are steps; what nothing amends is not computed twice. */
export function replayAll(start: Recipes, steps: readonly Step[], known: readonly Recipes[] = []): Recipes[] {
  const after = known.length > 0 ? [...known] : [start];
  for (let i = after.length - 1; i < steps.length; i++) {
    const step = steps[i]!;
    after.push("change" in step ? withChange(after[i]!, step.change) : replay(start, steps, i + 1));
  }
  return after;
}
