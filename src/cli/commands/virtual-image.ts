import { join } from "node:path";
import { version } from "../../../package.json" with { type: "json" };
import {
  type Detector,
  type DetectorScale,
  parseDetector,
  placeDetector,
} from "../../analyses/diffraction/virtual-image/detectors.ts";
import { directBeam, virtualImages } from "../../analyses/diffraction/virtual-image/images.ts";
import type { Notice, Signal } from "../../core/contracts.ts";
import { LithoscopeError } from "../../core/errors.ts";
import { parseQuantity } from "../../core/unit.ts";
import { rgbPng } from "../../figures/raster.ts";
import { encodeNpy } from "../../formats/npy/encode.ts";
import { openDataset } from "../../formats/open.ts";
import { electronWavelength } from "../../science/scattering/electron.ts";
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
import { holds } from "../holds.ts";
import { OPEN_FLAGS, OPEN_HELP, openOptions } from "../open-options.ts";
import { checkFolder, checkWritable, writeFolder } from "../output.ts";

function stated(flags: FlagValues, flag: string, unit: string): number | undefined {
  const text = flagText(flags, flag);
  if (text === undefined) return undefined;
  const { value } = parseQuantity(text, unit, `--${flag}`);
  if (value > 0) return value;
  throw usage(`--${flag}`, `wanted a number above 0, found "${text}"`, "above 0");
}

function metaKev(scan: Signal): number | undefined {
  const energy = scan.meta["beam.energy"];
  if (typeof energy !== "object") return undefined;
  return energy.unit === "keV" || energy.unit === "kV" ? energy.value : undefined;
}

/** The direct beam where it is stated: column, row, on the detector. */
function statedCentre(flags: FlagValues, scan: Signal): [number, number] | undefined {
  const text = flagText(flags, "centre");
  if (text === undefined) return undefined;
  const parts = text.split(",");
  if (parts.length !== 2) throw usage("--centre", `wanted COLUMN,ROW, found "${text}"`, "64px,64px");
  const [x, y] = parts.map((part) => parseQuantity(part, "px", "--centre").value) as [number, number];
  const [width, height] = [scan.axes[3]?.size ?? 0, scan.axes[2]?.size ?? 0];
  if (x >= 0 && y >= 0 && x <= width - 1 && y <= height - 1) return [x, y];
  throw usage("--centre", `wanted a place on the ${width} × ${height} detector, found "${text}"`, "on it");
}

/** Flags outrank the file; what neither says is left open. */
async function scaleOf(flags: FlagValues, scan: Signal, notices: Notice[], stop: AbortSignal) {
  const axis = scan.axes.at(-1)!;
  const pixel = stated(flags, "pixel-size", "1/Å") ?? (axis.unit === "1/Å" ? axis.scale : undefined);
  const voltage = stated(flags, "voltage", "kV") ?? metaKev(scan);
  const centre = statedCentre(flags, scan);
  const found = centre ?? (await directBeam(scan, stop));
  if (!centre) {
    const message = `direct beam found at ${found.map((v) => v.toFixed(2)).join(", ")} px`;
    notices.push({ code: "centre-found", message, flag: "--centre" });
  }
  const scale: DetectorScale = {
    centre: found,
    ...(pixel !== undefined && { pixel }),
    ...(voltage !== undefined && { wavelength: electronWavelength(voltage) }),
  };
  return { scale, centreFrom: centre ? "flag" : "found" };
}

/** Grey levels from the least to the largest value. */
function greyPng(image: Float64Array, width: number, height: number): Uint8Array {
  const least = image.reduce((a, b) => Math.min(a, b), Number.POSITIVE_INFINITY);
  const range = image.reduce((a, b) => Math.max(a, b), Number.NEGATIVE_INFINITY) - least || 1;
  const rgb = new Uint8Array(3 * image.length);
  for (let i = 0; i < image.length; i++)
    rgb.fill(Math.round((255 * (image[i]! - least)) / range), 3 * i, 3 * i + 3);
  return rgbPng(rgb, width, height);
}

function described({ name, x, y, inner, outer, text }: Detector) {
  return { name, asked: text, x, y, inner, outer, unit: "px", image: `${name}.npy`, picture: `${name}.png` };
}

async function run({ flags, inputs, stop, say, progress }: Invocation): Promise<Answer> {
  const [path] = inputs;
  if (path === undefined || inputs.length > 1)
    throw usage("virtual-image", `wanted one SCAN, found ${inputs.length}`, "SCAN");
  const specs = flagTexts(flags, "detector").map((text, i) => parseDetector(text, `detector-${i + 1}`));
  if (specs.length === 0) throw usage("--detector", "wanted at least one", "disc:64px,64px,5px");
  const twice = specs.find(({ name }, i) => specs.findIndex((other) => other.name === name) !== i);
  if (twice) throw usage("--detector", `the name "${twice.name}" is given twice`, "different names");
  const out = flagText(flags, "out");
  if (out === undefined) throw usage("--out", "wanted the folder for the images", "--out DIR");
  const force = flags.force === true;
  const source = await openFile(path);
  try {
    const open = openOptions(flags);
    const dataset = await openDataset(source, stop, open);
    const scan = dataset.items.find(
      (item): item is Signal => item.kind === "signal" && item.axes.length === 4,
    );
    if (!scan) {
      const fields = { format: path, feature: "virtual-image" };
      throw new LithoscopeError("Unsupported", `${path}: wanted a scan of patterns, found none`, fields);
    }
    const notices: Notice[] = [...dataset.notices];
    const { scale, centreFrom } = await scaleOf(flags, scan, notices, stop);
    const detectors = specs.map((spec) => placeDetector(spec, scale));
    const [height, width] = [scan.axes[0]!.size, scan.axes[1]!.size];
    const result = {
      schema: "lithoscope/virtual-image/1",
      version,
      scan: {
        ...{ file: path, id: await contentId(source, stop) },
        ...(Object.keys(open).length > 0 && { open }),
      },
      centre: { x: scale.centre[0], y: scale.centre[1], unit: "px", from: centreFrom },
      axes: scan.axes.slice(0, 2).map(({ values: _values, ...axis }) => axis),
      value: { name: `sum of ${scan.value.name}`, unit: scan.value.unit },
      convention:
        "disc: distance of pixel centre ≤ r; ring: r0 ≤ distance < r1; sums, pixels not finite left out",
      detectors: detectors.map(described),
      notices,
    };
    for (const { message } of notices) say(`notice: ${message}`);
    const names = detectors.map(({ name }) => `${name}.npy`).join(", ");
    const answer = { text: `${out}: ${names}`, json: result };
    const description = `${jsonText(result)}\n`;
    if (flags["dry-run"] === true)
      return { text: `would write ${names} to ${out}`, json: { dryRun: true, ...result } };
    if (await holds(join(out, "images.json"), description)) return answer;
    await checkFolder(out, force);
    await checkWritable(out);
    const images = await virtualImages(scan, detectors, { progress, stop });
    await writeFolder(
      out,
      [
        ...detectors.flatMap(({ name }, i): [string, Uint8Array][] => [
          [`${name}.npy`, encodeNpy(images[i]!, [height, width])],
          [`${name}.png`, greyPng(images[i]!, width, height)],
        ]),
        ["images.json", description],
      ],
      force,
    );
    return answer;
  } finally {
    await source.close();
  }
}

export const virtualImage: Command = {
  help: [
    "lithoscope virtual-image SCAN --detector [NAME=]disc:x,y,r … --out DIR",
    "",
    "Sums every pattern over each detector, all in one pass; writes NAME.npy, NAME.png and images.json.",
    "",
    "  --detector disc:x,y,r      pixels at most r away; ring:x,y,r0,r1 from r0 to below r1; once for each",
    "                             x, y in px are column and row, in mrad or 1/Å they are counted from the beam",
    "  --centre 64px,64px         the direct beam, column and row; found if not given",
    "  --pixel-size 0.0252/Å      detector pixel, if the file does not say",
    "  --voltage 200kV            accelerating voltage, for mrad, if the file does not say",
    ...OPEN_HELP,
    "  --out DIR                  the same command again finds the images done",
    "  --force                    replaces others in DIR",
    "  --dry-run                  says where the detectors would lie",
    "  --progress plain|json, --json, --quiet",
    "",
    "Example: lithoscope virtual-image scan.blo --detector bf=disc:0mrad,0mrad,2mrad \\",
    "           --detector adf=ring:0mrad,0mrad,5mrad,20mrad --out images",
  ].join("\n"),
  flags: {
    ...OPEN_FLAGS,
    detector: { type: "string", multiple: true },
    centre: { type: "string" },
    "pixel-size": { type: "string" },
    voltage: { type: "string" },
    out: { type: "string" },
    "dry-run": { type: "boolean" },
  },
  run,
};
