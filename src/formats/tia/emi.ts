import type { Source } from "../../core/contracts.ts";
import { type Meta, putQuantity, putText } from "../axes.ts";
import { descendants, parseXml, plainText, type XmlElement } from "../xml.ts";

/** Descriptions stand among the pixels of an .emi, near its start or its end [bytes]. */
const SEARCHED = 2 ** 24;
const MAX_OBJECTS = 256;

/** One described object: its fields by name, and the labelled values with their units. */
export interface EmiObject {
  readonly fields: Readonly<Record<string, string>>;
  readonly labels: Readonly<Record<string, { readonly value: string; readonly unit: string }>>;
}

function objectOf(root: XmlElement): EmiObject {
  const fields: Record<string, string> = Object.create(null);
  const labels: Record<string, { value: string; unit: string }> = Object.create(null);
  const walk = (element: XmlElement) => {
    if (element.children.length === 0 && element.text) fields[element.name] ??= plainText(element.text);
    element.children.forEach(walk);
  };
  walk(root);
  for (const data of descendants(root, "Data")) {
    const text = (name: string) => plainText(data.children.find((c) => c.name === name)?.text ?? "").trim();
    if (text("Label")) labels[text("Label")] = { value: text("Value"), unit: text("Unit") };
  }
  return { fields, labels };
}

/** Every description in an .emi file that can be taken apart. */
export async function parseEmi(source: Source, stop?: AbortSignal): Promise<EmiObject[]> {
  const first = await source.read(0, Math.min(source.size, SEARCHED), stop);
  const from = Math.max(first.byteLength, source.size - SEARCHED);
  const last = from < source.size ? await source.read(from, source.size - from, stop) : new Uint8Array(0);
  const found: EmiObject[] = [];
  for (const bytes of [first, last]) {
    const text = new TextDecoder("latin1").decode(bytes);
    let at = text.indexOf("<ObjectInfo>");
    while (at >= 0 && found.length < MAX_OBJECTS) {
      const end = text.indexOf("</ObjectInfo>", at);
      if (end < 0) break;
      found.push(objectOf(await parseXml(text.slice(at, end + "</ObjectInfo>".length), "tia")));
      at = text.indexOf("<ObjectInfo>", end);
    }
  }
  return found;
}

/** Seconds since 1970 of "Mon Feb 22 11:55:58 2016", as if it were UTC; the file does not name a zone. */
function localSeconds(text: string | undefined): number {
  const match = /^\w{3} (\w{3}) +(\d+) (\d\d:\d\d:\d\d) (\d{4})$/.exec(text?.trim() ?? "");
  return match ? Date.parse(`${match[2]} ${match[1]} ${match[4]} ${match[3]} UTC`) / 1000 : Number.NaN;
}

/**
 * The description of a series: of its kind, and nearest in time, whatever zone the clock was in. The two do not name
 * each other.
 */
export function describing(
  objects: readonly EmiObject[],
  { rank, scanned, time }: { rank: 1 | 2; scanned: boolean; time: number | undefined },
): EmiObject | undefined {
  const camera = (o: EmiObject) => o.fields.CameraNamePath !== undefined;
  const beam = (o: EmiObject) => o.fields.FrameTime !== undefined;
  const fits = objects.filter((o) => {
    if (o.fields.AcceleratingVoltage === undefined) return false;
    if (rank === 1) return !camera(o) && !beam(o);
    return scanned ? camera(o) : camera(o) || beam(o);
  });
  const quarter = 900;
  const away = (o: EmiObject) => {
    const seconds = localSeconds(o.fields.AcquireDate) - (time ?? Number.NaN);
    return Number.isFinite(seconds) ? Math.abs(seconds - quarter * Math.round(seconds / quarter)) : quarter;
  };
  return fits.toSorted((a, b) => away(a) - away(b))[0];
}

/** True where the description says that a camera took diffraction patterns. */
export function isDiffraction({ fields, labels }: EmiObject): boolean {
  const mode = labels.Mode?.value ?? "";
  // In STEM the projector shows a pattern always; only what a camera takes is one.
  return /Diffraction/i.test(mode) && (fields.CameraNamePath !== undefined || !/STEM/.test(mode));
}

/** Instrument and acquisition by an .emi's description, with the units that it states. */
export function emiMeta({ fields, labels }: EmiObject): Meta {
  const meta: Meta = {};
  const labelled = (label: string, unit: string, factor = 1) => {
    const found = labels[label];
    return found?.unit === unit && found.value !== "" ? Number(found.value) * factor : undefined;
  };
  putQuantity(meta, "beam.energy", Number(fields.AcceleratingVoltage) / 1e3, "keV");
  putQuantity(meta, "camera.length", labelled("Camera length", "m", 1e3), "mm");
  putQuantity(meta, "magnification", labelled("Magnification", "x"), "1");
  putQuantity(meta, "scan.rotation", labelled("Stem rotation", "deg"), "deg");
  putQuantity(meta, "stage.alpha", labelled("Stage A", "deg"), "deg");
  putQuantity(meta, "stage.beta", labelled("Stage B", "deg"), "deg");
  // "DwellTimePath" is the pixel time of a scan and the exposure of a camera.
  const dwell = fields.DwellTimePath === undefined ? undefined : Number(fields.DwellTimePath);
  putQuantity(meta, fields.CameraNamePath ? "exposure.time" : "dwell.time", dwell, "s");
  putQuantity(
    meta,
    "exposure.time",
    fields.IntegrationTime ? Number(fields.IntegrationTime) : dwell && Number.NaN,
    "s",
  );
  putText(meta, "microscope", labels.Microscope?.value);
  putText(meta, "mode", labels.Mode?.value);
  putText(meta, "detector", fields.CameraNamePath ?? fields.Manufacturer);
  putText(meta, "time.local", fields.AcquireDate);
  return meta;
}
