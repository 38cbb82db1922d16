import type { Dataset, Format, OpenOptions, Source } from "../core/contracts.ts";
import { LithoscopeError } from "../core/errors.ts";
import { angFormat } from "./ang/format.ts";
import { autolabFraFormat } from "./autolab-fra/format.ts";
import { bloFormat } from "./blo/format.ts";
import { chiFormat } from "./chi/format.ts";
import { cif } from "./cif/format.ts";
import { csvFormat } from "./csv/format.ts";
import { ctfFormat } from "./ctf/format.ts";
import { densFormat } from "./dens/format.ts";
import { dmFormat } from "./dm/format.ts";
import { elinsFormat } from "./elins/format.ts";
import { empadFormat } from "./empad/format.ts";
import { gamryFormat } from "./gamry/format.ts";
import { gzipFormat } from "./gzip/format.ts";
import { hdf5Format } from "./hdf5/format.ts";
import { impulseFormat } from "./impulse/format.ts";
import { iviumFormat } from "./ivium/format.ts";
import { jetFormat } from "./jet/format.ts";
import { jpegFormat } from "./jpeg/format.ts";
import { mibFormat } from "./mib/format.ts";
import { mprFormat } from "./mpr/format.ts";
import { mptFormat } from "./mpt/format.ts";
import { mrcFormat } from "./mrc/format.ts";
import { msaFormat } from "./msa/format.ts";
import { newareFormat } from "./neware/format.ts";
import { npyFormat } from "./npy/format.ts";
import { palmsensFormat } from "./palmsens/format.ts";
import { pngFormat } from "./png/format.ts";
import { protochipsFormat } from "./protochips/format.ts";
import { rawFormat } from "./raw/format.ts";
import { rippleFormat } from "./ripple/format.ts";
import { withScanShape } from "./scan-shape.ts";
import { tiaFormat } from "./tia/format.ts";
import { tiffFormat } from "./tiff/format.ts";
import { tvipsFormat } from "./tvips/format.ts";
import { versastudioFormat } from "./versastudio/format.ts";
import { zarrFormat } from "./zarr/format.ts";
import { zipFormat } from "./zip/format.ts";
import { zplotFormat } from "./zplot/format.ts";

/** Every format the engine knows; among equals the first listed is tried first. */
export const formats: readonly Format[] = [
  bloFormat,
  angFormat,
  ctfFormat,
  dmFormat,
  mibFormat,
  npyFormat,
  mprFormat,
  mptFormat,
  mrcFormat,
  msaFormat,
  newareFormat,
  gamryFormat,
  autolabFraFormat,
  chiFormat,
  densFormat,
  elinsFormat,
  impulseFormat,
  iviumFormat,
  jetFormat,
  palmsensFormat,
  protochipsFormat,
  versastudioFormat,
  zplotFormat,
  hdf5Format,
  rippleFormat,
  empadFormat,
  tiaFormat,
  tiffFormat,
  pngFormat,
  jpegFormat,
  tvipsFormat,
  zarrFormat,
  zipFormat,
  gzipFormat,
  cif,
  csvFormat,
  rawFormat,
];

/** Opens a file with the reader of one format; a shape without a dtype is the scan's, but for raw binary. */
export async function openWith(
  format: Format,
  source: Source,
  stop?: AbortSignal,
  options: OpenOptions = {},
): Promise<Dataset> {
  if (stop?.aborted) throw new LithoscopeError("Cancelled", `${source.name}: opening was cancelled`);
  const dataset = await (await format.load()).open(source, stop, options);
  const given = options.shape && !options.dtype && format.id !== "raw" ? options.shape : undefined;
  return given ? withScanShape(dataset, given, source.name) : dataset;
}
