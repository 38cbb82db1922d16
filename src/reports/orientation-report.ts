import type { Notice, Quantity } from "../core/contracts.ts";
import type { CrystalSymmetry, OrientationArrays } from "../figures/orientation-arrays.ts";
import { commandLine } from "./command-line.ts";
import { figuresOf, type NamedFigure } from "./figures-of.ts";
import { type Asked, bibtex, citationLine, methodsText } from "./methods-text.ts";
import { packPixels } from "./pixel-data.ts";
import { reportHtml } from "./report-html.ts";
import { noticesCsv, valuesCsv } from "./table-csv.ts";

/** The content of `result.json` as far as a report reads it. */
export interface ResultJson {
  readonly version: string;
  readonly complete: boolean;
  readonly asked: Asked;
  readonly values: Readonly<Record<string, Quantity>>;
  readonly notices: readonly Notice[];
  readonly [key: string]: unknown;
}

export interface OrientationReportInput {
  /** The maps as `indexScan` returns them; what is absent is left out of the report. */
  readonly maps: OrientationArrays;
  /** Distance between scan points; lengths are in px without it. */
  readonly step?: Quantity;
  readonly result: ResultJson;
  /** In the order of `maps.phases`; boundaries and colours of directions need them, the rest does not. */
  readonly crystals: readonly CrystalSymmetry[];
  /** Draws a figure as PNG (`figurePng` of figures/png.node.ts); no PNG files without it. */
  readonly png?: (svg: string) => Promise<Uint8Array>;
  /** Content of `recipe.json`: shown, and read for the content ids of the inputs; `result.asked` if absent. */
  readonly recipe?: unknown;
  readonly stop?: AbortSignal;
}

/** Files with their content ids: from the recipe where it is known, else as `asked` names them. */
function inputsOf(asked: Asked, recipe: unknown): Record<string, string> {
  const listed = (recipe as { inputs?: unknown } | undefined)?.inputs;
  const found: Record<string, string> = asked.scan ? { [asked.scan.file]: asked.scan.id } : {};
  for (const file of Object.values(asked.crystals ?? {})) found[file] = "not recorded";
  for (const { file, id } of Array.isArray(listed) ? listed : []) {
    if (typeof file === "string" && typeof id === "string") found[file] = id;
  }
  return found;
}

/** A file of a result folder, path with forward slashes. */
export interface ReportFile {
  readonly path: string;
  readonly bytes: Uint8Array | string;
}

function percent(part: number, whole: number): string {
  return `${((100 * part) / whole).toFixed(1)}\u00a0%`;
}

/** The answer in three sentences. */
function answerOf({ maps, step }: OrientationReportInput, grains: number, meanDiameter: number): string[] {
  const count = maps.width * maps.height;
  const trusted = Array.from(maps.trustworthy).filter((v) => v > 0).length;
  const amorphous = Array.from(maps.amorphous).filter((v) => v > 0.5).length;
  const shares = maps.phases.map((name, p) => {
    const own = Array.from(maps.phase).filter((v, i) => v === p && maps.trustworthy[i]).length;
    return `${name} ${percent(own, count)}`;
  });
  const unit = step?.unit ?? "px";
  return [
    `The program stands for phase and orientation at ${percent(trusted, count)} of ${count} points: ${shares.join(", ")}.`,
    `At ${percent(amorphous, count)} of the points more than half of the film is amorphous.`,
    grains === 0
      ? "No grain has five points or more."
      : `${grains} grains of five points or more have a mean equivalent diameter of ${meanDiameter.toPrecision(3)} ${unit}.`,
  ];
}

const PYTHON = `import zarr
m = zarr.open_group("maps.zarr", mode="r")  # units, axes and conventions: m.attrs, m["phase"].attrs
phase, reliability = m["phase"][:], m["reliability"][:]  # row, column; -1 and NaN: no value
q = m["orientation"][:]  # w, x, y, z, crystal to sample
# orix and Bunge's g go from sample to crystal: orix.quaternion.Orientation(q * [1, -1, -1, -1])`;

/**
 * Every file of a report on an orientation map: `report.html`, `figures/NAME.svg|png|csv|txt`, `tables/values.csv`, `tables/notices.csv`,
 * `methods.md`, `citations.bib`. The command line writes them into the result folder.
 */
export async function orientationReport(input: OrientationReportInput): Promise<ReportFile[]> {
  const { maps, step, result, crystals, png, stop } = input;
  const pictures = new Map<string, Promise<Uint8Array>>();
  const made = ({ id, figure }: NamedFigure) => {
    const picture = png?.(figure.svg);
    // Whoever stops before its turn does not wait for it.
    picture?.catch(() => undefined);
    if (picture) pictures.set(id, picture);
  };
  const { figures, grains } = figuresOf({ maps, crystals, made, ...(step && { step }) });
  const files: ReportFile[] = [
    { path: "tables/values.csv", bytes: valuesCsv(result.values) },
    { path: "tables/notices.csv", bytes: noticesCsv(result.notices) },
  ];
  for (const { id, figure } of figures) {
    files.push({ path: `figures/${id}.svg`, bytes: figure.svg });
    files.push({ path: `figures/${id}.csv`, bytes: figure.data });
    files.push({ path: `figures/${id}.txt`, bytes: `${figure.caption}\n` });
  }
  const methods = methodsText(result.version, result.asked, result.values, maps);
  const references = methods.citations.map((c, i) => `${i + 1}. ${citationLine(c)}`).join("\n");
  files.push({ path: "methods.md", bytes: `${methods.paragraph}\n\n${references}\n` });
  files.push({ path: "citations.bib", bytes: bibtex(methods.citations) });
  const mean = grains.reduce((sum, row) => sum + row.diameter, 0) / grains.length;
  const scan = result.asked.scan;
  files.push({
    path: "report.html",
    bytes: reportHtml({
      title: `Orientation map of ${scan ? scan.file.split(/[\\/]/).at(-1) : "a scan"}`,
      answer: answerOf(input, grains.length, mean),
      values: result.values,
      notices: result.notices,
      complete: result.complete,
      figures,
      pixels: packPixels(maps, step, crystals),
      methods,
      inputs: inputsOf(result.asked, input.recipe),
      command: commandLine(result.asked),
      python: PYTHON,
      recipe: input.recipe ?? result.asked,
      version: result.version,
    }),
  });
  for (const [id, picture] of pictures) {
    stop?.throwIfAborted();
    files.push({ path: `figures/${id}.png`, bytes: await picture });
  }
  return files;
}
