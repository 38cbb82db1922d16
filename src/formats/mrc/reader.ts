import type { Dataset, Item, Notice, OpenOptions, Reader, Signal, Source } from "../../core/contracts.ts";
import { LithoscopeError } from "../../core/errors.ts";
import { frameBlock } from "../axes.ts";
import { frameTile } from "../frames.ts";
import { decodeLabText, headText } from "../lab-text.ts";
import { siblingOf } from "../sibling.ts";
import { axesOf } from "./axes.ts";
import { acquisitions, deMeta, infoOf, parseInfo, positionTable, textBeside } from "./de.ts";
import { extendedOf, feiMeta, sectionTable } from "./extended.ts";
import { HEADER_BYTES, type MrcHeader, mrcError, parseMrc } from "./parse.ts";
import { type MrcPixels, pixelsOf } from "./pixels.ts";

const MAX_TEXT = 2 ** 22;

/** The movie of an acquisition that a file beside it belongs to. */
async function movieBeside(given: Source, path: string | undefined): Promise<Source | undefined> {
  const stated = path?.replace(/^.*[/\\]/, "");
  const named = acquisitions(given.name).flatMap((base) => [`${base}_movie.mrc`, `${base}_0_movie.mrc`]);
  for (const name of stated ? [stated, ...named] : named) {
    const found = await siblingOf(given, name);
    if (found) return found;
  }
  return undefined;
}

/** Sections that are in the file whole. */
function presentSections(source: Source, header: MrcHeader, pixels: MrcPixels, notices: Notice[]): number {
  const start = HEADER_BYTES + header.extendedBytes;
  const sections = header.size[2];
  const present = Math.min(sections, Math.floor((source.size - start) / pixels.bytes));
  if (present === 0)
    throw mrcError(`wanted ${pixels.bytes} bytes at ${start}, ${source.name} ends at ${source.size}`, start);
  if (present < sections) {
    const message = `mrc: ${present} of ${sections} sections are whole, file ends at ${source.size}; the rest is not measured`;
    notices.push({ code: "truncated", message, where: `byte ${start + present * pixels.bytes}` });
  }
  return present;
}

async function openMovie(
  source: Source,
  ref: Omit<Signal["ref"], "item">,
  stop?: AbortSignal,
): Promise<Dataset> {
  const header = await parseMrc(source, stop);
  const notices: Notice[] = [];
  const movie = /_movie\.mrcs?$/i.test(source.name);
  const text = movie ? await textBeside(source, "_info.txt", stop) : undefined;
  const info = text === undefined ? undefined : infoOf(parseInfo(text));
  const pixels = pixelsOf(header, info?.unsignedBytes ?? false, notices);
  const present = presentSections(source, header, pixels, notices);
  const extended = await extendedOf(source, header, stop);
  if (header.extendedBytes > 0 && !extended) {
    const message = `mrc: the extended header (${header.extendedBytes} bytes, "${header.extendedType}") is not of a kind that is read`;
    notices.push({ code: "extended-unknown", message, where: `byte ${HEADER_BYTES}` });
  }
  const fei = await feiMeta(source, header, extended, stop);
  const axes = axesOf(header, source.name, fei.pixel, info, notices);
  const [columns, rows] = header.size;
  const start = HEADER_BYTES + header.extendedBytes;
  const nav = axes.slice(0, -2).map(({ size }) => size);
  const signal: Signal = {
    kind: "signal",
    title: source.name,
    axes,
    dtype: pixels.dtype,
    value: { name: "intensity", unit: "1" },
    meta: {
      ...fei.meta,
      ...(info && deMeta(info)),
      "frames.present": { value: present, unit: "1", from: "counted" },
    },
    block: frameBlock(axes),
    ref: { ...ref, item: 0 },
    tile: frameTile(source, {
      format: "mrc",
      shape: [...nav, rows, columns],
      dtype: pixels.dtype,
      bigEndian: !header.littleEndian,
      at: (frame) => (frame < present ? start + frame * pixels.bytes : undefined),
      ...(pixels.packed && { packed: pixels.packed }),
    }),
  };
  const items: Item[] = [signal];
  if (extended) items.push(sectionTable(source, header, extended));
  const positions = movie ? await textBeside(source, "_scan_coordinates.csv", stop) : undefined;
  if (positions !== undefined)
    items.push(positionTable(positions, `${source.name}: scan position of each frame`));
  return { items, header: { mrc: header, info: info?.fields }, notices };
}

/** Scan positions without the movie that they belong to. */
async function openPositions(given: Source, stop?: AbortSignal): Promise<Dataset> {
  const text = decodeLabText(await given.read(0, Math.min(given.size, MAX_TEXT), stop));
  const message = `mrc: no movie is beside ${given.name}, it is a table of scan positions`;
  return {
    items: [positionTable(text, given.name)],
    header: {},
    notices: [{ code: "movie-missing", message }],
  };
}

export const reader: Reader = {
  async open(given: Source, stop?: AbortSignal, options: OpenOptions = {}) {
    const ref = { source: given.ref, format: "mrc", options };
    if (/_scan_coordinates\.csv$/i.test(given.name)) {
      const movie = await movieBeside(given, undefined);
      return movie ? openMovie(movie, ref, stop) : openPositions(given, stop);
    }
    const head = headText(await given.read(0, Math.min(256, given.size), stop));
    if (!/^Server Software Version\s*=/.test(head)) return openMovie(given, ref, stop);
    const text = decodeLabText(await given.read(0, Math.min(given.size, MAX_TEXT), stop));
    const path = parseInfo(text)["Autosave Movie Frames File Path"];
    const movie = await movieBeside(given, path);
    if (movie) return openMovie(movie, ref, stop);
    const what = path?.replace(/^.*[/\\]/, "") || `${acquisitions(given.name)[0]}_movie.mrc`;
    const message = `mrc: ${given.name} describes the movie ${what}, which is not beside it`;
    throw new LithoscopeError("Missing", message, { what, flag: "FILE" });
  },
};
