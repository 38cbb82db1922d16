import type { Format } from "../core/contracts.ts";
import { angFormat } from "./ang/format.ts";
import { bloFormat } from "./blo/format.ts";
import { cif } from "./cif/format.ts";
import { ctfFormat } from "./ctf/format.ts";
import { hdf5Format } from "./hdf5/format.ts";
import { npyFormat } from "./npy/format.ts";
import { rawFormat } from "./raw/format.ts";
import { tiffFormat } from "./tiff/format.ts";
import { zarrFormat } from "./zarr/format.ts";

/** Every format the engine knows; among equals the first listed is tried first. */
export const formats: readonly Format[] = [
  bloFormat,
  angFormat,
  ctfFormat,
  npyFormat,
  hdf5Format,
  tiffFormat,
  zarrFormat,
  cif,
  rawFormat,
];
