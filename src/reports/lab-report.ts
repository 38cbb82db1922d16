import { csvText } from "../figures/csv.ts";
import type { LabFound } from "./lab-found.ts";
import { bibtex, citationLine } from "./methods-text.ts";
import type { ReportFile } from "./orientation-report.ts";
import { reportHtml } from "./report-html.ts";
import { noticesCsv, valuesCsv } from "./table-csv.ts";

/** What a report on a laboratory file shows. */
export interface LabReportInput extends Omit<LabFound, "text" | "keys"> {
  /** Inputs with their content ids. */
  readonly inputs: Readonly<Record<string, string>>;
  readonly command: string;
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
  const html = reportHtml({
    ...page,
    figures: figures.map((one) => ({ ...one, map: false })),
    complete: true,
    ...(pageTables && { tables: pageTables }),
  });
  files.push({ path: "report.html", bytes: html });
  return files;
}
