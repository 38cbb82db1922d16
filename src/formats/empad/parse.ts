import { LithoscopeError } from "../../core/errors.ts";
import { parseXml, plainText, type XmlElement } from "../xml.ts";

/** Text of each element by its path below the root; attributes as "path@name", a mode as "path[mode]". */
export type EmpadHeader = Readonly<Record<string, string>>;

/** The descriptions that are known have some 5 kB. */
const MAX_XML = 2 ** 22;

export function empadError(sentence: string, at = 0): LithoscopeError {
  return new LithoscopeError("Format", `empad: ${sentence}`, { format: "empad", at });
}

/** Every element and attribute of the description; of elements with the same path the first counts. */
export async function parseEmpad(bytes: Uint8Array): Promise<EmpadHeader> {
  if (bytes.byteLength > MAX_XML)
    throw empadError(`an XML of ${bytes.byteLength} bytes, more than ${MAX_XML}`);
  const text = new TextDecoder().decode(bytes);
  const root = await parseXml(text, "empad");
  if (!text.trimEnd().endsWith(`</${root.name}>`))
    throw empadError(`the XML is cut short, file ends at ${bytes.byteLength}`, bytes.byteLength);
  const header: Record<string, string> = Object.create(null);
  const walk = (element: XmlElement, above: string) => {
    const mode = element.attributes.mode ? `[${element.attributes.mode}]` : "";
    const path = `${above}${element.name}${mode}`;
    const content = plainText(element.text).trim();
    if (content) header[path] ??= content;
    for (const [name, value] of Object.entries(element.attributes))
      header[`${path}@${name}`] ??= plainText(value).trim();
    for (const inner of element.children) walk(inner, `${path}/`);
  };
  for (const element of root.children) walk(element, "");
  return header;
}

/** The first number among the named fields; undefined if none has one. */
export function numberAt(header: EmpadHeader, ...paths: readonly string[]): number | undefined {
  for (const path of paths) {
    const value = Number(header[path] ?? "");
    if (header[path] !== undefined && header[path] !== "None" && Number.isFinite(value)) return value;
  }
  return undefined;
}

/** The numbers of "[1e-6, 2e-6]" or "(256, 256)"; none of any other text. */
export function listAt(header: EmpadHeader, path: string): number[] {
  const inner = /^[[(](.*)[\])]$/.exec(header[path] ?? "")?.[1];
  const values = inner?.split(",").map(Number) ?? [];
  return values.every(Number.isFinite) ? values : [];
}
