import type { DType, Notice, Numeric, Reader, Region, Signal, Source } from "../../core/contracts.ts";
import { isLithoscopeError, LithoscopeError } from "../../core/errors.ts";
import { pixelAxis } from "../axes.ts";
import { frameTile } from "../frames.ts";
import { checkRegion, countOf, DTYPES, elementBytes, plainTile, stridesOf, typed } from "../regions.ts";
import { type Decoder, decoderOf } from "../tiff-decoder.ts";
import { axesOf } from "./axes.ts";
import { checkPieces } from "./bounds.ts";
import { describedSignal } from "./described.ts";
import { imageJ } from "./image-j.ts";
import {
  type Directory,
  numberTag,
  numberTags,
  parseTiff,
  TAG,
  type TiffHeader,
  tiffError,
} from "./parse.ts";

/** Compressions of which the decoder gives the values as stored: none, LZW, deflate, PackBits, Zstandard. */
const COMPRESSIONS = [1, 5, 8, 32773, 32946, 50000];
/** JPEG inside TIFF: the values are what its compression left. */
const JPEG = 7;
/** Photometric interpretation of inks (cyan, magenta, yellow, black), which are no colours of light. */
const SEPARATED = 5;
/** Most samples of a pixel that are given out as planes. */
const MAX_SAMPLES = 256;

/** A strip or tile is decoded whole, so that its size is the memory that reading one pixel takes [pixels]. */
const MAX_PIECE = 2 ** 27;

interface Page {
  readonly directory: Directory;
  /** Place in the chain of directories. */
  readonly index: number;
  readonly width: number;
  readonly height: number;
  readonly dtype: DType;
  /** Bits of a stored pixel. */
  readonly bits: number;
  /** Numbers of a stored pixel that are given out; absent where all are. */
  readonly samples?: readonly number[];
  /** Samples that are no colours, each given out as a plane; absent where there is one. */
  readonly channels?: number;
}

function unsupported(feature: string): string {
  return `${feature} is not read`;
}

/** Width and height of the pieces in which a page is stored: tiles, or strips of its whole width. */
function pieceOf(directory: Directory, width: number, height: number): readonly [number, number] {
  const tile = numberTag(directory, TAG.tileWidth);
  if (tile !== undefined) return [tile, numberTag(directory, TAG.tileLength) ?? 0];
  // Writers state 2³² − 1 rows for a single strip.
  return [width, Math.min(height, numberTag(directory, TAG.rowsPerStrip) ?? height)];
}

/** Element type of a number as it is stored: less than a byte or two bytes fill one, halves are widened. */
function typeOf(format: number, bits: number): DType | undefined {
  if (format === 1 && bits < 16 && bits > 0) return bits <= 8 ? "u8" : "u16";
  if (format === 3 && bits === 16) return "f32";
  const name = `${{ 1: "u", 2: "i", 3: "f" }[format]}${bits}`;
  return Object.hasOwn(DTYPES, name) ? (name as DType) : undefined;
}

/** The page's size and element type, or the words for why it is not read. */
function pageOf(directory: Directory, index: number): Page | string {
  const width = numberTag(directory, TAG.width) ?? 0;
  const height = numberTag(directory, TAG.height) ?? 0;
  const piece = pieceOf(directory, width, height);
  const whole = [width, height, ...piece].every((size) => Number.isInteger(size) && size > 0);
  if (!whole) {
    const size = `${width} × ${height} in pieces of ${piece.join(" × ")}`;
    throw tiffError(`page ${index} is ${size}`, directory.offset);
  }
  if (piece[0] * piece[1] > MAX_PIECE) return unsupported(`a piece of ${piece.join(" × ")} pixels`);
  const compression = numberTag(directory, TAG.compression) ?? 1;
  const known = COMPRESSIONS.includes(compression) || compression === JPEG;
  if (!known) return unsupported(`compression ${compression}`);
  const stated = numberTags(directory, TAG.bitsPerSample);
  const samples = numberTag(directory, TAG.samplesPerPixel) ?? 1;
  // One bit where nothing is stated, one number for all where one is.
  const bits = Array.from({ length: Math.min(samples, MAX_SAMPLES) }, (_, i) => stated[i] ?? stated[0] ?? 1);
  const format = numberTag(directory, TAG.sampleFormat) ?? 1;
  const dtype = typeOf(format, bits[0]!);
  const even = bits.every((n) => n === bits[0]);
  if (!dtype || !even || samples < 1 || samples > MAX_SAMPLES)
    return unsupported(`${samples} sample(s) of ${bits.slice(0, 4).join(", ")} bits, format ${format}`);
  const page = { directory, index, width, height, dtype, bits: bits[0]! * samples };
  if (samples === 1) return page;
  const photometric = numberTag(directory, TAG.photometric);
  const grey = photometric === 0 || photometric === 1;
  const colours = format === 1 && bits[0] === 8 && photometric !== SEPARATED && !grey;
  if (colours && samples === 3) return { ...page, dtype: "rgb8" };
  if (colours && samples === 4) return { ...page, dtype: "rgb8", samples: [0, 1, 2] };
  const alpha = numberTag(directory, TAG.extraSamples) ?? 0;
  if (grey && samples === 2 && alpha > 0) return { ...page, samples: [0] };
  return { ...page, channels: samples };
}

/** True where every piece of the page lies inside the file. */
function isWhole({ directory, width, height, bits }: Page, size: number): boolean {
  const tiled = directory.tags.has(TAG.tileOffsets);
  const offsets = numberTags(directory, tiled ? TAG.tileOffsets : TAG.stripOffsets);
  const counts = numberTags(directory, tiled ? TAG.tileByteCounts : TAG.stripByteCounts);
  const inside = offsets.every((at, i) => at + (counts[i] ?? 0) <= size);
  const plain = (numberTag(directory, TAG.compression) ?? 1) === 1 && !tiled;
  const wanted = plain ? height * Math.floor((width * bits) / 8) : 0;
  const stored = counts.reduce((sum, n) => sum + n, 0);
  // Writers leave out the byte counts of a single strip.
  const enough = counts.length === 0 ? (offsets[0] ?? size) + wanted <= size : stored >= wanted;
  const [pieceWidth, pieceHeight] = pieceOf(directory, width, height);
  const pieces = Math.ceil(width / pieceWidth) * Math.ceil(height / pieceHeight);
  return offsets.length >= pieces && inside && enough;
}

/** Runs of pages of one size and type; smaller versions of a page are kept apart. */
function stacksOf(pages: readonly Page[]): Page[][] {
  const key = (page: Page) =>
    [
      page.width,
      page.height,
      page.dtype,
      page.channels,
      (numberTag(page.directory, TAG.newSubfileType) ?? 0) & 1,
    ].join();
  const stacks = new Map<string, Page[]>();
  for (const page of pages) {
    const stack = stacks.get(key(page));
    if (stack) stack.push(page);
    else stacks.set(key(page), [page]);
  }
  return [...stacks.values()];
}

/** Reads regions of a stack page by page; only the rows and columns asked for are decoded. */
function stackTile(
  source: Source,
  decoder: () => Promise<Decoder>,
  stack: readonly Page[],
  shape: readonly number[],
) {
  const { dtype } = stack[0]!;
  const nav = shape.slice(0, -2);

  async function window(page: Page, [top, left, bottom, right]: readonly number[], stop?: AbortSignal) {
    if (stop?.aborted) throw new LithoscopeError("Cancelled", "tiff: reading was cancelled");
    const { directory, width, height } = page;
    await checkPieces(
      source,
      directory,
      pieceOf(directory, width, height),
      [top!, left!, bottom!, right!],
      stop,
    );
    try {
      const image = await (await decoder()).getImage(page.index);
      // One bit is what a directory means that states none; the decoder asks for a number.
      const stated = image.fileDirectory.actualizedFields;
      if (!directory.tags.has(TAG.bitsPerSample)) stated.set(TAG.bitsPerSample, [1]);
      const samples = page.samples ? { samples: [...page.samples] } : {};
      const options = { window: [left!, top!, right!, bottom!], interleave: true as const, ...samples };
      return (await image.readRasters(
        stop ? { ...options, signal: stop as never } : options,
      )) as unknown as Numeric;
    } catch (error) {
      if (stop?.aborted) throw new LithoscopeError("Cancelled", "tiff: reading was cancelled");
      if (isLithoscopeError(error)) throw error;
      const reason = error instanceof Error ? error.message : String(error);
      throw tiffError(`page ${page.index} cannot be decoded: ${reason}`, directory.offset, error);
    }
  }

  return async (region: Region, stop?: AbortSignal): Promise<Numeric> => {
    checkRegion(region, shape, "tiff");
    const [top, left] = region.start.slice(-2) as [number, number];
    const [bottom, right] = region.stop.slice(-2) as [number, number];
    const count = nav.map((_, i) => region.stop[i]! - region.start[i]!);
    const total = countOf(region.stop, region.start);
    const out = typed(dtype, new Uint8Array(total * elementBytes(dtype)));
    if (total === 0) return out;
    const strides = stridesOf(nav);
    const inner = stridesOf(count);
    const pages = countOf(count);
    for (let k = 0; k < pages; k++) {
      const page = count.reduce(
        (sum, n, i) => sum + (region.start[i]! + (Math.floor(k / inner[i]!) % n)) * strides[i]!,
        0,
      );
      const values = await window(stack[page]!, [top, left, bottom, right], stop);
      if (values.length !== out.length / pages) throw tiffError(`page ${page} has other values`, 0);
      out.set(values, k * values.length);
    }
    return out;
  };
}

/** Byte where the pixels of a page begin, if they lie there as they are given out, row after row; else undefined. */
function plainPlace({ directory, width, height, dtype, bits, samples, channels }: Page): number | undefined {
  const stated = (tag: number) => numberTag(directory, tag) ?? 1;
  const whole = bits === 8 * elementBytes(dtype) && samples === undefined && channels === undefined;
  const chunky = stated(TAG.planarConfiguration) === 1 || stated(TAG.samplesPerPixel) === 1;
  if (!whole || !chunky || stated(TAG.compression) !== 1 || directory.tags.has(TAG.tileOffsets))
    return undefined;
  const offsets = numberTags(directory, TAG.stripOffsets);
  const strip = pieceOf(directory, width, height)[1] * width * elementBytes(dtype);
  return offsets.every((at, i) => at === offsets[0]! + i * strip) ? offsets[0] : undefined;
}

/** Pages with several samples that are no colours, a page for each. */
function planesOf(stack: readonly Page[]): readonly Page[] {
  return stack.flatMap((page) =>
    Array.from({ length: page.channels ?? 1 }, (_, sample) =>
      page.channels === undefined ? page : { ...page, samples: [sample] },
    ),
  );
}

/** ImageJ writes one directory for a stack of more than 4 GiB; the other planes follow the first. */
function hiddenPlanes(header: TiffHeader, pages: readonly Page[], size: number): number {
  const page = pages[0];
  const planes = page ? Number.parseInt(imageJ(page.directory)?.get("images") ?? "1", 10) : 1;
  if (header.directories.length !== 1 || !(planes > 1) || !page) return 1;
  const plain = (numberTag(page.directory, TAG.compression) ?? 1) === 1;
  const offsets = numberTags(page.directory, TAG.stripOffsets);
  const bytes = page.width * page.height * elementBytes(page.dtype);
  // Planes are read as they are stored: no bits to be spread, no halves, no samples to be parted.
  if (page.bits !== 8 * elementBytes(page.dtype)) return 1;
  return plain && offsets.length === 1 ? Math.min(planes, Math.floor((size - offsets[0]!) / bytes)) : 1;
}

/** The pages that are read and whole; the others become notices. */
function readablePages(header: TiffHeader, source: Source, notices: Notice[]): Page[] {
  const skipped = new Set<string>();
  const pages: Page[] = [];
  for (const [index, directory] of header.directories.entries()) {
    const page = pageOf(directory, index);
    if (typeof page === "string") skipped.add(page);
    else if (isWhole(page, source.size)) pages.push(page);
    else {
      const message = `tiff: page ${index} is cut short, file ends at ${source.size}`;
      notices.push({ code: "truncated", message, where: `byte ${source.size}` });
    }
  }
  const [first] = skipped;
  if (pages.length === 0 && first !== undefined) {
    const feature = first.replace(/ is not read$/, "");
    throw new LithoscopeError("Unsupported", `tiff: ${first}`, { format: "tiff", feature });
  }
  if (pages.length === 0) throw tiffError(`no page is whole, file ends at ${source.size}`, source.size);
  if (pages.some(({ samples }) => samples !== undefined))
    notices.push({ code: "alpha-dropped", message: "tiff: the transparency of the pixels is left out" });
  for (const sentence of skipped) notices.push({ code: "page-skipped", message: `tiff: ${sentence}` });
  return pages;
}

export const reader: Reader = {
  async open(source, stop, options = {}) {
    const header = await parseTiff(source, stop);
    const notices: Notice[] = [];
    const pages = readablePages(header, source, notices);
    const decoder = decoderOf(source);
    const planes = hiddenPlanes(header, pages, source.size);
    const items: Signal[] = [];
    for (const [item, stack] of stacksOf(pages).entries()) {
      const { directory, width, height, dtype, channels } = stack[0]!;
      const hidden = planes > 1;
      const count = hidden ? planes : stack.length;
      const pageStack = { source, little: header.littleEndian, directory, pages: count, height, width };
      const found = await axesOf(pageStack, notices, stop);
      const samples = channels === undefined ? [] : [pixelAxis("sample", "nav", channels)];
      const stated = [...found.axes.slice(0, -2), ...samples, ...found.axes.slice(-2)];
      const described = describedSignal(directory, { axes: stated, dtype });
      const axes = described?.axes ?? stated;
      const shape = axes.map(({ size }) => size);
      const bigEndian = !header.littleEndian;
      const offset = numberTags(directory, TAG.stripOffsets)[0] ?? 0;
      // The decoder would go through every page before the one that is asked for.
      const places = stack.map(plainPlace);
      const plain = places.every((place) => place !== undefined);
      items.push({
        kind: "signal",
        title: described?.title ?? source.name,
        axes,
        dtype,
        value: described?.value ?? { name: "intensity", unit: "1" },
        meta: described?.meta ?? found.meta,
        block: axes.map(({ role, size }) => (role === "nav" ? 1 : size)),
        ref: { source: source.ref, format: "tiff", item, options },
        tile: hidden
          ? plainTile(source, { format: "tiff", shape, dtype, offset, bigEndian })
          : plain
            ? frameTile(source, { format: "tiff", shape, dtype, bigEndian, at: (page) => places[page] })
            : stackTile(source, decoder, planesOf(stack), shape),
      });
    }
    if (items.every(({ axes }) => axes.every(({ from }) => from === "none"))) {
      notices.push({ code: "uncalibrated", message: "tiff: no pixel size in the file, every axis is in px" });
    }
    return { items, header, notices };
  },
};
