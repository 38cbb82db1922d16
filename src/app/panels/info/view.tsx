import { useEffect } from "preact/hooks";
import type { Axis, Item, Notice, Quantity } from "../../../core/contracts.ts";
import { countPhases } from "../../../core/orientation-map.ts";
import { numberText, quantityText } from "../../../figures/number-text.ts";
import { factsOf } from "../../state/runs.ts";
import { shownFile } from "../../state/workspace.ts";
import { itemWords } from "../axis-words.ts";
import { setState } from "../contract.ts";
import type { PanelProps } from "../mount.tsx";
import { Tree } from "./tree.tsx";

export interface InfoLook {
  readonly header: boolean;
}

type Row = readonly [name: string, value: string, from?: string];

/** Names, values and where each value comes from; then the vendor's header as a tree. */
export function InfoView({ host, item, view, change }: PanelProps<InfoLook>) {
  useEffect(() => setState(host, "ready"), [host]);
  const file = shownFile.value;
  return (
    <div class="panel-body scrolls">
      <p class="lead">{itemWords(item)}</p>
      <Notices notices={factsOf(item)?.notices ?? file?.notices ?? []} />
      <table class="facts">
        <tbody>
          {[...metaRows(factsOf(item)?.values ?? {}), ...rowsOf(item)].map(([name, value, from]) => (
            <tr key={name}>
              <th scope="row">{name}</th>
              <td>{value}</td>
              <td class="from">{from && `(${from})`}</td>
            </tr>
          ))}
        </tbody>
      </table>
      {file?.header !== undefined && (
        <details open={view.value.header} onToggle={(event) => change({ header: event.currentTarget.open })}>
          <summary>Header in the file’s own words</summary>
          {view.value.header && <Tree value={file.header} />}
        </details>
      )}
    </div>
  );
}

function Notices({ notices }: { readonly notices: readonly Notice[] }) {
  if (notices.length === 0) return null;
  return (
    <ul class="notices">
      {notices.map(({ code, message }) => (
        <li key={code + message}>{message}</li>
      ))}
    </ul>
  );
}

function axisRow(axis: Axis): Row {
  const { name, size, unit, scale, from } = axis;
  const end = axis.values
    ? `${numberText(axis.values[0]!)} … ${numberText(axis.values.at(-1)!)} ${unit}`
    : "";
  const step = unit === "px" ? "px" : end || `${numberText(scale)} ${unit}`;
  return [`axis ${name}`, `${size} × ${step}`, from === "none" ? "not calibrated" : from];
}

function metaRows(meta: Readonly<Record<string, Quantity | string>>): Row[] {
  return Object.entries(meta).map(([name, value]) =>
    typeof value === "string" ? [name, value] : [name, quantityText(value), value.from],
  ) as Row[];
}

function columnRows(columns: readonly { readonly name: string; readonly unit: string }[]): Row[] {
  return columns.map(({ name, unit }) => [name, unit || "text"]);
}

function rowsOf(item: Item): Row[] {
  switch (item.kind) {
    case "signal":
      return [
        ["format", `${item.ref.format}, ${item.dtype}`],
        ...item.axes.map(axisRow),
        ["values", `${item.value.name}${item.value.unit === "1" ? "" : ` (${item.value.unit})`}`],
        ...metaRows(item.meta),
      ];
    case "table":
      return [["rows", String(item.rows)], ...columnRows(item.columns), ...metaRows(item.meta)];
    case "stream":
      return [
        ["clock", `${item.clock.column}${item.clock.start ? `, from ${item.clock.start}` : ""}`],
        ["rows", String(item.table.rows)],
        ...columnRows(item.table.columns),
        ...metaRows(item.table.meta),
      ];
    case "points":
      return [...item.navigation.map(axisRow), ...columnRows(item.columns), ...metaRows(item.meta)];
    case "crystal":
      return [
        ["space group", item.spaceGroup],
        ["Laue group", item.laueGroup],
        [
          "a, b, c",
          `${item.cell
            .slice(0, 3)
            .map((v) => numberText(v, 6))
            .join(", ")} Å`,
        ],
        [
          "α, β, γ",
          `${item.cell
            .slice(3)
            .map((v) => numberText(v, 6))
            .join(", ")}°`,
        ],
        ["atoms in the cell", String(item.atoms.length)],
        ["elements", [...new Set(item.atoms.map(({ element }) => element))].join(", ")],
      ];
    case "orientation-map": {
      const { phases, none } = countPhases(item);
      return [
        ...item.phases.map((phase, i): Row => [phase.name, `${phases[i]} points, ${phase.laueGroup}`]),
        ["not indexed", `${none} points`],
        ...Object.entries(item.extra).map(([name, { unit }]): Row => [name, unit === "1" ? "number" : unit]),
        ...(item.frame ? [["frame", item.frame] as Row] : []),
      ];
    }
  }
}
