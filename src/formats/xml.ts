import { LithoscopeError } from "../core/errors.ts";

/** An element: its name, attributes as text, children in order, and the text directly in it. */
export interface XmlElement {
  readonly name: string;
  readonly attributes: Readonly<Record<string, string>>;
  readonly children: readonly XmlElement[];
  readonly text: string;
}

/** A document of more characters is not taken apart: its tree would be many times as large. */
const MAX_CHARACTERS = 2 ** 26;
const MAX_DEPTH = 256;

type Ordered = Readonly<Record<string, unknown>>;

function elementOf(node: Ordered, depth: number): XmlElement | undefined {
  const name = Object.keys(node).find((key) => key !== ":@");
  const inner = name === undefined ? undefined : node[name];
  if (name === undefined || name.startsWith("#") || name.startsWith("?") || !Array.isArray(inner))
    return undefined;
  if (depth > MAX_DEPTH) return undefined;
  const attributes: Record<string, string> = Object.create(null);
  for (const [key, value] of Object.entries((node[":@"] ?? {}) as Ordered)) attributes[key] = String(value);
  const text = inner.flatMap((child: Ordered) => ("#text" in child ? [String(child["#text"])] : [])).join("");
  const children = inner.flatMap((child: Ordered) => elementOf(child, depth + 1) ?? []);
  return { name, attributes, children, text };
}

/**
 * The root element of an XML text. Entities that a document declares are never expanded; the five of XML itself are.
 *
 * @param format the format that asks, for its errors
 * @throws Format if it is no XML; Refused if it is longer than 64 MiB
 */
export async function parseXml(text: string, format: string): Promise<XmlElement> {
  if (text.length > MAX_CHARACTERS) {
    const message = `${format}: XML of ${text.length} characters, more than ${MAX_CHARACTERS}`;
    throw new LithoscopeError("Refused", message, { why: "XML size", need: `at most ${MAX_CHARACTERS}` });
  }
  const { XMLParser } = await import("fast-xml-parser");
  const parser = new XMLParser({
    preserveOrder: true,
    ignoreAttributes: false,
    attributeNamePrefix: "",
    parseTagValue: false,
    parseAttributeValue: false,
    trimValues: true,
    processEntities: false,
  });
  try {
    const nodes = parser.parse(text.replace(/^\uFEFF/, "")) as Ordered[];
    for (const node of nodes) {
      const root = elementOf(node, 0);
      if (root) return root;
    }
  } catch (error) {
    const reason = error instanceof Error ? error.message : String(error);
    throw new LithoscopeError("Format", `${format}: ${reason}`, { format, at: 0 }, { cause: error });
  }
  throw new LithoscopeError("Format", `${format}: wanted an XML element, found none`, { format, at: 0 });
}

const ENTITIES: Readonly<Record<string, string>> = { lt: "<", gt: ">", amp: "&", quot: '"', apos: "'" };

/** Text with the five entities of XML and numbered characters written out. */
export function plainText(text: string): string {
  return text.replace(
    /&(?:#(\d{1,7})|#x([\da-f]{1,6})|(lt|gt|amp|quot|apos));/gi,
    (whole, ten, hex, name) => {
      if (name) return ENTITIES[name.toLowerCase()]!;
      const code = ten ? Number(ten) : Number.parseInt(hex, 16);
      return code <= 0x10ffff ? String.fromCodePoint(code) : whole;
    },
  );
}

/** The element below `root` along a path of names; undefined if there is none. */
export function child(root: XmlElement | undefined, ...names: readonly string[]): XmlElement | undefined {
  return names.reduce<XmlElement | undefined>((at, name) => at?.children.find((c) => c.name === name), root);
}

/** Every element of a name anywhere below, in document order. */
export function* descendants(root: XmlElement, name: string): Generator<XmlElement> {
  for (const inner of root.children) {
    if (inner.name === name) yield inner;
    yield* descendants(inner, name);
  }
}
