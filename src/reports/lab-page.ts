/** report.json: the words of a laboratory report, so that the page can be written again without computing anything. */
import type { Notice, Quantity } from "../core/contracts.ts";
import { LithoscopeError } from "../core/errors.ts";
import type { LabFound } from "./lab-found.ts";
import type { Citation } from "./methods-text.ts";
import type { PageTable } from "./report-html.ts";

/** What report.json holds; figures, numbers and recipe lie beside it. */
export interface LabPage extends Pick<LabFound, "title" | "answer" | "methods" | "python"> {
  readonly schema: "lithoscope/report/1";
  readonly command: string;
  readonly tables: readonly PageTable[];
  /** In the order of the page; each has its files in figures/. */
  readonly figures: readonly { readonly id: string; readonly title: string; readonly alt: string }[];
}

/** The words of a report, for report.json. */
export function labPage(
  { title, answer, methods, python, pageTables = [], figures }: Omit<LabFound, "text" | "keys">,
  command: string,
): LabPage {
  return {
    schema: "lithoscope/report/1",
    ...{ title, answer, methods, python, command, tables: pageTables },
    figures: figures.map(({ id, figure }) => ({ id, title: figure.title, alt: figure.alt })),
  };
}

const isObject = (value: unknown): value is Readonly<Record<string, unknown>> =>
  typeof value === "object" && value !== null && !Array.isArray(value);
const isText = (value: unknown): value is string => typeof value === "string";
const isTexts = (value: unknown): value is readonly string[] => Array.isArray(value) && value.every(isText);

const CITATION = ["key", "authors", "title", "journal", "doi"] as const;
const isCitation = (value: unknown): value is Citation =>
  isObject(value) && CITATION.every((name) => isText(value[name])) && typeof value.year === "number";
const isTable = (value: unknown): value is PageTable =>
  isObject(value) &&
  isText(value.caption) &&
  isTexts(value.head) &&
  Array.isArray(value.rows) &&
  value.rows.every(isTexts) &&
  (value.numbers === undefined ||
    (Array.isArray(value.numbers) && value.numbers.every((column) => Number.isInteger(column))));
/** A figure's id is part of a path. */
const isFigure = (value: unknown): value is LabPage["figures"][number] =>
  isObject(value) &&
  isText(value.id) &&
  /^[a-z0-9-]{1,60}$/.test(value.id) &&
  isText(value.title) &&
  isText(value.alt);

const every = <T>(value: unknown, is: (one: unknown) => one is T): value is readonly T[] =>
  Array.isArray(value) && value.every(is);

/** A result folder may come from anywhere: report.json checked to the last field. @throws Format */
export function readLabPage(value: unknown, path: string): LabPage {
  const wrong = (what: string) =>
    new LithoscopeError("Format", `${path}: wanted ${what}`, { format: "lithoscope/report/1", at: path });
  if (!isObject(value) || value.schema !== "lithoscope/report/1")
    throw wrong('"schema": "lithoscope/report/1"');
  const { title, answer, python, command, methods, tables, figures } = value;
  if (!isText(title) || !isTexts(answer) || !isText(python) || !isText(command))
    throw wrong("title, answer, python and command");
  if (!isObject(methods) || !isText(methods.paragraph) || !every(methods.citations, isCitation))
    throw wrong("methods with a paragraph and citations");
  if (!every(tables, isTable)) throw wrong("tables with caption, head and rows");
  if (!every(figures, isFigure)) throw wrong("figures with id, title and alt");
  const { paragraph, citations } = methods;
  return {
    schema: value.schema,
    ...{ title, answer, python, command, tables, figures, methods: { paragraph, citations } },
  };
}

const isQuantity = (value: unknown): value is Quantity =>
  isObject(value) && isText(value.unit) && (value.value === null || typeof value.value === "number");

/** Key numbers of result.json, as a report shows them; null stands for no number. @throws Format */
export function readValues(value: unknown, path: string): Record<string, Quantity> {
  if (isObject(value) && Object.values(value).every(isQuantity))
    return Object.fromEntries(
      Object.entries(value).map(([name, q]) => {
        const { value: number, unit, sigma, from } = q as Quantity;
        return [
          name,
          {
            ...{ value: number ?? Number.NaN, unit },
            ...(typeof sigma === "number" && { sigma }),
            ...(isText(from) && { from }),
          },
        ];
      }),
    );
  throw new LithoscopeError("Format", `${path}: wanted values with units`, {
    format: "lithoscope/result/1",
    at: "values",
  });
}

/** Notices of result.json. @throws Format */
export function readNotices(value: unknown, path: string): Notice[] {
  const isNotice = (one: unknown): one is Notice =>
    isObject(one) &&
    isText(one.code) &&
    isText(one.message) &&
    [one.where, one.flag].every((text) => text === undefined || isText(text));
  if (every(value, isNotice)) return [...value];
  throw new LithoscopeError("Format", `${path}: wanted notices with code and message`, {
    format: "lithoscope/result/1",
    at: "notices",
  });
}

const ELEMENTS = new Set(["svg", "title", "desc", "g", "rect", "circle", "line", "path", "text", "tspan"]);
const ATTRIBUTES = new Set(
  "xmlns viewBox width height role x y dy cx cy r d transform opacity text-anchor fill stroke".split(" "),
);
const isPlain = (name: string) =>
  ATTRIBUTES.has(name) ||
  /^(?:font|stroke|fill)-(?:family|size|weight|width|dasharray|linejoin|linecap|opacity|rule)$/.test(name);

/**
 * A drawing of a result folder as it may stand in a page: shapes and text only, as the figures of the laboratory are.
 *
 * @throws Refused where it holds anything that could act
 */
export function plainSvg(svg: string, path: string): string {
  const refused = (what: string) =>
    new LithoscopeError("Refused", `${path}: wanted a drawing of shapes and text, found ${what}`, {
      reason: "not a figure of Lithoscope",
    });
  if (!svg.startsWith("<svg ")) throw refused("no SVG at its beginning");
  for (const [tag] of svg.matchAll(/<[^>]*>?/g)) {
    const match = /^<\/?([a-zA-Z]+)((?:\s+[\w:-]+="[^"<]*")*)\s*\/?>$/.exec(tag);
    if (!match || !ELEMENTS.has(match[1]!)) throw refused(tag.slice(0, 40));
    for (const [, name, value] of match[2]!.matchAll(/([\w:-]+)="([^"]*)"/g))
      if (!isPlain(name!) || /url\s*\(/i.test(value!)) throw refused(`${name}="${value!.slice(0, 40)}"`);
  }
  return svg;
}
