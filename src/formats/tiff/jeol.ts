import type { Notice } from "../../core/contracts.ts";
import { electronWavelength } from "../../science/scattering/electron.ts";
import { type Meta, putQuantity, putText } from "../axes.ts";
import { child, descendants, parseXml, type XmlElement } from "../xml.ts";
import { metresPerPixel } from "./binary-vendors.ts";
import { type Directory, TAG, textTag } from "./parse.ts";
import { type Calibration, NONE, scaleOf, square } from "./scale.ts";

function text(root: XmlElement | undefined, ...path: readonly string[]): string {
  return child(root, ...path)?.text.trim() ?? "";
}

/**
 * Metres per pixel on the camera. The pixels per metre that stand beside a size equal to the picture's are those that
 * JEOL measures with; the resolution tag is the same number rounded to whole pixels per inch.
 */
function cameraPixel(root: XmlElement, directory: Directory, size: readonly [number, number]): number {
  for (const element of descendants(root, "DrawImageInformation")) {
    const fits = [text(element, "ImageSize", "Width"), text(element, "ImageSize", "Height")];
    const perMetre = Number(text(element, "PixelsPerMeter", "Horizontal"));
    if (fits.join() === size.join() && perMetre > 0) return 1 / perMetre;
  }
  return metresPerPixel(directory, TAG.xResolution);
}

/** JEOL SightX: the description is XML; the step is the camera's pixel over magnification or camera length. */
export async function jeol(
  directory: Directory,
  size: readonly [number, number],
): Promise<Calibration | undefined> {
  const padded = textTag(directory, TAG.description) ?? "";
  // The description is padded with zeros and other bytes to a fixed length.
  const description = padded.slice(0, padded.lastIndexOf(">") + 1).trim();
  if (!/^(?:<\?xml[^>]*>\s*)?<TemReporter\b/.test(description)) return undefined;
  const root = await parseXml(description, "tiff");
  const forming = child(root, "ImageFormingSystem");
  const mode = text(forming, "ModeString");
  const selected = Number(text(forming, "SelectorValue") || Number.NaN);
  const volts = Number(text(root, "ElectronGun", "AccelerationVoltage") || Number.NaN);
  const scanning = !/TEM$/.test(text(root, "Eos", "EosMode"));
  const pixel = cameraPixel(root, directory, size);
  const meta: Meta = {};
  putQuantity(meta, "beam.energy", volts / 1e3, "keV");
  putText(meta, "microscope", text(root, "Instruments"));
  putText(meta, "time.start", /[+-]\d\d:\d\d$|Z$/.test(text(root, "DateTime")) ? text(root, "DateTime") : "");
  putQuantity(
    meta,
    "stage.alpha",
    Number(text(root, "GonioStage", "StagePosition", "TX") || Number.NaN),
    "deg",
  );
  putQuantity(
    meta,
    "stage.beta",
    Number(text(root, "GonioStage", "StagePosition", "TY") || Number.NaN),
    "deg",
  );
  putText(meta, "mode", `${scanning ? "STEM" : "TEM"} ${mode} ${text(forming, "SelectorString")}`);
  if (!scanning && mode === "DIFF") {
    const metres = selected * (text(forming, "SelectorUnitString") === "cm" ? 1e-2 : 1e-3);
    putQuantity(meta, "camera.length", metres * 1e3, "mm");
    const step = (10 * pixel) / metres / electronWavelength(volts / 1e3);
    return square(scaleOf("1/nm", step), { pattern: true, meta });
  }
  putQuantity(meta, "magnification", selected, "1");
  if (!scanning && /MAG/.test(mode)) return square(scaleOf("nm", (pixel / selected) * 1e9), { meta });
  const message = `tiff: JEOL's description states no pixel in the mode ${scanning ? "STEM " : ""}${mode}, axes are in px`;
  const notices: Notice[] = [{ code: "uncalibrated", message, flag: "--pixel-size" }];
  return square(NONE, { meta, notices });
}
