import type { Numeric, Region } from "../../core/contracts.ts";
import type { OrientationMap } from "../../core/orientation-map.ts";
import { closeFile, type FileHandle, identify, itemOf, type OpenedFile, openFile } from "./datasets.ts";
import { forgetRun, keptRuns } from "./kept-runs.ts";
import { lab, labForms, labPage, someCycles } from "./lab.ts";
import { mapBoundaries, mapPicture } from "./map-picture.ts";
import { forgetScan, imageInMemory, navigate, preview, virtualImage } from "./navigate.ts";
import { pointsAlong, poles } from "./poles.ts";
import type { Context } from "./protocol.ts";
import { glance, seriesSums, sizeOf } from "./questions.ts";
import { analysesFor, explain, report, run } from "./run.ts";
import { sortedRows } from "./sorted-rows.ts";
import { spotSummary } from "./spot-summary.ts";

/** One item of one file. */
export interface ItemHandle {
  readonly file: FileHandle;
  readonly item: number;
}

type Drawing = typeof import("./export.ts");
const drawing = (): Promise<Drawing> => import("./export.ts");

/** Everything that the page asks of its desk worker. Arguments and answers survive structuredClone. */
export const methods = {
  open: (file: FileHandle, { stop }: Context): Promise<OpenedFile> => openFile(file, stop),

  identify: (file: FileHandle, { stop }: Context): Promise<string> => identify(file, stop),

  async close({ id }: { readonly id: number }): Promise<void> {
    forgetScan(id);
    await closeFile(id);
  },

  async tile(
    { file, item, region }: ItemHandle & { readonly region: Region },
    { stop }: Context,
  ): Promise<Numeric> {
    return (await itemOf(file, item, "signal")).tile(region, stop);
  },

  async rows(
    { file, item, column, from, to }: ItemHandle & { readonly column: string; from: number; to: number },
    { stop }: Context,
  ): Promise<Float64Array | string[]> {
    return (await itemOf(file, item, "table")).read(column, from, to, stop);
  },

  async streamRows(
    { file, item, column, from, to }: ItemHandle & { readonly column: string; from: number; to: number },
    { stop }: Context,
  ): Promise<Float64Array | string[]> {
    return (await itemOf(file, item, "stream")).table.read(column, from, to, stop);
  },

  async points({ file, item, from, to }: ItemHandle & { from: number; to: number }, { stop }: Context) {
    return (await itemOf(file, item, "points")).points(from, to, stop);
  },

  // Loaded when somebody exports: what draws PNG is large.
  drawPicture: async (args: Parameters<Drawing["drawPicture"]>[0]) => (await drawing()).drawPicture(args),
  pictureCsv: async (args: Parameters<Drawing["pictureCsv"]>[0]) => (await drawing()).pictureCsv(args),
  pictureArray: async (args: Parameters<Drawing["pictureArray"]>[0]) => (await drawing()).pictureArray(args),
  drawRow: async (args: Parameters<Drawing["drawRow"]>[0]) => (await drawing()).drawRow(args),
  drawPng: async (args: Parameters<Drawing["drawPng"]>[0]) => (await drawing()).drawPng(args),

  async sortedRows({ values, falls }: { readonly values: Float64Array | string[]; falls: boolean }) {
    return sortedRows(values, falls);
  },

  labForms,
  lab,
  someCycles,
  labPage,
  spotSummary,
  seriesSums,
  sizeOf: (handle: FileHandle) => sizeOf(handle),
  glance,
  poles,
  pointsAlong,
  navigate,
  preview,
  imageInMemory,
  virtualImage,
  mapPicture,
  mapBoundaries: (map: OrientationMap) => mapBoundaries(map),
  analysesFor,
  run,
  explain,
  report,
  keptRuns: async (_none: object) => keptRuns(),
  forgetRun,
};

export type Methods = typeof methods;
