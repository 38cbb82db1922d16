import type { DType, Notice } from "../../core/contracts.ts";
import { lookup } from "../lookup.ts";
import { elementBytes } from "../regions.ts";
import { type EmpadHeader, empadError, listAt, numberAt } from "./parse.ts";

/** Pixels along each side. */
export const SIDE = 128;
/** Rows behind each frame that hold counters and temperatures, no pixels. */
const FOOTER = 2;
const MAX_FRAMES = 2 ** 31;

/** How the frames lie in the raw file. */
export interface Layout {
  /** Rows and columns of the scan, or the frames of a series. */
  readonly nav: readonly number[];
  readonly dtype: DType;
  /** Bytes from one frame to the next. */
  readonly stride: number;
  /** Frames that are whole. */
  readonly present: number;
}

/** Scan (rows, columns) or series that a name such as scan_x256_y128.raw states. */
export function navInName(name: string): number[] | undefined {
  const scan = /scan_x(\d+)_y(\d+)/i.exec(name);
  if (scan) return [Number(scan[2]), Number(scan[1])];
  const series = /series_x(\d+)/i.exec(name);
  return series ? [Number(series[1])] : undefined;
}

/** Scan or series by the XML, which names it in another place with every version. */
export function navInXml(header: EmpadHeader, rawName: string, notices: Notice[]): number[] {
  const series = numberAt(header, "scan_parameters/series_count");
  if (series !== undefined) return [series];
  const [rows, columns] = [numberAt(header, "pix_y"), numberAt(header, "pix_x")];
  if (rows !== undefined && columns !== undefined) return [rows, columns];
  const shape = listAt(header, "scan/shape");
  const named = navInName(rawName);
  const nav = shape.length === 2 ? shape : named;
  if (!nav) throw empadError(`neither the XML nor the name ${rawName} states the size of the scan`);
  // The second generation writes the frames taken while the beam flies back, too.
  const frames = numberAt(header, "rawfile/framecount");
  const perLine = frames === undefined ? nav[1]! : frames / nav[0]!;
  if (nav.length !== 2 || perLine === nav[1] || !Number.isInteger(perLine) || perLine < nav[1]!) return nav;
  const message = `empad: each line has ${perLine} frames for ${nav[1]} scan points: ${perLine - nav[1]!} of them are fly-back, they are kept`;
  notices.push({ code: "fly-back", message, flag: "--shape" });
  return [nav[0]!, perLine];
}

const TYPES: Readonly<Record<string, DType>> = {
  float32: "f32",
  float64: "f64",
  uint32: "u32",
  uint16: "u16",
};

/**
 * Element type and stride: f32 and 130 rows, unless the XML or the size of the file says that the numbers are double
 * or the two rows behind each frame were left out.
 *
 * @throws Format if not one frame is whole
 */
export function layoutOf(
  nav: readonly number[],
  type: string | undefined,
  { name, size }: { readonly name: string; readonly size: number },
  notices: Notice[],
): Layout {
  const frames = nav.reduce((product, n) => product * n, 1);
  if (!nav.every((n) => Number.isInteger(n) && n > 0) || frames > MAX_FRAMES)
    throw empadError(`a scan of ${nav.join(" × ")} frames`);
  const stated = lookup(TYPES, type?.toLowerCase());
  const strideOf = (dtype: DType, rows: number) => rows * SIDE * elementBytes(dtype);
  const kinds = (stated ? [stated] : (["f32", "f64"] as const)).flatMap((dtype) =>
    [SIDE + FOOTER, SIDE].map((rows) => ({ dtype, rows, stride: strideOf(dtype, rows) })),
  );
  const exact = kinds.find(({ stride }) => stride * frames === size);
  const { dtype, rows, stride } = exact ?? kinds[0]!;
  if (exact && exact !== kinds[0]) {
    const message = `empad: ${size} bytes are ${frames} frames of ${rows} rows of ${dtype}, as its size says`;
    notices.push({ code: "layout-found", message, where: name, flag: "--shape" });
  }
  const present = Math.min(frames, Math.floor(size / stride));
  if (present === 0)
    throw empadError(`wanted a frame of ${stride} bytes at 0, ${name} ends at ${size}`, size);
  if (present < frames) {
    const message = `empad: ${present} of ${frames} frames are whole, ${name} ends at ${size}; the rest is not measured`;
    notices.push({ code: "truncated", message, where: `byte ${present * stride}` });
  } else if (size !== stride * frames) {
    const message = `empad: ${size - stride * frames} bytes of ${name} are not part of ${nav.join(" × ")} frames`;
    notices.push({ code: "bytes-left", message, where: `byte ${stride * frames}`, flag: "--shape" });
  }
  return { nav, dtype, stride, present };
}
