import type { Axis, Notice } from "../../core/contracts.ts";
import { electronWavelength } from "../../science/scattering/electron.ts";
import { calibratedAxis, type Meta, pixelAxis, putQuantity, putText } from "../axes.ts";
import { SIDE } from "./layout.ts";
import { type EmpadHeader, listAt, numberAt } from "./parse.ts";

const IOM = "iom_measurements";
const VOLTAGE = [`${IOM}/source.get_voltage`, `${IOM}/high_voltage`, `${IOM}/ColumnSourceHighVoltage`];

/** Step along y and x [m] by the field of view, which versions write in three ways. */
function steps(header: EmpadHeader, nav: readonly number[]): readonly (number | undefined)[] {
  const field = listAt(header, `${IOM}/optics.get_full_scan_field_of_view`);
  if (field.length === 2) return nav.map((n, i) => field[i]! / n);
  // From 1.2 on the field is that of the longer side, multiplied by a factor that stands beside it.
  const longer = numberAt(
    header,
    `${IOM}/full_scan_field_of_view/x`,
    `${IOM}/ColumnOpticsGetFullScanFieldOfViewx`,
  );
  const factor = numberAt(header, `${IOM}/full_scan_field_of_view/scale_factor`) ?? 1;
  const step = longer === undefined ? undefined : longer / factor / Math.max(...nav);
  return nav.map(() => step);
}

function scanAxes(header: EmpadHeader, nav: readonly number[], notices: Notice[]): Axis[] {
  if (nav.length === 1) return nav[0]! > 1 ? [pixelAxis("frame", "nav", nav[0]!)] : [];
  const metres = steps(header, nav);
  const part = numberAt(header, "scan_parameters[acquire]/scan_size", "scan_parameters/scan_size");
  const axes = ["y", "x"].map((name, i) => {
    const metre = metres[i] ?? Number.NaN;
    const [unit, factor] = metre * nav[i]! >= 1e-6 ? (["µm", 1e6] as const) : (["nm", 1e9] as const);
    const axis = calibratedAxis(pixelAxis(name, "nav", nav[i]!), unit, metre * factor);
    return axis.from === "file" ? { ...axis, from: "assumed" as const } : axis;
  });
  if (axes[0]!.from === "none") {
    const message = "empad: the file states no field of view, the scan is in px";
    notices.push({ code: "uncalibrated", message, flag: "--step" });
  } else {
    const share =
      part === undefined || part === 1
        ? ""
        : `; if scan_size ${part} is the part of it that was scanned, the step is that much smaller`;
    const message = `empad: the scan is taken to fill the field of view, the step is ${axes[1]!.scale.toPrecision(4)} ${axes[1]!.unit}${share}`;
    notices.push({ code: "step-assumed", message, flag: "--step" });
  }
  return axes;
}

/** 1/nm per pixel: the angle of a pixel over the wavelength. */
function patternStep(header: EmpadHeader): number {
  const angle = numberAt(header, `${IOM}/calibrated_diffraction_angle`) ?? Number.NaN;
  const volts = numberAt(header, ...VOLTAGE) ?? Number.NaN;
  const angstrom = volts > 1000 ? electronWavelength(volts / 1e3) : Number.NaN;
  return angle > 0 ? (10 * angle) / angstrom : Number.NaN;
}

/** Axes y, x (or frame), ky, kx. */
export function axesOf(header: EmpadHeader, nav: readonly number[], notices: Notice[]): Axis[] {
  const step = patternStep(header);
  const pattern = ["ky", "kx"].map((name) => calibratedAxis(pixelAxis(name, "signal", SIDE), "1/nm", step));
  if (!(step > 0)) {
    const message = "empad: the file states no angle per pixel, patterns are in px";
    notices.push({ code: "uncalibrated", message, flag: "--pixel-size" });
  }
  return [...scanAxes(header, nav, notices), ...pattern];
}

/** Instrument and acquisition, in the units of the versions' own fields. */
export function metaOf(header: EmpadHeader, present: number): Meta {
  const meta: Meta = {};
  const scaled = (factor: number, ...paths: readonly string[]) => {
    const value = numberAt(header, ...paths);
    return value === undefined || value === 0 ? undefined : value * factor;
  };
  const cameraLength = [
    `${IOM}/optics.get_cameralength`,
    `${IOM}/nominal_camera_length`,
    `${IOM}/ColumnOpticsGetCameraLengthNominalCameraLength`,
  ];
  putQuantity(meta, "beam.energy", scaled(1e-3, ...VOLTAGE), "keV");
  putQuantity(meta, "camera.length", scaled(1e3, ...cameraLength), "mm");
  const exposure = scaled(1e-3, "exposure_time") ?? scaled(1, "scan/exposure_time", "sensor/exposure_time");
  putQuantity(meta, "exposure.time", exposure, "s");
  // The microscope's own interface gives radians.
  const turn = numberAt(
    header,
    `${IOM}/column.get_scanrotation`,
    `${IOM}/scan_rotation`,
    `${IOM}/ColumnGetScanRotation`,
  );
  putQuantity(meta, "scan.rotation", turn === undefined ? undefined : (turn * 180) / Math.PI, "deg");
  putQuantity(meta, "screen.current", scaled(1e9, `${IOM}/source.get_screencurrent`), "nA");
  putQuantity(meta, "detector.bias", numberAt(header, "grid_measurements/bias_voltage"), "V");
  putText(meta, "detector.background", header["background_image@absolute_filename"]);
  putText(meta, "software", header.software_version);
  const seconds = numberAt(header, "timestamp@timestamp");
  if (seconds !== undefined && seconds > 0 && seconds < 1e11)
    putText(meta, "time.start", new Date(seconds * 1e3).toISOString());
  else putText(meta, "time.start.local", header["timestamp@isoformat"] ?? header["acquisition/start_time"]);
  meta["frames.present"] = { value: present, unit: "1", from: "counted" };
  return meta;
}
