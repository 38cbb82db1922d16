import type { Notice, Quantity } from "../core/contracts.ts";
import { quantityParts } from "../figures/number-text.ts";
import type { NamedFigure } from "./figures-of.ts";
import { escapeHtml, htmlTable, jsonOf, scriptJson } from "./html.ts";
import { citationLine, type Methods } from "./methods-text.ts";
import { pageScript } from "./page-script.ts";
import { PAGE_STYLE } from "./page-style.ts";
import type { PackedPixels } from "./pixel-data.ts";

/** A table of the page; the columns `numbers` are right-aligned. */
export interface PageTable {
  readonly caption: string;
  readonly head: readonly string[];
  readonly rows: readonly (readonly string[])[];
  readonly numbers?: readonly number[];
}

export interface PageInput {
  readonly title: string;
  /** The answer in a few sentences. */
  readonly answer: readonly string[];
  readonly values: Readonly<Record<string, Quantity>>;
  readonly notices: readonly Notice[];
  readonly complete: boolean;
  readonly figures: readonly NamedFigure[];
  /** What the points of the maps answer; absent where there are no maps. */
  readonly pixels?: PackedPixels;
  /** Tables beside the key numbers. */
  readonly tables?: readonly PageTable[];
  readonly methods: Methods;
  /** Inputs with their content ids. */
  readonly inputs: Readonly<Record<string, string>>;
  readonly command: string;
  readonly python: string;
  readonly recipe: unknown;
  readonly version: string;
}

const CSP =
  "default-src 'none'; img-src data: blob:; style-src 'unsafe-inline'; script-src 'unsafe-inline'; base-uri 'none'; form-action 'none'";

function valueRows(values: Readonly<Record<string, Quantity>>): string[][] {
  return Object.entries(values).map(([name, q]) => {
    const { value, sigma } = quantityParts(q);
    return [name, value, sigma, q.unit === "1" ? "" : q.unit, q.from ?? ""];
  });
}

function noticeBlock({ message, where, flag }: Notice): string {
  const more = [where, flag && `settled by ${flag}`].filter(Boolean).join("; ");
  return `<p class="notice"><strong>Notice:</strong> ${escapeHtml(message)}${more ? ` <span>(${escapeHtml(more)})</span>` : ""}</p>`;
}

function figureBlock({ id, figure, map }: NamedFigure, number: number): string {
  const tools = ["svg", "png", "csv"].map((kind) => {
    const what = { svg: "SVG", png: "PNG, 600 dpi", csv: map ? "CSV of all points" : "CSV" }[kind];
    return `<button type="button" data-save="${kind}" data-command="report.save-${kind}">${what}<span hidden> of ${escapeHtml(figure.title)}</span></button>`;
  });
  const label = escapeHtml(
    `${figure.title}. Arrow keys move the cursor, Shift by ten, Enter keeps the point.`,
  );
  const picture = map
    ? `<div class="map" tabindex="0" role="group" aria-label="${label}" aria-describedby="answer-help">${figure.svg}</div>`
    : figure.svg;
  const data = map
    ? ""
    : `<script type="application/json" id="csv-${id}">${scriptJson(figure.data)}</script>`;
  return `<figure id="figure-${id}" data-panel="${id}" data-state="ready">${picture}<figcaption><strong>Figure ${number}.</strong> ${escapeHtml(figure.caption)}</figcaption><div class="tools noprint">${tools.join("")}</div>${data}</figure>`;
}

const ANSWER = `<aside class="answer" id="explore" hidden aria-label="Numbers of the point">
<h3>This point</h3>
<p id="answer-help" class="soft" style="font-size:.88rem;margin:.2rem 0 .5rem">Point at a map, click to hold, or move a focused map with the arrow keys.</p>
<div><label>column <input id="field-x" type="number" min="0" step="1"></label><label>row <input id="field-y" type="number" min="0" step="1"></label></div>
<table><caption>Numbers to four digits; the CSV has seven</caption><tbody id="answer-body"></tbody></table>
<button type="button" id="add-pin" data-command="report.keep-point">Keep this point</button>
<ul id="pins" aria-label="Kept points"></ul>
<div id="answer-spoken" role="status" style="position:absolute;width:1px;height:1px;overflow:hidden;clip-path:inset(50%)"></div>
</aside>`;

/** Figures of maps beside the panel that answers for their points, then the other figures. */
function figureSection(figures: readonly NamedFigure[], pixels: boolean): string {
  if (!pixels)
    return `<h2 id="figures">Figures</h2><div class="grid">${figures.map((one, i) => figureBlock(one, i + 1)).join("\n")}</div>`;
  const numbered = figures.map((figure, i) => ({ figure, block: figureBlock(figure, i + 1) }));
  const blocks = (map: boolean) =>
    numbered
      .filter(({ figure }) => figure.map === map)
      .map(({ block }) => block)
      .join("\n");
  return `<h2 id="maps">Maps: every point answers</h2>
<noscript><p>Without scripts the figures stand as they are; the numbers of every point are in the result folder.</p></noscript>
<div class="maps"><div class="grid">${blocks(true)}</div>${ANSWER}</div>
<h2 id="distributions">Distributions</h2><div class="grid">${blocks(false)}</div>`;
}

function copyable(id: string, text: string): string {
  return `<pre id="${id}" tabindex="0">${escapeHtml(text)}</pre><button type="button" class="noprint" data-copy="${id}">Copy</button>`;
}

/** One self-contained page: no request to anywhere, readable without scripts, printable. */
export function reportHtml(input: PageInput): string {
  const { methods } = input;
  const cites = methods.citations.map(
    (c) =>
      `<li>${escapeHtml(citationLine(c))} <a href="https://doi.org/${escapeHtml(c.doi)}" rel="noreferrer">link</a></li>`,
  );
  const notices = input.notices.length === 0 ? "<p>None.</p>" : input.notices.map(noticeBlock).join("\n");
  const tables = (input.tables ?? []).map((t) => htmlTable(t.caption, t.head, t.rows, t.numbers));
  const pixels = input.pixels
    ? `<script type="application/json" id="pixels">${scriptJson(input.pixels)}</script>\n`
    : "";
  const incomplete = input.complete
    ? ""
    : '<p class="notice"><strong>Not complete:</strong> parts of the input have no answer.</p>';
  return `<!DOCTYPE html>
<html lang="en"><head><meta charset="utf-8"><meta name="viewport" content="width=device-width, initial-scale=1">
<meta http-equiv="Content-Security-Policy" content="${CSP}">
<title>${escapeHtml(input.title)}</title><style>${PAGE_STYLE}</style></head>
<body><header><h1>${escapeHtml(input.title)}</h1><p>${input.answer.map(escapeHtml).join(" ")}</p>${incomplete}</header>
<main>
<h2 id="numbers">Key numbers</h2>
${htmlTable("σ is one standard deviation; origin says where a value comes from", ["quantity", "value", "σ", "unit", "origin"], valueRows(input.values), [1, 2])}
${tables.join("\n")}
<h2 id="notices">Notices</h2>
${notices}
${figureSection(input.figures, input.pixels !== undefined)}
<h2 id="methods">Methods</h2>
<p id="methods-text">${escapeHtml(methods.paragraph)}</p><button type="button" class="noprint" data-copy="methods-text">Copy</button>
<h3>References</h3><ol>${cites.join("")}</ol>
<h2 id="inputs">Inputs</h2>
${htmlTable("Files and content ids", ["file", "content id"], Object.entries(input.inputs))}
<h2 id="again">Do it again</h2>
<h3>Command</h3>${copyable("command", input.command)}
<h3>In Python</h3>${copyable("python", input.python)}
<details><summary>Recipe (JSON)</summary>${copyable("recipe", jsonOf(input.recipe, 1))}</details>
<p class="soft">Lithoscope ${escapeHtml(input.version)}. This page asks the network for nothing.</p>
</main>
${pixels}<script>${pageScript(input.pixels !== undefined)}</script>
</body></html>
`;
}
