import { useSignal } from "@preact/signals";
import { useEffect } from "preact/hooks";
import { optionsOfFile } from "../../../analyses/orientation/settle.ts";
import type { Axis, PointList, Signal } from "../../../core/contracts.ts";
import type { FieldInfo } from "../../../core/schema.ts";
import type { AnalysisInfo } from "../../desk/run.ts";
import { pickFiles } from "../../state/dialogs.ts";
import { cancelRun, openCrystals, runError, running, speedOf, startRun } from "../../state/runs.ts";
import { platform } from "../../state/workspace.ts";
import { scanAxes } from "../axis-words.ts";
import { setState } from "../contract.ts";
import { FieldInput, standardText } from "../form-field.tsx";
import type { PanelProps } from "../mount.tsx";
import { fromFile } from "./prefill.ts";

/** The forms of the analyses that take this scan, made from their schemas, and the run in progress. */
export function RunView({ host, item }: PanelProps<object, Signal | PointList>) {
  const able = useSignal<readonly AnalysisInfo[]>([]);
  useEffect(() => {
    void platform.desk
      .call("analysesFor", { navigation: 2, signal: 2, lists: item.kind === "points" })
      .then((found) => {
        able.value = found;
        setState(host, "ready");
      });
  }, [item]);
  return (
    <div class="panel-body scrolls">
      {able.value.map((analysis) => (
        <AnalysisForm key={analysis.id} analysis={analysis} scan={item} />
      ))}
    </div>
  );
}

function AnalysisForm({
  analysis,
  scan,
}: {
  readonly analysis: AnalysisInfo;
  readonly scan: Signal | PointList;
}) {
  const { id, title, fields } = analysis;
  const given = useSignal<Readonly<Record<string, string | boolean>>>({});
  const crystals = openCrystals();
  // Who states the pixel size follows from whether it was typed.
  const shown = Object.entries(fields).filter(([name]) => name !== "pixelSizeFrom");
  const textOf = (name: string, info: FieldInfo) =>
    given.value[name] ?? fromFile(scan, name) ?? standardText(info);
  // What the file says is left to the file; a field that was emptied says nothing.
  const start = () => {
    const typed = Object.entries(given.value).filter(([, value]) => value !== "");
    void startRun(scan, id, { ...setBefore(scan), ...Object.fromEntries(typed) }, crystals);
  };
  const [rows, columns] = scanAxes(scan).map(({ size }) => size) as [number, number];
  const error = runError.value;
  const speed = speedOf(id);
  return (
    <form
      class="analysis"
      aria-label={id}
      onSubmit={(event) => {
        event.preventDefault();
        start();
      }}
    >
      <h3>{title}</h3>
      <p class="crystals">
        {crystals.length > 0 ? (
          <>crystals: {crystals.map(({ name }) => name).join(", ")}</>
        ) : (
          <>Drop the CIF of every crystal to look for.</>
        )}{" "}
        <button type="button" class="quiet" data-command="file.open" onClick={pickFiles}>
          Add CIF…
        </button>
      </p>
      {shown.map(([name, info]) => (
        <label key={name} class="field" htmlFor={`field-${name}`}>
          <span>{info.text}</span>
          <FieldInput
            name={name}
            info={info}
            value={textOf(name, info)}
            wrong={error?.field === name}
            change={(value) => {
              given.value = { ...given.value, [name]: value };
            }}
          />
        </label>
      ))}
      {error && error.state !== "cancelled" && (
        <p class="wrong" role="alert">
          {error.message}
        </p>
      )}
      {error?.state === "cancelled" && (
        <p class="faint">Cancelled; what was finished is kept, and the same run goes on from there.</p>
      )}
      {running.value ? (
        <Progress />
      ) : (
        <button type="submit" class="primary" data-command="run.start" disabled={crystals.length === 0}>
          Index {rows * columns} {scan.kind === "points" ? "lists" : "patterns"}
          {speed && `, about ${durationText((rows * columns) / speed)}`}
        </button>
      )}
    </form>
  );
}

/** "22 s", "6 min", "1.5 h". */
function durationText(seconds: number): string {
  if (seconds < 100) return `${Math.max(1, Math.round(seconds))} s`;
  return seconds < 6000 ? `${Math.round(seconds / 60)} min` : `${(seconds / 3600).toFixed(1)} h`;
}

/** What a person set on the scan, which the file that the run reads does not know. */
function setBefore(scan: Signal | PointList): Record<string, unknown> {
  const { step, pixelSize } = optionsOfFile(scan);
  const axes = scan.kind === "points" ? scan.navigation : scan.axes;
  const isSet = (role: Axis["role"]) => axes.some((axis) => axis.role === role && axis.from === "flag");
  return {
    ...(step && isSet("nav") && { step: { ...step, from: "flag" } }),
    ...(pixelSize && isSet("signal") && { pixelSize: `${pixelSize.value} ${pixelSize.unit}` }),
  };
}

function Progress() {
  const now = running.value;
  if (!now) return null;
  const { done, total } = now.progress;
  const stopping = now.stopping !== undefined;
  const stage = stopping ? "stopping" : now.progress.stage;
  const elapsed = (performance.now() - now.since) / 1000;
  const left = done > 0 ? ` · ${Math.ceil((elapsed * (total - done)) / done)} s left` : "";
  return (
    <div class="progress" data-run={stage}>
      <progress aria-label={stage} value={total > 0 ? done : undefined} max={total > 0 ? total : undefined} />
      <span data-status="run">
        {stage}
        {total > 0 && stage === "indexing" ? ` ${done} of ${total}${left}` : " …"}
      </span>
      <button type="button" data-command="task.cancel" disabled={stopping} onClick={cancelRun}>
        Cancel
      </button>
    </div>
  );
}
