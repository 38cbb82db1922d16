import type { Axis, Notice } from "../../core/contracts.ts";
import { calibratedAxis, pixelAxis } from "../axes.ts";
import type { SerCalibration, SerHeader } from "./parse.ts";

const NM = 1e9;
/** A pixel of an image is smaller than this and one of a pattern larger; nothing lies between [m, 1/m]. */
const IMAGE_PIXEL = 1;

/** Coordinate of element 0. */
function startOf({ offset, delta, element }: SerCalibration): number {
  return offset - element * delta;
}

function scanAxes(header: SerHeader, first: readonly [number, number] | undefined): Axis[] {
  const { dimensions, valid } = header;
  const single = dimensions.length === 1 ? dimensions[0]! : undefined;
  if (single && !/^Position/i.test(single.description))
    return valid > 1 ? [pixelAxis("frame", "nav", valid)] : [];
  const names = dimensions.length <= 2 ? ["x", "y"] : dimensions.map((_, i) => `axis${i}`);
  return dimensions
    .map((dimension, i) => {
      const unit = /^meters?$|^m$/i.test(dimension.units) ? "nm" : undefined;
      // The header counts from the edge of the field; the tag of the first element has its centre.
      const centre = dimensions.length === 2 ? first?.[i] : undefined;
      const axis = pixelAxis(names[i]!, "nav", dimension.size);
      return calibratedAxis(axis, unit, dimension.delta * NM, (centre ?? startOf(dimension)) * NM);
    })
    .reverse();
}

function spectrumAxis(header: SerHeader, notices: Notice[]): Axis {
  const energy = header.calibrations[0]!;
  const axis = calibratedAxis(
    pixelAxis("energy", "signal", header.sizes[0]!),
    "eV",
    energy.delta,
    startOf(energy),
  );
  const message = "tia: the file does not name the unit of its spectra, eV is assumed, as TIA shows them";
  notices.push({ code: "unit-assumed", message });
  return axis.from === "file" ? { ...axis, from: "assumed" } : axis;
}

/** x and y of an image or pattern: the file has metres or 1/m and does not say which. */
function imageAxes(header: SerHeader, diffraction: boolean | undefined, notices: Notice[]): Axis[] {
  const [x, y] = header.calibrations as [SerCalibration, SerCalibration];
  const large = Math.abs(x.delta) > IMAGE_PIXEL;
  if (diffraction !== undefined && diffraction !== large && Math.abs(x.delta) !== 1) {
    const message = `tia: the .emi says ${diffraction ? "pattern" : "image"} and a pixel of ${x.delta} says the other, which is taken`;
    notices.push({ code: "unit-contradiction", message, flag: "--pixel-size" });
  } else if (diffraction === undefined) {
    const message = `tia: the .ser does not say what its pixels are, ${large ? "a pattern in 1/m" : "an image in m"} by their size`;
    notices.push({ code: "unit-assumed", message, flag: "--pixel-size" });
  }
  const [unit, factor] = large ? ["1/nm", 1 / NM] : ["nm", NM];
  const names = large ? ["ky", "kx"] : ["y", "x"];
  return [y, x].map((given, i) => {
    const axis = pixelAxis(names[i]!, "signal", header.sizes[1 - i]!);
    const known = calibratedAxis(axis, unit, given.delta * factor, startOf(given) * factor);
    return known.from === "file" && diffraction === undefined ? { ...known, from: "assumed" } : known;
  });
}

/** Axes of a series, navigation first. `first` is the position of element 0, `diffraction` what an .emi says. */
export function axesOf(
  header: SerHeader,
  first: readonly [number, number] | undefined,
  diffraction: boolean | undefined,
  notices: Notice[],
): Axis[] {
  const scan = scanAxes(header, first);
  if (header.rank === 1) return [...scan, spectrumAxis(header, notices)];
  const message =
    "tia: TIA counts y upwards: the first row of a frame is its lowest, rows are kept as stored";
  notices.push({ code: "rows-upwards", message });
  return [...scan, ...imageAxes(header, diffraction, notices)];
}
