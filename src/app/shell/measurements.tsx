import { csvText } from "../../figures/csv.ts";
import { numberText } from "../../figures/number-text.ts";
import { pixelSizeOf, scanAxes, signalAxes, unitWords } from "../panels/axis-words.ts";
import { lengthOf } from "../panels/measure.tsx";
import { download, fileName } from "../state/exports.ts";
import { type MeasuredLine, recipes, record } from "../state/history.ts";
import { selection } from "../state/selection.ts";
import { type Entry, shownEntry } from "../state/workspace.ts";

/** Pixels of the picture that a line lies on. */
function pixelOf({ item }: Entry, { role }: MeasuredLine) {
  if (item.kind === "orientation-map") return { x: item.step[0], y: item.step[1], unit: item.unit };
  return pixelSizeOf(role === "signal" && item.kind === "signal" ? signalAxes(item) : scanAxes(item));
}

function saveCsv(entry: Entry, lines: readonly MeasuredLine[]): void {
  const measured = lines.map((line) => ({ line, ...lengthOf(line, pixelOf(entry, line)) }));
  const unit = pixelOf(entry, lines[0]!).unit;
  const text = csvText([
    { name: "name", unit: "", values: lines.map(({ name }) => name) },
    { name: "length", unit, values: measured.map(({ length }) => length) },
    { name: "angle", unit: "deg", values: measured.map(({ angle }) => angle) },
    ...(["x", "y", "x2", "y2"] as const).map((end) => ({
      ...{ name: end, unit: "px", values: lines.map((line) => line[end]) },
    })),
  ]);
  download(
    `${fileName(entry.label, lines[0]!.role === "nav" ? "scan" : "", "lengths")}.csv`,
    text,
    "text/csv",
  );
}

/** The lines of what is looked at that are kept, with their lengths. */
export function Measurements() {
  const entry = shownEntry.value;
  const lines = (entry && recipes.value[entry.key]?.lines) ?? [];
  if (!entry || lines.length === 0) return null;
  const remove = (name: string) =>
    record(`Delete ${name}`, entry.key, (recipe) => ({
      ...recipe,
      lines: recipe.lines.filter((line) => line.name !== name),
    }));
  return (
    <section class="measurements" aria-label="measurements">
      <h2>
        Measurements
        {(["nav", "signal"] as const).map((role) => {
          const own = lines.filter((line) => line.role === role);
          return own.length === 0 ? null : (
            <button
              key={role}
              type="button"
              class="quiet"
              data-command="measurements.csv"
              aria-label={role === "nav" ? "Lines on the scan as CSV" : "Lines on the picture as CSV"}
              onClick={() => saveCsv(entry, own)}
            >
              CSV
            </button>
          );
        })}
      </h2>
      <table class="facts">
        <tbody>
          {lines.map((line) => {
            const pixel = pixelOf(entry, line);
            const { length, angle } = lengthOf(line, pixel);
            return (
              <tr key={line.name}>
                <th scope="row">
                  <button
                    type="button"
                    class="quiet"
                    data-command="measurements.go"
                    title="Go to where it begins"
                    onClick={() => {
                      if (line.role === "nav")
                        selection.cursor.value = { x: Math.round(line.x), y: Math.round(line.y) };
                    }}
                  >
                    {line.name}
                  </button>
                </th>
                <td>
                  {numberText(length)} {unitWords(pixel.unit)}
                </td>
                <td>{numberText(angle)}°</td>
                <td class="does">
                  <button
                    type="button"
                    class="quiet"
                    data-command="measurements.delete"
                    aria-label={`Delete ${line.name}`}
                    onClick={() => remove(line.name)}
                  >
                    ×
                  </button>
                </td>
              </tr>
            );
          })}
        </tbody>
      </table>
    </section>
  );
}
