/** SVG as text, without a DOM. Lengths are points (1/72 inch), so a font size is what a journal asks for. */

export type Attributes = Readonly<Record<string, string | number | undefined>>;

/** As wide as Arial everywhere; Arimo is what the PNG is drawn with. */
export const FONT = "Arial, Arimo, Helvetica, Liberation Sans, sans-serif";
export const FONT_SIZE = 7;
/** 89 mm, one column. */
export const COLUMN = 252.28;
export const INK = "#000000";
export const FAINT = "#8A8A8A";

/** Text that XML can carry: markup escaped, control characters (which XML 1.0 cannot hold) left out. */
export function escapeXml(text: string): string {
  // biome-ignore lint/suspicious/noControlCharactersInRegex: these are the characters to remove
  const clean = text.replace(/[\u0000-\u0008\u000b\u000c\u000e-\u001f\ufffe\uffff]/g, "");
  return clean.replace(/&/g, "&amp;").replace(/</g, "&lt;").replace(/>/g, "&gt;").replace(/"/g, "&quot;");
}

/** A number as SVG wants it: at most three decimals, never "-0" or an exponent. */
export function number(value: number): string {
  const rounded = Math.round(value * 1000) / 1000;
  return String(rounded === 0 ? 0 : rounded);
}

/** One element; children are SVG already. Attributes that are undefined are left out. */
export function el(name: string, attributes: Attributes, ...children: readonly string[]): string {
  const written = Object.entries(attributes)
    .filter(([, value]) => value !== undefined)
    .map(([key, value]) => ` ${key}="${typeof value === "number" ? number(value) : escapeXml(value!)}"`)
    .join("");
  return children.length === 0 ? `<${name}${written}/>` : `<${name}${written}>${children.join("")}</${name}>`;
}

export interface TextStyle {
  readonly size?: number;
  readonly anchor?: "start" | "middle" | "end";
  readonly bold?: boolean;
  readonly fill?: string;
  /** Degrees, about the anchor. */
  readonly rotate?: number;
}

const SUPERSCRIPT = "⁰¹²³⁴⁵⁶⁷⁸⁹⁻";
const PLAIN = "0123456789−";

/** One line of text with its baseline at y; superscript digits are raised plain ones, which every font has. */
export function text(x: number, y: number, content: string, style: TextStyle = {}): string {
  const size = style.size ?? FONT_SIZE;
  const runs = content.split(/([⁰¹²³⁴⁵⁶⁷⁸⁹⁻]+)/);
  let raised = false;
  const written = runs.map((run, i) => {
    if (run === "") return "";
    const up = i % 2 === 1;
    const shift = up === raised ? undefined : up ? -0.35 * size : 0.35 * size;
    raised = up;
    if (!up && shift === undefined) return escapeXml(run);
    const plain = up ? [...run].map((c) => PLAIN[SUPERSCRIPT.indexOf(c)]).join("") : run;
    return el("tspan", { dy: shift, "font-size": up ? 0.7 * size : size }, escapeXml(plain));
  });
  return el(
    "text",
    {
      x,
      y,
      "font-size": size,
      "text-anchor": style.anchor === "start" ? undefined : style.anchor,
      "font-weight": style.bold ? 700 : undefined,
      fill: style.fill,
      transform: style.rotate ? `rotate(${number(style.rotate)} ${number(x)} ${number(y)})` : undefined,
    },
    ...written,
  );
}

/** How much wider bold letters are. */
export const BOLD = 1.07;

/** Advance widths of Arial (and Arimo, Helvetica) for U+0020 to U+007E, in thousandths of the font size. */
const WIDTHS = [
  278, 278, 355, 556, 556, 889, 667, 191, 333, 333, 389, 584, 278, 333, 278, 278, 556, 556, 556, 556, 556,
  556, 556, 556, 556, 556, 278, 278, 584, 584, 584, 556, 1015, 667, 667, 722, 722, 667, 611, 778, 722, 278,
  500, 667, 556, 833, 722, 778, 667, 778, 722, 667, 611, 722, 667, 944, 667, 667, 611, 278, 278, 278, 469,
  556, 333, 556, 556, 500, 556, 556, 278, 556, 556, 222, 222, 500, 222, 833, 556, 556, 556, 556, 333, 500,
  278, 556, 500, 722, 500, 500, 500, 334, 260, 334, 584,
];

/** Width of a line of text, for layout; other characters than ASCII count as wide letters. */
export function textWidth(content: string, size = FONT_SIZE, bold = false): number {
  let sum = 0;
  for (const c of content) {
    if (SUPERSCRIPT.includes(c)) sum += 0.7 * 570;
    else if (c === "\u00a0") sum += 278;
    else sum += WIDTHS[c.codePointAt(0)! - 32] ?? 667;
  }
  return (sum / 1000) * size * (bold ? BOLD : 1);
}

/** A word in parts no wider than `width`. */
function broken(word: string, width: number, size: number): string[] {
  if (textWidth(word, size) <= width) return [word];
  const parts = [""];
  for (const letter of word) {
    if (parts.at(-1) !== "" && textWidth(parts.at(-1) + letter, size) > width) parts.push("");
    parts[parts.length - 1] += letter;
  }
  return parts;
}

/** The words of a text in lines no wider than `width`; a word that is wider is broken. */
export function wrap(content: string, width: number, size = FONT_SIZE): string[] {
  const lines: string[] = [];
  for (const word of content.split(" ").flatMap((one) => broken(one, width, size))) {
    const last = lines.at(-1);
    if (last !== undefined && textWidth(`${last} ${word}`, size) <= width)
      lines[lines.length - 1] = `${last} ${word}`;
    else lines.push(word);
  }
  return lines;
}

/** A whole document on white, `width` × `height` points, with a title and description for screen readers. */
export function svgDocument(
  width: number,
  height: number,
  about: { readonly title: string; readonly description: string },
  ...children: readonly string[]
): string {
  const mm = (points: number) => `${number((points * 25.4) / 72)}mm`;
  return `${el(
    "svg",
    {
      xmlns: "http://www.w3.org/2000/svg",
      viewBox: `0 0 ${number(width)} ${number(height)}`,
      width: mm(width),
      height: mm(height),
      role: "img",
      "font-family": FONT,
      fill: INK,
    },
    el("title", {}, escapeXml(about.title)),
    el("desc", {}, escapeXml(about.description)),
    el("rect", { width, height, fill: "#FFFFFF" }),
    ...children,
  )}\n`;
}
