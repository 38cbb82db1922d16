import { child, descendants, parseXml, plainText, type XmlElement } from "../../../xml.ts";
import { childDataset, type H5Group } from "../../parse.ts";

/** One axis of a calibration: coordinate of i = offset + scale · i. */
export interface ArrayCalibration {
  readonly offset: number;
  readonly scale: number;
  /** "Position" [m], "Angle" [rad]; others occur. */
  readonly type: string;
}

export interface ImageCalibration {
  readonly x: ArrayCalibration;
  readonly y: ArrayCalibration;
}

/** A procedure's document in the file's words. */
export interface Procedure {
  readonly title: string;
  /** Values with a name anywhere in it, the first of a name: "FrameTime", "GunHighVoltage". */
  readonly named: Readonly<Record<string, string>>;
  /** Text of the elements directly below the root: "StartDateTime", "Specimen". */
  readonly fields: Readonly<Record<string, string>>;
  /** Calibrations of results that are images, by the name of their dataset. */
  readonly images: ReadonlyMap<string, ImageCalibration | undefined>;
}

/** The document of one pattern. */
export interface PatternDocument {
  readonly calibration: ImageCalibration | undefined;
  /** Where the beam was asked to be [m]. */
  readonly position: readonly [number, number] | undefined;
}

/** Results, their groups and a procedure are named by such numbers. */
const GUID = /^[\da-f]{8}(-[\da-f]{4}){3}-[\da-f]{12}$/i;

export function isGuid(name: string): boolean {
  return GUID.test(name);
}

/** Groups that hold a procedure with its results: the root itself, or one group for each in an archive of several. */
export function proceduresOf(root: H5Group): readonly H5Group[] {
  const has = (group: H5Group) =>
    childDataset(group, "Metadata")?.type.kind === "text" && [...group.children.keys()].some(isGuid);
  const below = [...root.children].flatMap(([name, object]) =>
    object.kind === "group" && isGuid(name) && has(object) ? [object] : [],
  );
  return has(root) ? [root, ...below] : below;
}

function numberIn(element: XmlElement | undefined): number {
  return element === undefined || element.text === "" ? Number.NaN : Number(element.text);
}

function arrayCalibration(element: XmlElement): ArrayCalibration {
  return {
    offset: numberIn(child(element, "Offset")),
    scale: numberIn(child(element, "Scale")),
    type: child(element, "Type", "Text")?.text ?? "",
  };
}

function calibrationIn(element: XmlElement | undefined): ImageCalibration | undefined {
  const [x, y] = ["X", "Y"].map((name) => child(element, name));
  return x && y && { x: arrayCalibration(x), y: arrayCalibration(y) };
}

/** @throws Format if the text is no XML */
export async function parseProcedure(text: string): Promise<Procedure> {
  const root = await parseXml(text, "hdf5");
  const named: Record<string, string> = Object.create(null);
  const images = new Map<string, ImageCalibration | undefined>();
  for (const item of descendants(root, "Item")) {
    const [name, value] = ["Name", "Value"].map((part) => child(item, part));
    if (!name || !value) continue;
    if (value.children.length === 0) named[name.text] ??= plainText(value.text);
    const id = child(value, "Id")?.text;
    if (id !== undefined && value.attributes.Serializer === "ImageDataSerializer")
      images.set(id, calibrationIn(child(value, "Calibration")));
  }
  const plain = root.children.filter((element) => element.children.length === 0);
  const fields = Object.fromEntries(plain.map(({ name, text: inner }) => [name, plainText(inner)]));
  return { title: fields.Title ?? "", named, fields, images };
}

/** @throws Format if the text is no XML */
export async function parsePattern(text: string): Promise<PatternDocument> {
  const root = await parseXml(text, "hdf5");
  const at = [...descendants(root, "Item")].find(
    (item) => child(item, "Name")?.text === "RequestedBeamPosition",
  );
  const [x, y] = ["X", "Y"].map((name) => numberIn(child(at, "Value", name))) as [number, number];
  const position = Number.isFinite(x) && Number.isFinite(y) ? ([x, y] as const) : undefined;
  return { calibration: calibrationIn(child(root, "Calibration")), position };
}
