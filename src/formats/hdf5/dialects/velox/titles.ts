import { at, entriesAt, type Json, textAt } from "./parse.ts";

/** Operations that make an image from others, where no display shows it. */
const MADE: readonly (readonly [operation: string, path: string, title: (operation: Json) => string])[] = [
  ["CameraInputOperation", "dataPath", (o) => textAt(o, "cameraName") ?? "camera"],
  ["StemInputOperation", "dataPath", (o) => textAt(o, "detector") ?? "STEM"],
  ["SurfaceReconstructionOperation", "unfilteredDataPath", (o) => integration(o)],
  ["SurfaceReconstructionOperation", "dataPath", (o) => `${filtered(o)}${integration(o)}`],
  ["MathematicsOperation", "dataPath", (o) => difference(o)],
  ["DpcOperation", "dataPath", () => "DPC"],
  ["IntegrationOperation", "dataPath", () => "DCFI"],
  ["FftOperation", "imageOutputPath", () => "FFT"],
];

function integration(operation: Json): string {
  return textAt(operation, "integrationMode") === "true" ? "iDPC" : "dDPC";
}

function filtered(operation: Json): string {
  return textAt(operation, "enableFilter") === "true" ? "Filtered " : "";
}

/** The two differences of a four-segment detector: which one tells the place where its output goes. */
function difference(operation: Json): string {
  const outputs = at(operation, "outputs");
  const index = Array.isArray(outputs) ? textAt(outputs[0], "inputIndex") : undefined;
  return index === "0" ? "A-C" : index === "1" ? "B-D" : "difference";
}

/** Velox writes labels as parts of an address: "FFT%231" is "FFT#1". */
function plainLabel(text: string): string {
  try {
    return decodeURIComponent(text);
  } catch {
    return text;
  }
}

function put(titles: Map<string, string>, path: string | undefined, title: string | undefined): void {
  if (path !== undefined && title !== undefined && !titles.has(path)) titles.set(path, title);
}

/**
 * Titles of the data groups by path, as the displays label them, else after the operation that makes them.
 *
 * @param documents the groups Displays (version 11), SharedProperties, Presentation and Operations
 */
export function titlesOf(documents: Json): Map<string, string> {
  const titles = new Map<string, string>();
  for (const [, display] of entriesAt(documents, "Presentation", "Displays", "ImageDisplay")) {
    const label = textAt(display, "display", "label");
    put(titles, textAt(display, "dataPath"), label && plainLabel(label));
  }
  for (const [, display] of entriesAt(documents, "Displays", "ImageDisplay")) {
    const path = textAt(display, "data")
      ?.split("/")
      .filter((name) => name !== "");
    const label = textAt(display, "title") ?? textAt(display, "id");
    put(titles, path && textAt(documents, ...path, "dataPath"), label && plainLabel(label));
  }
  for (const [name, key, title] of MADE) {
    for (const [, operation] of entriesAt(documents, "Operations", name)) {
      put(titles, textAt(operation, key), title(operation));
    }
  }
  return titles;
}
