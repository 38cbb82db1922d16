import { type Meta, putQuantity, putText } from "../../../axes.ts";
import { detectorOf } from "./axes.ts";
import { at, entriesAt, type Json, numberAt, textAt } from "./parse.ts";

const DEGREES = 180 / Math.PI;

/** Where a quantity lies, what it is called here, and what turns the file's SI unit into ours. */
const QUANTITIES: readonly (readonly [path: readonly string[], key: string, unit: string, factor: number])[] =
  [
    [["Optics", "AccelerationVoltage"], "beam.energy", "keV", 1e-3],
    [["Optics", "CameraLength"], "camera.length", "mm", 1e3],
    [["Optics", "Defocus"], "beam.defocus", "nm", 1e9],
    [["Optics", "NominalMagnification"], "magnification", "1", 1],
    [["CustomProperties", "StemMagnification", "value"], "magnification", "1", 1],
    [["Optics", "LastMeasuredScreenCurrent"], "screen.current", "nA", 1e9],
    [["Scan", "DwellTime"], "dwell.time", "s", 1],
    [["Scan", "LineTime"], "line.time", "s", 1],
    [["Scan", "FrameTime"], "frame.time", "s", 1],
    [["Scan", "ScanRotation"], "scan.rotation", "deg", DEGREES],
    [["Stage", "AlphaTilt"], "stage.alpha", "deg", DEGREES],
    [["Stage", "BetaTilt"], "stage.beta", "deg", DEGREES],
    [["Stage", "Position", "x"], "stage.x", "µm", 1e6],
    [["Stage", "Position", "y"], "stage.y", "µm", 1e6],
    [["Stage", "Position", "z"], "stage.z", "µm", 1e6],
  ];

const DETECTOR: readonly (readonly [name: string, key: string, unit: string, factor: number])[] = [
  ["ExposureTime", "exposure.time", "s", 1],
  ["ElevationAngle", "detector.elevation", "deg", DEGREES],
  ["AzimuthAngle", "detector.azimuth", "deg", DEGREES],
  ["CollectionAngle", "detector.solidAngle", "sr", 1],
  ["PulseProcessTime", "detector.processTime", "s", 1],
  ["RealTime", "detector.realTime", "s", 1],
  ["LiveTime", "detector.liveTime", "s", 1],
  ["InputCountRate", "detector.inputRate", "Hz", 1],
  ["OutputCountRate", "detector.outputRate", "Hz", 1],
];

/** Start of a frame as ISO 8601; Velox counts seconds of UTC from 1970, 0 where it does not know. */
export function startOf(metadata: Json | undefined): string | undefined {
  const seconds = numberAt(metadata, "Acquisition", "AcquisitionStartDatetime", "DateTime");
  if (seconds === undefined || seconds <= 0 || seconds > 8.64e12) return undefined;
  return new Date(seconds * 1000).toISOString();
}

/** Name of the detector, or of the group of detectors whose events were put together. */
export function detectorName(metadata: Json | undefined): string | undefined {
  const numbered = at(metadata, "BinaryResult", "DetectorIndex") !== undefined;
  const own = textAt(detectorOf(metadata), "DetectorName");
  const stated = textAt(metadata, "BinaryResult", "Detector");
  return numbered ? (own ?? stated) : (stated ?? own);
}

/** What analyses and reports want to know, from the metadata of a data group; the document itself is in the header. */
export function metaOf(metadata: Json | undefined): Meta {
  const meta: Meta = {};
  for (const [path, key, unit, factor] of QUANTITIES) {
    const value = numberAt(metadata, ...path);
    // The software writes a magnification of 0 where there is none.
    if (value !== undefined && !(key === "magnification" && value <= 0))
      putQuantity(meta, key, value * factor, unit);
  }
  // A negative one is what the software gives where it does not know it.
  const convergence = numberAt(metadata, "Optics", "BeamConvergence") ?? 0;
  if (convergence > 0) putQuantity(meta, "beam.convergence", convergence * 1000, "mrad");
  const detector = detectorOf(metadata);
  const name = detectorName(metadata);
  putText(meta, "detector", name);
  for (const [property, key, unit, factor] of DETECTOR) {
    const value = numberAt(detector, property);
    if (value !== undefined) putQuantity(meta, key, value * factor, unit);
  }
  const range = at(detector, "CollectionAngleRange");
  const [begin, end] = [numberAt(range, "begin"), numberAt(range, "end")];
  if (begin !== undefined && end !== undefined && end > begin) {
    putQuantity(meta, "detector.inner", begin * 1000, "mrad");
    putQuantity(meta, "detector.outer", end * 1000, "mrad");
  }
  const binning = [numberAt(detector, "Binning", "width"), numberAt(detector, "Binning", "height")];
  if (binning.every((n) => n !== undefined)) putText(meta, "detector.binning", binning.join(" × "));
  const gain = entriesAt(metadata, "CustomProperties").find(
    ([key]) => key === `Detectors[${name}].CountsToElectrons`,
  );
  if (gain) putQuantity(meta, "detector.electronsPerCount", numberAt(gain[1], "value"), "1");
  putText(
    meta,
    "instrument",
    textAt(metadata, "Instrument", "InstrumentModel") ?? textAt(metadata, "Instrument", "InstrumentClass"),
  );
  putText(meta, "stage.holder", textAt(metadata, "Stage", "HolderType"));
  putText(meta, "time.start", startOf(metadata));
  return meta;
}
