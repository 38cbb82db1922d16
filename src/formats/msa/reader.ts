import type { Axis, Notice, OpenOptions, Reader, Signal } from "../../core/contracts.ts";
import { listedAxis, type Meta, pixelAxis, putQuantity, putText } from "../axes.ts";
import { bytesSource } from "../inflate.ts";
import { startOf } from "../lab-clock.ts";
import { checkTextSize, decodeLabText } from "../lab-text.ts";
import { lookup } from "../lookup.ts";
import { plainTile } from "../regions.ts";
import { unitOf } from "../units.ts";
import { fieldValue, type MsaFile, msaNumber, parseMsa } from "./parse.ts";

/** Keyword, the unit that ISO 22029 gives it, our name, unit and factor; 0 is what writers put where nothing is known. */
const QUANTITIES: readonly (readonly [string, RegExp, string, string, number])[] = [
  ["BEAMKV", /^(kv)?$/i, "beam.energy", "keV", 1],
  ["PROBECUR", /^(na)?$/i, "beam.current", "nA", 1],
  ["EMISSION", /^(ua)?$/i, "gun.emission", "µA", 1],
  ["BEAMDIAM", /^(nm)?$/i, "beam.diameter", "nm", 1],
  ["CONVANGLE", /^(mr|mrad)?$/i, "beam.convergence", "mrad", 1],
  ["COLLANGLE", /^(mr|mrad)?$/i, "spectrometer.collection", "mrad", 1],
  ["MAGCAM", /^x?$/i, "magnification", "1", 1],
  ["THICKNESS", /^(nm)?$/i, "sample.thickness", "nm", 1],
  ["DWELLTIME", /^(ms)?$/i, "dwell.time", "s", 1e-3],
  ["INTEGTIME", /^(ms)?$/i, "exposure.time", "s", 1e-3],
  ["LIVETIME", /^s?$/i, "live.time", "s", 1],
  ["REALTIME", /^s?$/i, "real.time", "s", 1],
  ["ELEVANGLE", /^(dg)?$/i, "detector.elevation", "deg", 1],
  ["SOLIDANGL", /^(sr)?$/i, "detector.solidAngle", "sr", 1],
];
/** Angles of which 0 is a value like any other. */
const ANGLES: readonly (readonly [string, string])[] = [
  ["AZIMANGLE", "detector.azimuth"],
  ["XTILTSTGE", "stage.alpha"],
  ["YTILTSTGE", "stage.beta"],
];
const TYPES: Readonly<Record<string, string>> = { ELS: "EELS", EELS: "EELS" };

/** The unit in words such as "Energy Loss (eV)", "Energy (EV)", "eV". */
function unitIn(words: string): string {
  const inner = /\(([^()]*)\)\s*$/.exec(words)?.[1] ?? words;
  const fixed = inner.trim().replace(/^(k?)ev$/i, (_, k: string) => `${k.toLowerCase()}eV`);
  return unitOf(fixed) ?? "none";
}

/** Abscissa and ordinate of each point, and what is wrong with how the file counts them. */
function pointsOf(file: MsaFile, notices: Notice[]): { x: Float64Array | undefined; y: Float64Array } {
  const { numbers, perLine, fields } = file;
  const said = Math.round(msaNumber(fieldValue(file, "NPOINTS") ?? ""));
  const type = (fieldValue(file, "DATATYPE") ?? "").toUpperCase();
  const columns = msaNumber(fieldValue(file, "NCOLUMNS") ?? "1");
  let pairs = fields.length === 0 ? perLine === 2 : type === "XY";
  // Written with both columns though it says Y: as many lines as points, two numbers in each.
  if (type !== "XY" && perLine === 2 && columns === 1 && numbers.length === 2 * said) {
    pairs = true;
    const message = `msa: DATATYPE is ${type || "missing"} and ${said} lines of two numbers follow: energy and value`;
    notices.push({ code: "columns-contradict", message, where: "DATATYPE" });
  }
  const count = pairs ? Math.floor(numbers.length / 2) : numbers.length;
  if (Number.isFinite(said) && said !== count) {
    const cut = count < said && !file.ended;
    const message = `msa: NPOINTS is ${said} and the file has ${count} points, which are taken`;
    notices.push({ code: cut ? "truncated" : "points-differ", message, where: "NPOINTS" });
  } else if (!file.ended) {
    const message = "msa: the file does not mark its end, it may be cut short";
    notices.push({ code: "end-missing", message, where: "ENDOFDATA" });
  }
  if (!pairs) return { x: undefined, y: numbers };
  const pick = (from: number) => Float64Array.from({ length: count }, (_, i) => numbers[2 * i + from]!);
  return { x: pick(0), y: pick(1) };
}

/** Steps by the header where the first column agrees to its last digit, else the first column as it is. */
function axisOf(file: MsaFile, x: Float64Array | undefined, size: number, notices: Notice[]): Axis {
  const scale = msaNumber(fieldValue(file, "XPERCHAN") ?? "");
  const offset = msaNumber(fieldValue(file, "OFFSET") ?? "");
  const stated = Number.isFinite(scale) && scale !== 0 && Number.isFinite(offset);
  const words = fieldValue(file, "XUNITS") ?? "";
  const unit = unitIn(words);
  // A header with a step of 1 from 0 and no unit is what writers put for channels.
  const channels = file.fields.length > 0 && unit === "none" && scale === 1 && offset === 0;
  const axis = pixelAxis(/eV$/.test(unit) || !channels ? "energy" : "x", "signal", size);
  if (channels || (!stated && !x)) {
    notices.push({ code: "uncalibrated", message: "msa: the file states no energies, the axis is in px" });
    return axis;
  }
  if (unit === "none") {
    const message = `msa: the unit of the energies is ${words ? `"${words}"` : "not stated"}, eV is assumed`;
    notices.push({ code: "unit-assumed", message, where: "XUNITS" });
  }
  const from = unit === "none" ? "assumed" : "file";
  const named = unit === "none" || /eV$/.test(unit) ? axis : { ...axis, name: "x" };
  const common = { unit: unit === "none" ? "eV" : unit, from } as const;
  const even = { ...named, ...common, scale, offset };
  if (!x) return even;
  // Half of the last digit that is written, and what rounding of the step itself adds.
  const digit = 0.5 * 10 ** -file.decimals;
  const off = (i: number) => Math.abs(x[i]! - offset - scale * i);
  if (stated && x.every((_, i) => off(i) <= digit + 1e-6 * Math.abs(scale) * Math.max(1, i))) return even;
  const listed = {
    ...listedAxis(named, common.unit, x, digit / Math.abs(x[1]! - x[0]!) + 1e-6),
    from,
  } as const;
  if (stated) {
    const worst = x.reduce((most, _, i) => (off(i) > off(most) ? i : most), 0);
    const message = `msa: the first column is up to ${off(worst).toPrecision(3)} ${common.unit} off the header's steps of ${scale}, the column is taken`;
    notices.push({ code: "header-contradicted", message, where: `point ${worst}` });
  }
  return listed;
}

function metaOf(file: MsaFile, options: OpenOptions, notices: Notice[]): Meta {
  const meta: Meta = {};
  for (const [key, known, name, unit, factor] of QUANTITIES) {
    const field = file.fields.findLast((one) => one.key === key);
    const value = field && known.test(field.unit) ? msaNumber(field.value) : 0;
    if (value > 0) putQuantity(meta, name, value * factor, unit);
  }
  for (const [key, name] of ANGLES) putQuantity(meta, name, msaNumber(fieldValue(file, key) ?? ""), "deg");
  const type = fieldValue(file, "SIGNALTYPE")?.toUpperCase() ?? "";
  putText(meta, "signal.type", lookup(TYPES, type) ?? type);
  putText(meta, "mode", fieldValue(file, "OPERMODE"));
  putText(meta, "owner", fieldValue(file, "OWNER"));
  const comments = file.fields.filter(({ key, value }) => key === "COMMENT" && value);
  putText(meta, "comment", comments.map(({ value }) => value).join("; "));
  const [day = "", clock = ""] = [fieldValue(file, "DATE"), fieldValue(file, "TIME")];
  if (!day) return meta;
  const readable = clock === "" || /^\d{1,2}:\d{2}(:\d{2}([.,]\d+)?)?(\s*[AP]M)?$/i.test(clock);
  const habit = { format: "msa", order: "dmy" } as const;
  const start = readable ? startOf(`${day} ${clock}`, habit, options, notices) : undefined;
  if (start) putText(meta, "time.start", start);
  else {
    putText(meta, "time.start.local", `${day} ${clock}`);
    const message = `msa: "${day} ${clock}" is no date and time, it is kept as text`;
    notices.push({ code: "date-unreadable", message, where: "DATE" });
  }
  return meta;
}

export const reader: Reader = {
  async open(source, stop, options = {}) {
    checkTextSize("msa", source.name, source.size);
    const file = parseMsa(decodeLabText(await source.read(0, source.size, stop)));
    const notices: Notice[] = [];
    const { x, y } = pointsOf(file, notices);
    const axis = axisOf(file, x, y.length, notices);
    const counts = /count/i.test(`${fieldValue(file, "YUNITS")} ${fieldValue(file, "YLABEL")}`);
    const bytes = bytesSource(new Uint8Array(y.buffer), source.name);
    const array = { format: "msa", shape: [y.length], dtype: "f64", offset: 0, bigEndian: false } as const;
    const signal: Signal = {
      kind: "signal",
      title: fieldValue(file, "TITLE") || source.name,
      axes: [axis],
      dtype: "f64",
      value: { name: counts ? "counts" : "intensity", unit: "1" },
      meta: metaOf(file, options, notices),
      block: [y.length],
      ref: { source: source.ref, format: "msa", item: 0, options },
      tile: plainTile(bytes, array),
    };
    const { numbers: _, ...header } = file;
    return { items: [signal], header, notices };
  },
};
