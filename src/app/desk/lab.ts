import { version } from "../../../package.json" with { type: "json" };
import type { Column, Item, Notice } from "../../core/contracts.ts";
import { LithoscopeError } from "../../core/errors.ts";
import type { FieldInfo, Schema } from "../../core/schema.ts";
import { type CyclePlotInput, cyclePlot } from "../../figures/cycle-plot.ts";
import type { Figure } from "../../figures/figure.ts";
import type { LabFound } from "../../reports/lab-found.ts";
import { type AskedFlags, flagOf, labCommand, labRecipe } from "../../reports/lab-recipe.ts";
import { labReport } from "../../reports/lab-report.ts";
import { CURRENT, findColumn, POTENTIAL } from "../../science/electrochemistry/columns.ts";
import { impedanceColumns } from "../../science/electrochemistry/impedance-columns.ts";
import { isSweep, type LabTable, labTables } from "../../science/electrochemistry/lab-tables.ts";
import { fileOf, identify } from "./datasets.ts";
import type { ItemHandle } from "./methods.ts";
import type { Context } from "./protocol.ts";

export interface LabRequest extends ItemHandle {
  /** Name of the file. */
  readonly name: string;
  /** An id of `labAnalyses`. */
  readonly analysis: string;
  /** As typed into the form. */
  readonly params: Readonly<Record<string, string | boolean>>;
}

/** What the command line would write, and what asks it for the same. */
export interface LabAnswer {
  readonly found: LabFound;
  readonly command: string;
  /** Absent where the browser gives the page no hashes, or the command line would take another table of the file. */
  readonly recipe?: Awaited<ReturnType<typeof labRecipe>>;
}

interface Work {
  readonly tables: readonly LabTable[];
  readonly name: string;
  readonly stop: AbortSignal;
  readonly progress: (done: number, total: number) => void;
}

interface Outcome {
  readonly asked: Readonly<Record<string, unknown>>;
  readonly version: number;
  readonly found: LabFound;
}

/** One analysis of laboratory files, loaded when it is asked for. */
interface LabAnalysis {
  readonly id: string;
  readonly title: string;
  /** True where the columns of a table may be enough for it. */
  takes(columns: readonly Column[]): boolean;
  schema(): Promise<Schema<unknown>>;
  run(params: Readonly<Record<string, unknown>>, work: Work): Promise<Outcome>;
}

const hasPotential = (columns: readonly Column[]) => findColumn(columns, POTENTIAL) !== undefined;
const hasBoth = (columns: readonly Column[]) =>
  hasPotential(columns) && findColumn(columns, CURRENT) !== undefined;

const cycling: LabAnalysis = {
  id: "cycling",
  title: "Cycling",
  takes: hasPotential,
  schema: async () => (await import("../../analyses/electrochemistry/cycling/analysis.ts")).CYCLING_PARAMS,
  async run(params, { tables, name, stop }) {
    const own = await import("../../analyses/electrochemistry/cycling/analysis.ts");
    const { analyseCycling } = await import("../../analyses/electrochemistry/cycling/analyse.ts");
    const { cyclingAnswer } = await import("../../analyses/electrochemistry/cycling/result-json.ts");
    const { cyclingFound } = await import("../../reports/cycling-found.ts");
    const { columns, electrode, choice, asked } = own.cyclingAsked(own.CYCLING_PARAMS.parse(params));
    const file = await own.cellOf(tables, columns, stop);
    const cell = analyseCycling(file.run, choice);
    const notices = [...file.notices, ...cell.notices];
    const found = cyclingFound({ version, notices, ...cyclingAnswer([name], [cell], electrode) });
    return { asked: { ...asked, join: false }, version: own.CYCLING_VERSION, found };
  },
};

const cv: LabAnalysis = {
  id: "cv",
  title: "Voltammogram",
  takes: hasBoth,
  schema: async () => (await import("../../analyses/electrochemistry/cv/analysis.ts")).CV_PARAMS,
  async run(params, { tables, name, stop }) {
    const own = await import("../../analyses/electrochemistry/cv/analysis.ts");
    const { analyseCv, CV_VERSION } = await import("../../analyses/electrochemistry/cv/analyse.ts");
    const { cvAnswer } = await import("../../analyses/electrochemistry/cv/result-json.ts");
    const { cvFound } = await import("../../reports/cv-found.ts");
    const { columns, cell, choice, asked } = own.cvAsked(own.CV_PARAMS.parse(params));
    const file = await own.voltammogramIn(tables, columns, stop);
    const result = analyseCv(file.run, choice);
    const { notices, ...answer } = cvAnswer([name], [result], cell);
    const said = [...file.notices, ...result.notices, ...notices];
    return { asked, version: CV_VERSION, found: cvFound({ version, ...answer, notices: said }) };
  },
};

const iv: LabAnalysis = {
  id: "iv",
  title: "Current and potential",
  takes: hasBoth,
  schema: async () => (await import("../../analyses/electrochemistry/iv/analysis.ts")).IV_PARAMS,
  async run(params, { tables, name, stop }) {
    const own = await import("../../analyses/electrochemistry/iv/analysis.ts");
    const { analyseIv, IV_VERSION } = await import("../../analyses/electrochemistry/iv/analyse.ts");
    const { ivAnswer } = await import("../../analyses/electrochemistry/iv/result-json.ts");
    const { ivFound } = await import("../../reports/iv-found.ts");
    const { columns, device, choice, asked } = own.ivAsked(own.IV_PARAMS.parse(params));
    const file = await own.ivRunIn(tables, columns, stop);
    const { found, notices } = analyseIv(file.run, choice);
    const said = [...file.notices, ...notices];
    return { asked, version: IV_VERSION, found: ivFound(version, name, ivAnswer(found, device), said) };
  },
};

const eis: LabAnalysis = {
  id: "eis",
  title: "Impedance",
  takes: (columns) => impedanceColumns(columns) !== undefined,
  schema: async () => (await import("../../analyses/electrochemistry/eis/params.ts")).EIS_PARAMS,
  async run(params, { tables, name, stop, progress }) {
    const own = await import("../../analyses/electrochemistry/eis/params.ts");
    const { analyseSpectra } = await import("../../analyses/electrochemistry/eis/analysis.ts");
    const { spectraIn } = await import("../../analyses/electrochemistry/eis/input.ts");
    const { eisAnswer } = await import("../../analyses/electrochemistry/eis/result-json.ts");
    const { eisFound } = await import("../../reports/eis-found.ts");
    const { params: parsed, bounds, asked, input } = own.eisAsked(own.EIS_PARAMS.parse(params));
    const notices: Notice[] = [];
    const spectra = await spectraIn({ name, tables }, input, notices, stop);
    progress(0, spectra.length);
    const run = analyseSpectra(spectra, parsed, bounds, 0, progress);
    const said = [...notices, ...run.notices];
    const found = eisFound({ version, name, ...eisAnswer(run, parsed), notices: said });
    return { asked, version: own.EIS_VERSION, found };
  },
};

const ALL: readonly LabAnalysis[] = [eis, cycling, cv, iv];

/** A form of an analysis that may take a table. */
export interface LabForm {
  readonly id: string;
  readonly title: string;
  readonly fields: Readonly<Record<string, FieldInfo>>;
}

/** Techniques, as instruments name them, and the analysis that is meant for each. */
const MEANT: readonly [RegExp, string][] = [
  [/voltamm|\bCV\b/i, "cv"],
  [/I-?V charact|linear polari|chronoamp|\bCA\b/i, "iv"],
];

/** The analyses that may take a table, the likeliest first. */
export async function labForms({
  columns,
  technique,
}: {
  readonly columns: readonly Column[];
  /** As the file names it. */
  readonly technique: string;
}): Promise<LabForm[]> {
  const able = ALL.filter(({ takes }) => takes(columns));
  const meant = MEANT.find(([names]) => names.test(technique))?.[1];
  const sorted = [...able].sort((a, b) => Number(b.id === meant) - Number(a.id === meant));
  return Promise.all(
    sorted.map(async ({ id, title, schema }) => ({ id, title, fields: (await schema()).fields })),
  );
}

/** The table of an item; where it is followed by its single sweeps, it and those. */
function tablesAt(items: readonly Item[], at: number): LabTable[] {
  const of = (i: number) => (items[i] ? labTables([items[i]!])[0] : undefined);
  const own = of(at);
  if (!own) throw new LithoscopeError("Unsupported", "wanted a table of an instrument, found none");
  const tables = [own];
  if (!isSweep(own))
    for (let i = at + 1, next = of(i); next && isSweep(next); next = of(++i)) tables.push(next);
  return tables;
}

/** True where the command line, which takes the whole file, takes another table than these. */
function takesOther({ takes, id }: LabAnalysis, items: readonly Item[], own: readonly LabTable[]): boolean {
  const all = labTables(items).filter((one) => takes(one.table.columns));
  const mine = (one: LabTable) => own.some(({ table }) => table === one.table);
  return id === "eis" ? !all.every(mine) : all.length > 0 && !mine(all[0]!);
}

/** The flags that ask for what was typed into a form. */
function flagsOf(params: LabRequest["params"], fields: LabForm["fields"]): AskedFlags {
  return Object.fromEntries(
    Object.entries(params).flatMap(([name, value]) => {
      const info = fields[name];
      if (!info || value === false || value === "") return [];
      const several = info.type === "list" && typeof value === "string";
      return [[flagOf(name), several ? value.split(";").map((part) => part.trim()) : value]];
    }),
  );
}

/** Runs an analysis of the table of an item. Progress counts spectra of impedance. */
export async function lab(request: LabRequest, { progress, stop }: Context): Promise<LabAnswer> {
  const analysis = ALL.find(({ id }) => id === request.analysis);
  if (!analysis) throw new LithoscopeError("Usage", `no analysis is called ${request.analysis}`);
  const { dataset } = await fileOf(request.file, stop);
  const tables = tablesAt(dataset.items, request.item);
  const { fields } = await analysis.schema();
  const given = Object.fromEntries(Object.entries(request.params).filter(([, value]) => value !== ""));
  const say = (done: number, total: number) => progress({ done, total });
  const { name } = request;
  const { asked, version: of, found } = await analysis.run(given, { tables, name, stop, progress: say });
  const flags = flagsOf(request.params, fields);
  const notices = [...dataset.notices, ...found.notices];
  const answer = { found: { ...found, notices }, command: labCommand(analysis.id, [name], flags) };
  // What was said of how to open the file has no flag here.
  const opened = Object.keys(request.file.options ?? {}).length > 0;
  if (!crypto.subtle || opened || takesOther(analysis, dataset.items, tables)) return answer;
  const input = { file: name, id: await identify(request.file, stop) };
  const what = { verb: analysis.id, version: of, inputs: [input], params: asked, seed: 0 };
  return { ...answer, recipe: await labRecipe(what, flags) };
}

/** A figure of many lines with some of them only, the others left out. */
export async function someCycles({
  from,
  groups,
}: {
  readonly from: CyclePlotInput;
  readonly groups: readonly string[];
}): Promise<Figure> {
  const lines = from.lines.filter(({ group }) => group === undefined || groups.includes(group));
  return cyclePlot({ ...from, lines });
}

/** report.html as the command line writes it, with the figures as SVG inside. */
export async function labPage({ found, command, recipe }: LabAnswer): Promise<string> {
  const inputs = Object.fromEntries((recipe?.inputs ?? []).map(({ file, id }) => [file, id]));
  const files = await labReport({ ...found, inputs, command, recipe: recipe ?? {}, version });
  return String(files.find(({ path }) => path === "report.html")!.bytes);
}
