import { type Meta, putQuantity, putText } from "./axes.ts";
import { type DmGroup, groupAt, numberAt, textAt, valueAt } from "./gatan-tags.ts";

/** Seconds from 1601 to 1970, and ticks of 100 ns in one second: Windows counts so. */
const EPOCH = 11_644_473_600;
const TICKS = 1e7;

/** Time of day in UTC by the operating system's own count; undefined if the file has none. */
function systemTime(tags: DmGroup | undefined): string | undefined {
  const ticks = numberAt(tags, "DataBar", "Acquisition Time (OS)");
  const seconds = ticks === undefined ? Number.NaN : ticks / TICKS - EPOCH;
  return seconds > 0 && seconds < 1e11 ? new Date(seconds * 1000).toISOString() : undefined;
}

function positive(value: number | undefined): number | undefined {
  return value !== undefined && value > 0 ? value : undefined;
}

/** What Gatan's tags say of instrument and acquisition, in the units that the tags' own names state. */
export function metaOf(image: DmGroup): Meta {
  const tags = groupAt(image, "ImageTags");
  const meta: Meta = {};
  const volts = positive(numberAt(tags, "Microscope Info", "Voltage"));
  putQuantity(meta, "beam.energy", volts && volts / 1e3, "keV");
  putQuantity(meta, "camera.length", positive(numberAt(tags, "Microscope Info", "STEM Camera Length")), "mm");
  putQuantity(
    meta,
    "magnification",
    positive(numberAt(tags, "Microscope Info", "Indicated Magnification")),
    "1",
  );
  const eels = groupAt(tags, "EELS", "Experimental Conditions") ?? groupAt(tags, "EELS");
  putQuantity(meta, "beam.convergence", positive(numberAt(eels, "Convergence semi-angle (mrad)")), "mrad");
  putQuantity(
    meta,
    "spectrometer.collection",
    positive(numberAt(eels, "Collection semi-angle (mrad)")),
    "mrad",
  );
  const exposure =
    numberAt(tags, "EELS", "Acquisition", "Exposure (s)") ??
    numberAt(tags, "DataBar", "Exposure Time (s)") ??
    numberAt(tags, "Acquisition", "Parameters", "High Level", "Exposure (s)");
  putQuantity(meta, "exposure.time", positive(exposure), "s");
  const dwell = positive(numberAt(tags, "DigiScan", "Sample Time"));
  putQuantity(meta, "dwell.time", dwell && dwell * 1e-6, "s");
  putQuantity(meta, "scan.rotation", numberAt(tags, "DigiScan", "Rotation"), "deg");
  const brightness = groupAt(image, "ImageData", "Calibrations", "Brightness");
  const unit = textAt(brightness, "Units");
  if (unit) putQuantity(meta, "intensity.scale", positive(numberAt(brightness, "Scale")), unit);
  if (unit) putQuantity(meta, "intensity.origin", numberAt(brightness, "Origin"), "1");
  putText(meta, "signal.type", textAt(tags, "Meta Data", "Signal"));
  putText(
    meta,
    "device",
    textAt(tags, "Acquisition", "Device", "Name") ?? textAt(tags, "DataBar", "Device Name"),
  );
  const time = systemTime(tags);
  if (time) putText(meta, "time.start", time);
  else {
    const day = textAt(tags, "DataBar", "Acquisition Date") ?? textAt(tags, "EELS", "Acquisition", "Date");
    const clock =
      textAt(tags, "DataBar", "Acquisition Time") ?? textAt(tags, "EELS", "Acquisition", "Start time");
    putText(meta, "time.start.local", [day, clock].filter((part) => part).join(" "));
  }
  const binning = valueAt(tags, "Acquisition", "Parameters", "High Level", "Binning");
  if (Array.isArray(binning)) putText(meta, "detector.binning", binning.join(" × "));
  return meta;
}
