import type { Axis, Notice } from "../../core/contracts.ts";
import { calibratedAxis, pixelAxis } from "../axes.ts";
import type { DeInfo } from "./de.ts";
import type { MrcHeader } from "./parse.ts";

/** A volume's sections are a length apart; those of a stack are not. Stacks of volumes have group 401 and more. */
function sectionAxes(header: MrcHeader, name: string, info: DeInfo | undefined): Axis[] {
  const sections = header.size[2];
  if (sections === 1) return [];
  const stack = header.spaceGroup === 0 || info !== undefined || /\.(mrcs|st|ali)$/i.test(name);
  if (stack) {
    const axis = pixelAxis("frame", "nav", sections);
    const seconds = info && !info.scanning ? info.secondsPerFrame : undefined;
    return [seconds === undefined ? axis : { ...calibratedAxis(axis, "s", seconds), name: "time" }];
  }
  const depth = header.intervals[header.axisOf[2] - 1]!;
  const stacked = header.spaceGroup >= 401 && depth > 0 && sections % depth === 0 && sections > depth;
  const letter = "xyz"[header.axisOf[2] - 1]!;
  const z = calibratedAxis(pixelAxis(letter, "nav", stacked ? depth : sections), "nm", stepOf(header, 2));
  return stacked ? [pixelAxis("volume", "nav", sections / depth), z] : [z];
}

/** Step along columns (0), rows (1) or sections (2) in nm; NaN where the cell has no length. */
function stepOf(header: MrcHeader, place: 0 | 1 | 2): number {
  const axis = header.axisOf[place] - 1;
  const intervals = header.intervals[axis]! > 0 ? header.intervals[axis]! : header.size[place];
  const length = header.cell[axis]!;
  return length > 0 ? length / intervals / 10 : Number.NaN;
}

/** y and x of a section: by Direct Electron's file, by FEI's extended header, by the cell. */
function imageAxes(header: MrcHeader, fei: number | undefined, info: DeInfo | undefined): Axis[] {
  const [columns, rows] = header.size;
  const pattern = info?.pattern ?? (fei !== undefined && fei > 1);
  const letters = header.axisOf.map((axis) => "xyz"[axis - 1]!);
  return [
    { place: 1, size: rows },
    { place: 0, size: columns },
  ].map(({ place, size }) => {
    const letter = letters[place]!;
    const axis = pixelAxis(pattern ? `k${letter}` : letter, "signal", size);
    if (info) {
      const step = (pattern ? info.patternPixel : info.specimenPixel)[place === 0 ? 0 : 1];
      return calibratedAxis(axis, pattern ? "1/nm" : "nm", step > 0 ? step : Number.NaN);
    }
    // FEI writes metres, or 1/m for patterns; the cell of a pattern means nothing.
    if (pattern) return calibratedAxis(axis, "1/nm", fei! * 1e-9);
    return calibratedAxis(axis, "nm", stepOf(header, place as 0 | 1));
  });
}

/** Axes, sections first. `fei` is the pixel size of FEI's extended header [m or 1/m]. */
export function axesOf(
  header: MrcHeader,
  name: string,
  fei: number | undefined,
  info: DeInfo | undefined,
  notices: Notice[],
): Axis[] {
  const sections = sectionAxes(header, name, info);
  const shape = info?.scan;
  const frames = sections[0]?.size ?? 1;
  const scan =
    shape && shape.reduce((product, n) => product * n, 1) === frames
      ? shape.map((size, i) => {
          const label = shape.length === 3 ? ["repeat", "y", "x"][i]! : ["y", "x"][i]!;
          const step = label === "repeat" ? Number.NaN : info!.specimenPixel[label === "x" ? 0 : 1];
          return calibratedAxis(pixelAxis(label, "nav", size), "nm", step > 0 ? step : Number.NaN);
        })
      : undefined;
  if (shape && !scan) {
    const message = `mrc: the _info.txt states a scan of ${shape.join(" × ")} and the file has ${frames} frames, they are given as one row`;
    notices.push({ code: "scan-contradicted", message, flag: "--shape" });
  }
  const image = imageAxes(header, fei, info);
  if (image.every(({ from }) => from === "none")) {
    const message = "mrc: the file states no pixel size, every frame is in px";
    notices.push({ code: "uncalibrated", message, flag: "--pixel-size" });
  }
  return [...(scan ?? sections), ...image];
}
