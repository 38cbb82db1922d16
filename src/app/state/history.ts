import { computed, signal } from "@preact/signals";

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

/** What an item's recipe holds so far: everything that can be undone. Never changed in place. */
export interface Recipe {
  readonly detectors: readonly VirtualDetector[];
  /** Id of the detector whose image the navigator shows. */
  readonly active: number;
  readonly pins: readonly Pin[];
}

/** Recipes by item; the state that undo goes back to. */
export type Recipes = Readonly<Record<string, Recipe>>;

/** One named step and the state after it. */
export interface Step {
  readonly label: string;
  readonly after: Recipes;
}

export const EMPTY: Recipe = { detectors: [], active: 0, pins: [] };

interface History {
  readonly start: Recipes;
  readonly steps: readonly Step[];
  /** Steps that are done; those after are undone and wait for a redo. */
  readonly done: number;
}

const history = signal<History>({ start: {}, steps: [], done: 0 });
/** Shown while a drag goes on; becomes a step when it ends. */
const passing = signal<Recipes | undefined>(undefined);

/** The recipes without a drag in progress. */
export const settledRecipes = computed<Recipes>(() => {
  const { start, steps, done } = history.value;
  return done === 0 ? start : steps[done - 1]!.after;
});

/** The recipes as they are now, a drag in progress included. */
export const recipes = computed<Recipes>(() => passing.value ?? settledRecipes.value);
export const steps = computed(() => history.value.steps);
export const stepsDone = computed(() => history.value.done);
/** Name of the step that undo takes back and that redo brings back. */
export const undoable = computed(() => history.value.steps[history.value.done - 1]?.label);
export const redoable = computed(() => history.value.steps[history.value.done]?.label);

/** The recipe of an item. */
export function recipeOf(key: string): Recipe {
  return recipes.value[key] ?? EMPTY;
}

function changed(key: string, change: (recipe: Recipe) => Recipe): Recipes {
  const before = settledRecipes.peek();
  return { ...before, [key]: change(before[key] ?? EMPTY) };
}

/** Does a step; what was undone before it is forgotten. */
export function record(label: string, key: string, change: (recipe: Recipe) => Recipe): void {
  const after = changed(key, change);
  passing.value = undefined;
  const { start, steps: all, done } = history.peek();
  history.value = { start, steps: [...all.slice(0, done), { label, after }], done: done + 1 };
}

/** Shows a change that is not a step yet. */
export function showPassing(key: string, change: (recipe: Recipe) => Recipe): void {
  passing.value = changed(key, change);
}

/** Takes back what `showPassing` showed. */
export function dropPassing(): void {
  passing.value = undefined;
}

/** What an item has without anybody's doing; no step, and undo does not go behind it. */
export function setStart(key: string, recipe: Recipe): void {
  const put = (all: Recipes): Recipes => (all[key] ? all : { ...all, [key]: recipe });
  const { start, steps: all, done } = history.peek();
  history.value = { start: put(start), steps: all.map((s) => ({ ...s, after: put(s.after) })), done };
}

/** Goes to the state after so many steps. */
export function goTo(count: number): void {
  const { start, steps: all } = history.peek();
  passing.value = undefined;
  history.value = { start, steps: all, done: Math.max(0, Math.min(all.length, count)) };
}

export const undo = () => goTo(history.peek().done - 1);
export const redo = () => goTo(history.peek().done + 1);
