import type { Axis, Dataset, Notice, Signal } from "../../core/contracts.ts";
import { calibratedAxis, type Meta, putQuantity, putText } from "../axes.ts";
import { openDataset } from "../open.ts";
import { unitOf } from "../units.ts";
import type { Members } from "./members.ts";

type Json = Readonly<Record<string, unknown>>;

/** The text of a NumPy array that holds one string ("<U…", four bytes a letter); undefined if it holds another thing. */
function stringOf(bytes: Uint8Array): string | undefined {
  const start = 10 + (bytes[8] ?? 0) + 256 * (bytes[9] ?? 0);
  const head = new TextDecoder("latin1").decode(bytes.subarray(0, Math.min(start, 1024)));
  if (bytes[6] !== 1 || !/'descr':\s*'<U\d+'/.test(head)) return undefined;
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  let text = "";
  for (let at = start; at + 4 <= bytes.byteLength; at += 4) {
    const code = view.getUint32(at, true);
    if (code > 0 && code <= 0x10ffff) text += String.fromCodePoint(code);
  }
  return text;
}

async function metadata(members: Members, stop?: AbortSignal): Promise<Json | undefined> {
  const name = "meta_data_json.npy";
  if (!members.names.includes(name)) return undefined;
  const source = await members.open(name, stop);
  const text = stringOf(await source.read(0, Math.min(source.size, 2 ** 24), stop));
  try {
    const value: unknown = text === undefined ? undefined : JSON.parse(text);
    const first = Array.isArray(value) ? value[0] : value;
    return typeof first === "object" && first !== null ? (first as Json) : undefined;
  } catch {
    // Metadata that are not JSON leave the axes in px, which the notice says.
    return undefined;
  }
}

function number(value: unknown): number {
  return typeof value === "number" ? value : Number.NaN;
}

/** Calibrations are listed x first; a length per detector pixel, with the pixels that were put together. */
function calibrated(axis: Axis, place: number, meta: Json): Axis {
  const list = meta["device.calib"];
  const entry = Array.isArray(list) ? list[place] : undefined;
  if (typeof entry !== "object" || entry === null) return axis;
  const { name, value, unit, offset, pixel_factor } = entry as Json;
  const factor = typeof pixel_factor === "number" ? pixel_factor : 1;
  const energy = /energy/i.test(String(name)) ? { ...axis, name: "energy" } : axis;
  return calibratedAxis(energy, unitOf(String(unit)), number(value) * factor, number(offset ?? 0));
}

function metaOf(json: Json): Meta {
  const meta: Meta = {};
  putQuantity(meta, "beam.energy", number(json["electron_gun.voltage"]) / 1e3, "keV");
  putQuantity(meta, "camera.length", number(json["projector.camera_length"]) * 1e3, "mm");
  putQuantity(meta, "dwell.time", number(json["scan_generator.dwell_time"]), "s");
  for (const key of ["scan_generator.detector", "source.name", "comment", "acquisition.time"])
    if (typeof json[key] === "string") putText(meta, key, json[key]);
  return meta;
}

/** CEOS PantaRhei: data.npy with its calibration as JSON beside it. */
export async function przItems(members: Members, stop?: AbortSignal): Promise<Dataset> {
  const { items, header } = await openDataset(await members.open("data.npy", stop), stop);
  const json = await metadata(members, stop);
  const notices: Notice[] = [];
  const signals = items.flatMap((item): Signal[] => {
    if (item.kind !== "signal") return [];
    const last = item.axes.length - 1;
    const axes = json ? item.axes.map((axis, i) => calibrated(axis, last - i, json)) : item.axes;
    const title = typeof json?.repo_id === "string" ? json.repo_id : item.title;
    return [{ ...item, title, axes, meta: json ? metaOf(json) : {} }];
  });
  if (signals.every(({ axes }) => axes.every(({ from }) => from === "none"))) {
    const message = json
      ? "prz: the metadata state no calibration, every axis is in px"
      : "prz: the metadata are pickled Python, which is not run; every axis is in px";
    notices.push({ code: "uncalibrated", message, flag: "--pixel-size" });
  }
  return { items: signals, header: { data: header, meta: json }, notices };
}
