import { parseDetector, placeDetector } from "../../../analyses/diffraction/virtual-image/detectors.ts";
import type { Quantity, Signal } from "../../../core/contracts.ts";
import { electronWavelength } from "../../../science/scattering/electron.ts";
import {
  dropPassing,
  type Recipe,
  recipeOf,
  record,
  showPassing,
  type VirtualDetector,
} from "../../state/history.ts";

const round = (value: number) => Math.round(value * 100) / 100;

function withDetector(recipe: Recipe, changed: VirtualDetector): Recipe {
  return { ...recipe, detectors: recipe.detectors.map((d) => (d.id === changed.id ? changed : d)) };
}

/** "disc 63.8, 64.1 r 5" in the words of the command line: disc:63.8px,64.1px,5px. */
export function detectorText({ x, y, inner, outer }: VirtualDetector): string {
  const numbers = inner > 0 ? [x, y, inner, outer] : [x, y, outer];
  return `${inner > 0 ? "ring" : "disc"}:${numbers.map((value) => `${round(value)}px`).join(",")}`;
}

/** The active detector of a scan. */
export function chosenDetector(key: string): VirtualDetector | undefined {
  const { detectors, active } = recipeOf(key);
  return detectors.find(({ id }) => id === active);
}

/** A detector dragged by one of its handles to a place; radii stay in order. */
export function draggedTo(detector: VirtualDetector, handle: string, x: number, y: number): VirtualDetector {
  if (handle === "middle") return { ...detector, x: round(x), y: round(y) };
  const r = Math.hypot(x - detector.x, y - detector.y);
  if (handle === "outer") return { ...detector, outer: round(Math.max(detector.inner + 0.5, r)) };
  return { ...detector, inner: round(Math.max(0.5, Math.min(detector.outer - 0.5, r))) };
}

/** Shows a drag while it lasts; one step in the end. */
export function dragDetector(
  key: string,
  handle: string,
  x: number,
  y: number,
  end: "goes on" | "ends",
): void {
  const [id, part] = handle.split("/");
  const detector = recipeOf(key).detectors.find((d) => String(d.id) === id);
  if (!detector || part === undefined) return;
  const next = draggedTo(detector, part, x, y);
  if (end === "goes on") {
    showPassing(key, (recipe) => withDetector(recipe, next));
    return;
  }
  dropPassing();
  const what = part === "middle" ? "Move" : "Resize";
  record(`${what} ${next.name} to ${detectorText(next)}`, key, (recipe) => withDetector(recipe, next));
}

/** Changes the active detector as one step. */
export function changeActive(
  key: string,
  what: string,
  change: (d: VirtualDetector) => VirtualDetector,
): void {
  const detector = chosenDetector(key);
  if (!detector) return;
  const next = change(detector);
  if (next.outer <= next.inner || next.outer <= 0 || next.inner < 0) return;
  record(`${what} ${next.name} to ${detectorText(next)}`, key, (recipe) => withDetector(recipe, next));
}

/** Chooses whose image the navigator shows. */
export function chooseDetector(key: string, id: number): void {
  const name = recipeOf(key).detectors.find((d) => d.id === id)?.name ?? "";
  record(`Show ${name}`, key, (recipe) => ({ ...recipe, active: id }));
}

/** Adds a disc or ring beside those that are there. */
export function addDetector(key: string, shape: "disc" | "ring", size: number): void {
  const { detectors } = recipeOf(key);
  const id = Math.max(0, ...detectors.map((d) => d.id)) + 1;
  const { x, y } = detectors[0] ?? { x: size / 2, y: size / 2 };
  const place = shape === "disc" ? { x: round(x + size / 5), y, inner: 0 } : { x, y, inner: round(size / 8) };
  const outer = round(shape === "disc" ? size / 20 : size / 5);
  const next: VirtualDetector = { id, name: `D${id}`, outer, ...place };
  record(`Add ${shape} ${next.name}`, key, (r) => ({ ...r, detectors: [...r.detectors, next], active: id }));
}

/** Deletes the active detector, if it is not the last. */
export function deleteActive(key: string): void {
  const { detectors, active } = recipeOf(key);
  const gone = detectors.find(({ id }) => id === active);
  const left = detectors.filter((d) => d !== gone);
  if (!gone || left.length === 0) return;
  record(`Delete ${gone.name}`, key, (r) => ({ ...r, detectors: left, active: left[0]!.id }));
}

/**
 * Puts the active detector where the text says, in the words of the command line.
 *
 * @throws Usage or Missing as the command line does
 */
export function typeDetector(key: string, scan: Signal, text: string): void {
  const detector = chosenDetector(key);
  if (!detector) return;
  const axis = scan.axes.at(-1)!;
  const energy = scan.meta["beam.energy"] as Quantity | undefined;
  const beam = recipeOf(key).detectors[0] ?? detector;
  const { x, y, inner, outer } = placeDetector(parseDetector(text, detector.name, "detector"), {
    centre: [beam.x, beam.y],
    ...(axis.unit === "1/Å" && { pixel: Math.abs(axis.scale) }),
    ...(typeof energy === "object" && { wavelength: electronWavelength(energy.value) }),
  });
  const next = { ...detector, x: round(x), y: round(y), inner: round(inner), outer: round(outer) };
  record(`Put ${next.name} to ${detectorText(next)}`, key, (recipe) => withDetector(recipe, next));
}
