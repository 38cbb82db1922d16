import type { Writer } from "../core/contracts.ts";
import { writer as ang } from "./ang/writer.ts";
import { writer as csv } from "./csv/writer.ts";
import { writer as ctf } from "./ctf/writer.ts";
import { writer as hdf5 } from "./hdf5/writer.ts";
import { writer as npy } from "./npy/writer.ts";
import { writer as tiff } from "./tiff/writer.ts";
import { writer as zarr } from "./zarr/writer.ts";

/** Every format that one item can be written in by its ending. */
export const writers: readonly Writer[] = [npy, csv, zarr, hdf5, tiff, ang, ctf];
