import type { Axis, Notice, Source } from "../../core/contracts.ts";
import type { Meta } from "../axes.ts";
import { olympusSis, tvips } from "./binary-vendors.ts";
import { hyperstack, imageJ, imageJCalibration } from "./image-j.ts";
import { jeol } from "./jeol.ts";
import { parseOme } from "./ome.ts";
import type { Directory } from "./parse.ts";
import { type Calibration, NONE } from "./scale.ts";
import { fei, gatan, zeiss } from "./text-vendors.ts";

const UNKNOWN: Calibration = { x: NONE, y: NONE, stack: NONE };

/** What a stack of pages is made of. */
export interface Stack {
  readonly source: Source;
  readonly little: boolean;
  readonly directory: Directory;
  readonly pages: number;
  readonly height: number;
  readonly width: number;
}

async function vendorCalibration(
  { source, little, directory, height, width }: Stack,
  stop?: AbortSignal,
): Promise<Calibration | undefined> {
  return (
    gatan(directory) ??
    fei(directory) ??
    zeiss(directory, width) ??
    (await tvips(source, directory, little, stop)) ??
    (await olympusSis(source, directory, stop)) ??
    (await jeol(directory, [width, height]))
  );
}

/**
 * Axes of a stack of pages, what the pages are, then y and x, by whichever program wrote them; and what its tags say
 * of the instrument.
 */
export async function axesOf(
  stack: Stack,
  notices: Notice[],
  stop?: AbortSignal,
): Promise<{ axes: Axis[]; meta: Meta }> {
  const { directory, pages, height, width } = stack;
  const words = imageJ(directory);
  const ome = words ? undefined : await parseOme(directory, notices);
  const vendor = await vendorCalibration(stack, stop);
  const found = vendor ?? ome?.calibration ?? (words ? imageJCalibration(directory, words) : UNKNOWN);
  if (vendor?.notices) notices.push(...vendor.notices);
  const counted = words ? hyperstack(words, pages) : ome?.count === pages ? ome.pages : [];
  if (ome && ome.count !== pages) {
    const message = `tiff: the OME description counts ${ome.count} pages and the file has ${pages}, they are given as one row`;
    notices.push({ code: "pages-contradicted", message });
  }
  const plain: Axis[] = pages > 1 ? [{ name: "frame", role: "nav", size: pages, ...found.stack }] : [];
  const names = found.pattern ? ["ky", "kx"] : ["y", "x"];
  const axes: Axis[] = [
    ...(pages > 1 && counted.length > 0 ? counted : plain),
    { name: names[0]!, role: "signal", size: height, ...found.y },
    { name: names[1]!, role: "signal", size: width, ...found.x },
  ];
  return { axes, meta: vendor?.meta ?? {} };
}
