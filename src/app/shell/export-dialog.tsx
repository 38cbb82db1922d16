import { useSignal } from "@preact/signals";
import { useEffect, useRef } from "preact/hooks";
import { isLithoscopeError } from "../../core/errors.ts";
import { PAPER, type Paper, scaledSvg } from "../../figures/panel-figure.ts";
import { encodeNpy } from "../../formats/npy/encode.ts";
import type { PanelFigure } from "../panels/contract.ts";
import { errorWords } from "../state/error-words.ts";
import { download, exporters, exporting, fileName } from "../state/exports.ts";
import { platform, shownEntry, shownFile } from "../state/workspace.ts";
import { CopyButton } from "./copy-button.tsx";

/** Widths of figures; journals change them. */
const WIDTHS: readonly (readonly [mm: number, name: string])[] = [
  [89, "89 mm, one column (Nature)"],
  [183, "183 mm, two columns (Nature)"],
  [82.5, "82.5 mm, one column (ACS)"],
  [177.8, "177.8 mm, two columns (ACS)"],
  [83, "83 mm, one column (RSC)"],
  [171, "171 mm, two columns (RSC)"],
];

/** One panel as a figure: how it will look, how wide, and the files. */
export function ExportDialog() {
  const dialog = useRef<HTMLDialogElement>(null);
  const paper = useSignal<Paper>(PAPER);
  const dpi = useSignal(300);
  const figure = useSignal<PanelFigure | undefined>(undefined);
  const words = useSignal("drawing …");
  const panel = exporting.value!;
  const close = () => {
    exporting.value = undefined;
  };
  useEffect(() => dialog.current!.showModal(), []);
  const asked = paper.value;
  useEffect(() => {
    let current = true;
    void draw(panel, asked).then(
      (found) => {
        if (!current) return;
        figure.value = found;
        words.value = found ? "" : "There is nothing to see in this panel yet.";
      },
      (error) => {
        if (current) words.value = errorWords(error).message;
      },
    );
    return () => {
      current = false;
    };
  }, [panel, asked]);
  const drawn = figure.value;
  const name = fileName(shownFile.peek()?.name ?? shownEntry.peek()?.label ?? "", panel);
  const task = async (what: string, work: () => Promise<void>) => {
    const from = performance.now();
    words.value = `${what} …`;
    try {
      await work();
      words.value = "";
    } catch (error) {
      words.value = isLithoscopeError(error, "Cancelled") ? "" : errorWords(error).message;
    }
    performance.measure("litho:export", { start: from });
  };
  const set = (change: Partial<Paper>) => {
    paper.value = { ...paper.peek(), ...change };
  };
  return (
    <dialog
      ref={dialog}
      class="export"
      aria-label="Export figure"
      data-state={drawn ? "ready" : "loading"}
      onClose={close}
    >
      <form method="dialog">
        <h2>Export figure</h2>
        <button type="submit" class="quiet" aria-label="Close">
          ×
        </button>
      </form>
      <div class="columns">
        <Preview figure={drawn} />
        <div class="choices-list">
          <label class="field">
            <span>Width</span>
            <select
              data-field="export-width"
              value={String(asked.widthMm)}
              onChange={(event) => set({ widthMm: Number(event.currentTarget.value) })}
            >
              {WIDTHS.map(([mm, label]) => (
                <option key={mm} value={String(mm)}>
                  {label}
                </option>
              ))}
            </select>
          </label>
          <label class="field">
            <span>PNG resolution</span>
            <select
              data-field="export-dpi"
              value={String(dpi.value)}
              onChange={(event) => {
                dpi.value = Number(event.currentTarget.value);
              }}
            >
              {[300, 600, 1000].map((value) => (
                <option key={value} value={String(value)}>
                  {value} dpi, {Math.round((asked.widthMm * value) / 25.4)} px wide
                </option>
              ))}
            </select>
          </label>
          <label>
            <input
              type="checkbox"
              data-field="export-marks"
              checked={asked.marks}
              onChange={(event) => set({ marks: event.currentTarget.checked })}
            />{" "}
            pins and detectors
          </label>
          <label>
            <input
              type="checkbox"
              data-field="export-caption"
              checked={asked.caption}
              onChange={(event) => set({ caption: event.currentTarget.checked })}
            />{" "}
            caption below
          </label>
          {drawn && (
            <>
              <h3>Caption</h3>
              <p data-export="caption">{drawn.caption}</p>
              <CopyButton text={drawn.caption} label="Copy caption" command="export.copy-caption" />
              <h3>Methods</h3>
              <p data-export="methods">{drawn.methods}</p>
              <CopyButton text={drawn.methods} label="Copy methods" command="export.copy-methods" />
            </>
          )}
        </div>
      </div>
      <div class="tools below">
        <button
          type="button"
          class="primary"
          data-command="export.svg"
          disabled={!drawn}
          onClick={() => download(`${name}.svg`, drawn!.svg, "image/svg+xml")}
        >
          SVG
        </button>
        <button
          type="button"
          class="primary"
          data-command="export.png"
          disabled={!drawn}
          onClick={() =>
            task("drawing the PNG", async () => {
              const png = await platform.desk.call("drawPng", { svg: drawn!.svg, dpi: dpi.peek() });
              download(`${name}.png`, png as BlobPart, "image/png");
            })
          }
        >
          PNG
        </button>
        <button
          type="button"
          data-command="export.csv"
          disabled={!drawn}
          onClick={() =>
            task("writing the CSV", async () => download(`${name}.csv`, await drawn!.csv(), "text/csv"))
          }
        >
          CSV of what is shown
        </button>
        {drawn?.array && (
          <button
            type="button"
            data-command="export.npy"
            onClick={() =>
              task("writing the NPY", async () => {
                const { values, shape } = await drawn.array!();
                download(`${name}.npy`, encodeNpy(values, shape) as BlobPart, "application/octet-stream");
              })
            }
          >
            NPY
          </button>
        )}
        <span class="faint" role="status" data-status="export">
          {words}
        </span>
      </div>
      <p class="faint small">Widths were right when this was written: check the journal.</p>
    </dialog>
  );
}

/** The figure of a panel; one of fixed layout is made as wide as asked for. */
async function draw(panel: string, paper: Paper): Promise<PanelFigure | undefined> {
  const found = await exporters.peek().get(panel)?.(paper);
  return found && { ...found, svg: scaledSvg(found.svg, paper.widthMm) };
}

/** The figure as it will be, as a picture: what a name in it says cannot become part of the page. */
function Preview({ figure }: { readonly figure: PanelFigure | undefined }) {
  const url = useSignal("");
  useEffect(() => {
    if (!figure) return;
    const made = URL.createObjectURL(new Blob([figure.svg], { type: "image/svg+xml" }));
    url.value = made;
    return () => URL.revokeObjectURL(made);
  }, [figure]);
  return <div class="preview">{figure && url.value && <img src={url.value} alt={figure.alt} />}</div>;
}
