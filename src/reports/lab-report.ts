import type { Notice, Quantity } from "../core/contracts.ts";
import { type CsvColumn, csvText } from "../figures/csv.ts";
import type { NamedFigure } from "./figures-of.ts";
import { bibtex, citationLine, type Methods } from "./methods-text.ts";
import type { ReportFile } from "./orientation-report.ts";
import { type PageTable, reportHtml } from "./report-html.ts";
import { noticesCsv, valuesCsv } from "./table-csv.ts";

/** What a report on electrochemistry shows. */
export interface LabReportInput {
  readonly title: string;
  /** The answer in a few sentences. */
  readonly answer: readonly string[];
  /** Key numbers by name. */
  readonly values: Readonly<Record<string, Quantity>>;
  /** Tables of the page, beside the key numbers. */
  readonly pageTables?: readonly PageTable[];
  /** Tables of the result folder by name: columns with units. */
  readonly tables: Readonly<Record<string, readonly CsvColumn[]>>;
  readonly figures: readonly NamedFigure[];
  readonly notices: readonly Notice[];
  readonly methods: Methods;
  /** Inputs with their content ids. */
  readonly inputs: Readonly<Record<string, string>>;
  readonly command: string;
  /** Python lines that load a table. */
  readonly python: string;
  readonly recipe: unknown;
  readonly version: string;
  /** Draws a figure as PNG; no PNG files without it. */
  readonly png?: (svg: string) => Promise<Uint8Array>;
  readonly stop?: AbortSignal;
}

/** Every file of a report: page, figures, tables, methods, references; paths as in a result folder. */
export async function labReport(input: LabReportInput): Promise<ReportFile[]> {
  const { figures, methods, png, stop } = input;
  const files: ReportFile[] = Object.entries(input.tables).map(([name, columns]) => ({
    path: `tables/${name}.csv`,
    bytes: csvText(columns),
  }));
  files.push({ path: "tables/values.csv", bytes: valuesCsv(input.values) });
  files.push({ path: "tables/notices.csv", bytes: noticesCsv(input.notices) });
  for (const { id, figure } of figures) {
    stop?.throwIfAborted();
    files.push({ path: `figures/${id}.svg`, bytes: figure.svg });
    if (png) files.push({ path: `figures/${id}.png`, bytes: await png(figure.svg) });
    files.push({ path: `figures/${id}.csv`, bytes: figure.data });
    files.push({ path: `figures/${id}.txt`, bytes: `${figure.caption}\n` });
  }
  const references = methods.citations.map((c, i) => `${i + 1}. ${citationLine(c)}`).join("\n");
  files.push({ path: "methods.md", bytes: `${methods.paragraph}\n\n${references}\n` });
  files.push({ path: "citations.bib", bytes: bibtex(methods.citations) });
  const { pageTables, tables: _tables, png: _png, stop: _stop, ...page } = input;
  const html = reportHtml({ ...page, complete: true, ...(pageTables && { tables: pageTables }) });
  files.push({ path: "report.html", bytes: html });
  return files;
}
