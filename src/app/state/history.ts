import { computed, signal } from "@preact/signals";
import { canonicalText } from "../../recipes/hash.ts";
import {
  amended,
  type Change,
  changeBetween,
  EMPTY,
  type Recipe,
  type Recipes,
  replayAll,
  type Step,
} from "./steps.ts";

export type {
  AskedRun,
  MeasuredLine,
  Pin,
  PixelScale,
  Recipe,
  Recipes,
  Step,
  VirtualDetector,
} from "./steps.ts";

interface History {
  readonly start: Recipes;
  readonly steps: readonly Step[];
  /** Steps that are done; those after are undone and wait for a redo. */
  readonly done: number;
  /** Recipes after each number of steps. */
  readonly after: readonly Recipes[];
}

const history = signal<History>({ start: {}, steps: [], done: 0, after: [{}] });
/** Shown while a drag goes on; becomes a step when it ends. */
const passing = signal<Recipes | undefined>(undefined);

/** The recipes without a drag in progress. */
export const settledRecipes = computed<Recipes>(() => history.value.after[history.value.done]!);

/** The recipes as they are now, a drag in progress included. */
export const recipes = computed<Recipes>(() => passing.value ?? settledRecipes.value);
export const steps = computed(() => history.value.steps);
export const stepsDone = computed(() => history.value.done);
/** Name of the step that undo takes back and that redo brings back. */
export const undoable = computed(() => history.value.steps[history.value.done - 1]?.label);
export const redoable = computed(() => history.value.steps[history.value.done]?.label);
/** Which steps are off, and what edited ones do. */
export const amendments = computed(() => amended(history.value.steps, history.value.done));
/** Short text that two equal states share, for those who compare states from outside. */
export const stateDigest = computed(() => digest(canonicalText(settledRecipes.value)));

/** FNV-1a, 32 bits: tells states apart, and keeps nothing secret. */
function digest(text: string): string {
  let hash = 0x811c9dc5;
  for (let i = 0; i < text.length; i++) hash = Math.imul(hash ^ text.charCodeAt(i), 0x01000193);
  return (hash >>> 0).toString(16).padStart(8, "0");
}

/** The recipe of an item. */
export function recipeOf(key: string): Recipe {
  return recipes.value[key] ?? EMPTY;
}

function changed(key: string, change: (recipe: Recipe) => Recipe): Recipes {
  const before = settledRecipes.peek();
  return { ...before, [key]: change(before[key] ?? EMPTY) };
}

function push(step: Step): void {
  passing.value = undefined;
  const { start, steps: all, done, after } = history.peek();
  const next = [...all.slice(0, done), step];
  history.value = {
    start,
    steps: next,
    done: done + 1,
    after: replayAll(start, next, after.slice(0, done + 1)),
  };
}

/** Does a step; what was undone before it is forgotten. */
export function record(label: string, key: string, change: (recipe: Recipe) => Recipe): void {
  const before = settledRecipes.peek()[key] ?? EMPTY;
  push({ label, change: changeBetween(key, before, change(before)) });
}

/** Switches an earlier step off or on again; itself a step. */
export function switchStep(index: number, off: boolean): void {
  const { label } = history.peek().steps[index]!;
  push({ label: `Switch ${off ? "off" : "on"} ${index + 1}: ${label}`, step: index, off });
}

/** Gives an earlier step other numbers; itself a step, and those after it follow. */
export function editStep(index: number, edit: Change): void {
  const { label } = history.peek().steps[index]!;
  push({ label: `Edit ${index + 1}: ${label}`, step: index, edit });
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
  const { start, steps: all, done } = history.peek();
  if (start[key]) return;
  setHistory({ ...start, [key]: recipe }, all, done);
}

/** Begins from a start and steps, as a session kept them. */
export function setHistory(start: Recipes, all: readonly Step[], done: number): void {
  passing.value = undefined;
  history.value = { start, steps: all, done, after: replayAll(start, all) };
}

/** Everything that a session keeps of the history. */
export function keptHistory(): { start: Recipes; steps: readonly Step[]; done: number } {
  const { start, steps: all, done } = history.value;
  return { start, steps: all, done };
}

/** Goes to the state after so many steps. */
export function goTo(count: number): void {
  const from = performance.now();
  const now = history.peek();
  passing.value = undefined;
  history.value = { ...now, done: Math.max(0, Math.min(now.steps.length, count)) };
  performance.measure("litho:undo", { start: from });
}

export const undo = () => goTo(history.peek().done - 1);
export const redo = () => goTo(history.peek().done + 1);
