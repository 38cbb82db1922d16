import { basename } from "node:path";
import { version } from "../../../package.json" with { type: "json" };
import { indexScan } from "../../analyses/orientation/index-scan.ts";
import type { Crystal, Notice, Quantity, Signal } from "../../core/contracts.ts";
import { LithoscopeError } from "../../core/errors.ts";
import { parseQuantity, parseUnit } from "../../core/unit.ts";
import { interpretCif } from "../../formats/cif/reader.ts";
import { openDataset } from "../../formats/open.ts";
import { mapJson } from "../../reports/map-json.ts";
import { openFile } from "../../sources/file.node.ts";
import {
  type Answer,
  type Command,
  type FlagValues,
  flagText,
  flagTexts,
  type Invocation,
  jsonText,
  usage,
} from "../command.ts";
import { contentId } from "../content-id.ts";
import { checkFolder, checkWritable, readText, writeFolder } from "../output.ts";

/** NAME=VALUE pairs of a repeatable flag; without NAME= the name is `nameOf(value)`. */
function pairs(flags: FlagValues, flag: string, nameOf?: (value: string) => string): Map<string, string> {
  const found = new Map<string, string>();
  for (const text of flagTexts(flags, flag)) {
    const cut = text.indexOf("=");
    if (cut < 0 && !nameOf) throw usage(`--${flag}`, `wanted NAME=…, found "${text}"`, "NAME=…");
    const value = text.slice(cut + 1);
    const name = cut < 0 ? nameOf!(value) : text.slice(0, cut);
    if (!name || !value) throw usage(`--${flag}`, `wanted NAME=…, found "${text}"`, "NAME=…");
    if (found.has(name)) throw usage(`--${flag}`, `the name "${name}" is given twice`, "different names");
    found.set(name, value);
  }
  return found;
}

function given(flags: FlagValues, flag: string, unit: string): Quantity | undefined {
  const text = flagText(flags, flag);
  return text === undefined ? undefined : parseQuantity(text, unit, `--${flag}`);
}

/** A quantity of the file in a unit that differs by a factor only (keV and kV count as alike). */
function fromFile(value: number, unit: string, wanted: string): Quantity | undefined {
  const have = parseUnit(unit);
  const want = parseUnit(wanted)!;
  const dimension = have?.dimension === "energy" ? "potential" : have?.dimension;
  if (!have || dimension !== want.dimension) return undefined;
  return { value: (value * have.factor) / want.factor, unit: wanted, from: "file" };
}

function metaQuantity(scan: Signal, key: string, unit: string): Quantity | undefined {
  const value = scan.meta[key];
  return typeof value === "object" ? fromFile(value.value, value.unit, unit) : undefined;
}

function axisQuantity(scan: Signal, role: "nav" | "signal", unit: string): Quantity | undefined {
  const axis = scan.axes.findLast((a) => a.role === role && a.from !== "none");
  return axis && fromFile(Math.abs(axis.scale), axis.unit, unit);
}

/** The flag outranks the file; a difference above 2 % is worth a notice. */
function settle(flag: string, stated: Quantity | undefined, found: Quantity | undefined, notices: Notice[]) {
  if (stated && found && Math.abs(stated.value - found.value) > 0.02 * Math.abs(found.value)) {
    const message = `--${flag} ${stated.value} ${stated.unit} used, the file says ${found.value} ${found.unit}`;
    notices.push({ code: "flag-outranks-file", message, flag: `--${flag}` });
  }
  return stated ?? found;
}

function missing(what: string, flag: string, example: string): LithoscopeError {
  return new LithoscopeError("Missing", `orientation: ${what} is not known, give ${flag} ${example}`, {
    what,
    flag,
  });
}

/** The crystals in the order given; what their files left open is added to the notices. */
async function readCrystals(flags: FlagValues, notices: Notice[]): Promise<Crystal[]> {
  const files = pairs(flags, "crystal", (file) => basename(file).replace(/\.cif$/i, ""));
  if (files.size === 0) throw missing("the list of crystals to look for", "--crystal", "NAME=FILE.cif");
  const settings = pairs(flags, "setting");
  for (const name of settings.keys()) {
    if (!files.has(name)) throw usage("--setting", `no --crystal has the name "${name}"`, "a crystal's name");
  }
  const crystals: Crystal[] = [];
  for (const [name, file] of files) {
    const read = await interpretCif(await readText(file), name, settings.get(name));
    crystals.push(read.crystal);
    notices.push(...read.notices);
  }
  return crystals;
}

/** What the scan's numbers are, from flags and file. */
function settleOptions(flags: FlagValues, scan: Signal, notices: Notice[]) {
  const voltage = settle(
    "voltage",
    given(flags, "voltage", "kV"),
    metaQuantity(scan, "beam.energy", "kV"),
    notices,
  );
  if (!voltage) throw missing("the accelerating voltage", "--voltage", "200kV");
  const pixelSize = settle(
    "pixel-size",
    given(flags, "pixel-size", "1/Å"),
    axisQuantity(scan, "signal", "1/Å"),
    notices,
  );
  if (!pixelSize) throw missing("the detector's pixel size", "--pixel-size", "0.0252/Å");
  const stated = given(flags, "precession", "deg");
  const known = settle("precession", stated, metaQuantity(scan, "beam.precession", "deg"), notices);
  const precession = known ?? { value: 0, unit: "deg", from: "assumed" as const };
  if (!known) {
    const message = "no precession angle given, 0 assumed";
    notices.push({ code: "no-precession", message, flag: "--precession" });
  }
  const step = settle("step", given(flags, "step", "nm"), axisQuantity(scan, "nav", "nm"), notices);
  if (!step) notices.push({ code: "no-step", message: "no step given, sizes are in px", flag: "--step" });
  const calibration = flagText(flags, "calibration") ?? "refine";
  if (calibration !== "refine" && calibration !== "fixed") {
    throw usage("--calibration", `wanted refine or fixed, found "${calibration}"`, "refine or fixed");
  }
  for (const [flag, { value }] of Object.entries({ voltage, "pixel-size": pixelSize })) {
    if (!(value > 0)) throw usage(`--${flag}`, `wanted a number above 0, found ${value}`, "above 0");
  }
  if (precession.value < 0) throw usage("--precession", "wanted 0 or more", "0 or more");
  return { voltage, pixelSize, precession, calibration, ...(step && { step }) } as const;
}

async function run(call: Invocation): Promise<Answer> {
  const { flags, inputs, stop, say, progress } = call;
  const [path] = inputs;
  if (path === undefined || inputs.length > 1) {
    throw usage("orientation", `wanted one SCAN, found ${inputs.length}`, "SCAN");
  }
  const out = flagText(flags, "out");
  const force = flags.force === true;
  const source = await openFile(path);
  try {
    const dataset = await openDataset(source, stop);
    const scan = dataset.items.find((item): item is Signal => item.kind === "signal");
    if (!scan) {
      const fields = { format: path, feature: "orientation" };
      throw new LithoscopeError("Unsupported", `${path}: wanted a scan of patterns, found none`, fields);
    }
    const notices = [...dataset.notices];
    const settled = settleOptions(flags, scan, notices);
    const crystals = await readCrystals(flags, notices);
    if (out === undefined) throw usage("--out", "wanted the folder for the result", "--out DIR");
    await checkFolder(out, force);
    await checkWritable(out);
    const options = {
      voltageKv: settled.voltage.value,
      precessionDeg: settled.precession.value,
      pixelSize: settled.pixelSize.value,
      pixelSizeFrom: settled.pixelSize.from ?? "assumed",
      calibration: settled.calibration,
    };
    const maps = await indexScan(scan, crystals, options, progress, stop);
    stop.throwIfAborted();
    const result = {
      schema: "lithoscope/result/1",
      version,
      complete: true,
      asked: {
        verb: "orientation",
        scan: { file: path, id: await contentId(source, stop) },
        crystals: Object.fromEntries(
          pairs(flags, "crystal", (file) => basename(file).replace(/\.cif$/i, "")),
        ),
        settings: Object.fromEntries(pairs(flags, "setting")),
        ...settled,
      },
      map: "map.json",
      values: maps.values,
      notices: [...notices, ...maps.notices],
    };
    for (const notice of result.notices) say(`notice: ${notice.message}`);
    await writeFolder(
      out,
      [
        ["map.json", jsonText(mapJson(maps))],
        ["result.json", `${jsonText(result)}\n`],
      ],
      force,
    );
    const indexed = maps.phase.reduce((sum, phase) => sum + (phase >= 0 ? 1 : 0), 0);
    const found = indexed === 0 ? "nothing indexed" : `${indexed} of ${maps.phase.length} pixels indexed`;
    return { text: `${out}: ${found}`, json: result };
  } finally {
    await source.close();
  }
}

export const orientation: Command = {
  summary: "phase and orientation map of a scan of diffraction patterns",
  help: [
    "lithoscope orientation SCAN --crystal NAME=FILE.cif … --voltage 200kV --pixel-size 0.0252/Å --out DIR",
    "",
    "  --crystal NAME=FILE.cif    a crystal to look for; once for each",
    "  --setting NAME=1|2|H|R|…   origin or axes of that CIF, where it leaves them open",
    "  --voltage 200kV            accelerating voltage, if the file does not say",
    "  --precession 0.7deg        precession half-angle; 0 if not given",
    "  --pixel-size 0.0252/Å      detector pixel (also 1/A, nm^-1), a start value",
    "  --calibration refine|fixed fixed holds the given pixel size (refine)",
    "  --step 2nm                 distance between scan points",
    "  --out DIR                  folder for result.json and map.json",
    "  --force                    replaces the result in DIR",
    "  --json, --quiet",
    "",
    "Example: lithoscope orientation scan.blo --crystal LNMO=lnmo.cif --crystal Pt=pt.cif \\",
    "           --voltage 200kV --precession 0.7deg --pixel-size 0.0252/Å --out out",
  ].join("\n"),
  flags: {
    crystal: { type: "string", multiple: true },
    setting: { type: "string", multiple: true },
    voltage: { type: "string" },
    precession: { type: "string" },
    "pixel-size": { type: "string" },
    calibration: { type: "string" },
    step: { type: "string" },
    out: { type: "string" },
  },
  run,
};
