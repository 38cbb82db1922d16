import { effect, useSignal } from "@preact/signals";
import { useEffect, useMemo } from "preact/hooks";
import type { Stream, Table } from "../../../core/contracts.ts";
import type { FieldInfo } from "../../../core/schema.ts";
import { numberText, quantityParts } from "../../../figures/number-text.ts";
import type { ImpedanceAnswer } from "../../desk/impedance.ts";
import { type ImpedanceRun, impedanceRun } from "../../state/impedance-runs.ts";
import { platform } from "../../state/workspace.ts";
import { setState } from "../contract.ts";
import { FieldInput, standardText } from "../form-field.tsx";
import type { PanelProps } from "../mount.tsx";
import "./impedance.css";

export interface ImpedanceLook {
  readonly shows: string;
}

const NEGATE = ["as the columns say", "none", "re", "im", "both"] as const;

/** The form of the impedance analysis, and what it found. */
export function ImpedanceView({
  host,
  item,
  view,
  change,
  figure,
}: PanelProps<ImpedanceLook, Stream | Table>) {
  const run = useMemo(() => impedanceRun(item), [item]);
  const fields = useSignal<Readonly<Record<string, FieldInfo>>>({});
  useEffect(() => {
    void platform.desk.call("impedanceFields", undefined).then((found) => {
      fields.value = found;
    });
  }, []);
  useEffect(
    () =>
      effect(() => {
        const running = run.running.value;
        const error = run.error.value;
        if (running) setState(host, "loading", `${running.done} of ${running.total}`);
        else if (error) setState(host, error.state, error.message);
        else setState(host, "ready");
      }),
    [run],
  );
  const answer = run.answer.value;
  const shown = answer && (answer.figures.find(({ id }) => id === view.value.shows) ?? answer.figures[0]);
  figure.now = async () => {
    const figures = run.answer.peek()?.figures ?? [];
    const now = figures.find(({ id }) => id === view.peek().shows) ?? figures[0];
    if (!now) return undefined;
    const { data, ...drawn } = now.figure;
    return { ...drawn, methods: drawn.caption, csv: () => data };
  };
  return (
    <div class="panel-body scrolls impedance">
      <details open={!answer}>
        <summary>{answer ? "Ask again" : "Fit a circuit"}</summary>
        <Form run={run} fields={fields.value} />
      </details>
      {answer && shown && (
        <>
          <div class="tools">
            <select
              aria-label="which figure"
              data-command="impedance.shows"
              value={shown.id}
              onChange={(event) => change({ shows: event.currentTarget.value })}
            >
              {answer.figures.map(({ id, figure: { title } }) => (
                <option key={id} value={id}>
                  {title}
                </option>
              ))}
            </select>
          </div>
          <img
            class="figure"
            src={`data:image/svg+xml;utf8,${encodeURIComponent(shown.figure.svg)}`}
            alt={shown.figure.alt}
          />
          <Numbers answer={answer} />
        </>
      )}
    </div>
  );
}

function Form({
  run,
  fields,
}: {
  readonly run: ImpedanceRun;
  readonly fields: Readonly<Record<string, FieldInfo>>;
}) {
  const given = run.given.value;
  const running = run.running.value;
  const error = run.error.value;
  const set = (name: string, value: string | boolean) => {
    run.given.value = { ...run.given.peek(), [name]: value };
  };
  const start = () => {
    const params: Record<string, unknown> = {};
    for (const [name, info] of Object.entries(fields)) {
      const value = given[name] ?? standardText(info);
      if (value !== "") params[name] = value;
    }
    const negate = NEGATE.find((word) => word === given.negate);
    void run.start({ params, ...(negate && negate !== "as the columns say" && { negate }) });
  };
  return (
    <form
      class="analysis"
      aria-label="impedance"
      onSubmit={(event) => {
        event.preventDefault();
        start();
      }}
    >
      {Object.entries(fields).map(([name, info]) => (
        <label key={name} class="field" htmlFor={`field-${name}`}>
          <span>{info.text}</span>
          <FieldInput
            name={name}
            info={info}
            value={given[name] ?? standardText(info)}
            wrong={error?.field === name}
            change={(value) => set(name, value)}
          />
        </label>
      ))}
      <label class="field" htmlFor="field-negate">
        <span>Parts that the file stores with the other sign.</span>
        <FieldInput
          name="negate"
          info={{ type: "choice", text: "", choices: NEGATE, optional: true }}
          value={given.negate ?? NEGATE[0]}
          wrong={false}
          change={(value) => set("negate", value)}
        />
      </label>
      {error && error.state !== "cancelled" && (
        <p class="wrong" role="alert">
          {error.message}
        </p>
      )}
      {running ? (
        <div class="progress" data-run="impedance">
          <progress
            aria-label="spectra"
            value={running.total > 1 ? running.done : undefined}
            max={running.total > 1 ? running.total : undefined}
          />
          <span>fitting{running.total > 1 ? ` ${running.done} of ${running.total} spectra` : " …"}</span>
          <button type="button" data-command="task.cancel" onClick={() => run.cancel()}>
            Cancel
          </button>
        </div>
      ) : (
        <button type="submit" class="primary" data-command="impedance.start">
          Fit, some seconds for each spectrum
        </button>
      )}
    </form>
  );
}

function Numbers({ answer }: { readonly answer: ImpedanceAnswer }) {
  const { verdicts, circuits, parameters, notices } = answer;
  const [first] = verdicts;
  return (
    <>
      <p data-impedance="verdict">
        <span class="strong">{first?.verdict}</span>: {first?.reason}
        {verdicts.length > 1 && ` ${verdicts.length} spectra, the first one is told.`}
      </p>
      <table class="facts">
        <caption>Parameters of {circuits[0]?.text}</caption>
        <thead>
          <tr>
            <th scope="col">parameter</th>
            <th scope="col">value</th>
            <th scope="col">σ</th>
            <th scope="col">unit</th>
          </tr>
        </thead>
        <tbody>
          {parameters.map((quantity) => {
            const { value, sigma } = quantityParts(quantity);
            return (
              <tr key={quantity.name} data-parameter={quantity.name}>
                <th scope="row">{quantity.name}</th>
                <td>{value}</td>
                <td>{quantity.state ?? sigma}</td>
                <td>{quantity.unit}</td>
              </tr>
            );
          })}
        </tbody>
      </table>
      {circuits.length > 1 && (
        <table class="facts">
          <caption>Circuits, the best first</caption>
          <thead>
            <tr>
              <th scope="col">circuit</th>
              <th scope="col">χ²</th>
              <th scope="col">AICc</th>
            </tr>
          </thead>
          <tbody>
            {circuits.map(({ text, chi2, aicc }) => (
              <tr key={text}>
                <th scope="row">{text}</th>
                <td>{numberText(chi2)}</td>
                <td>{aicc.toFixed(1)}</td>
              </tr>
            ))}
          </tbody>
        </table>
      )}
      {notices.length > 0 && (
        <ul class="notices">
          {notices.map(({ code, message }) => (
            <li key={code + message}>{message}</li>
          ))}
        </ul>
      )}
    </>
  );
}
