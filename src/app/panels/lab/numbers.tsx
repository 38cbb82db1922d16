import { quantityParts } from "../../../figures/number-text.ts";
import type { LabAnswer } from "../../desk/lab.ts";

/** Rows of a table that are shown at first; the rest unfolds. */
const ROWS = 60;

/** The answer, the numbers and the tables, as the report has them. */
export function Numbers({ answer }: { readonly answer: LabAnswer }) {
  const { answer: lines, values, pageTables = [], notices, methods } = answer.found;
  return (
    <>
      <p data-lab="answer">{lines.join(" ")}</p>
      <table class="facts key">
        <caption>Key numbers</caption>
        <thead>
          <tr>
            <th scope="col">quantity</th>
            <th scope="col">value</th>
            <th scope="col">σ</th>
            <th scope="col">unit</th>
          </tr>
        </thead>
        <tbody>
          {Object.entries(values).map(([name, quantity]) => {
            const { value, sigma } = quantityParts(quantity);
            return (
              <tr key={name} data-value={name}>
                <th scope="row">{name}</th>
                <td>{value}</td>
                <td>{sigma}</td>
                <td>{quantity.unit === "1" ? "" : quantity.unit}</td>
              </tr>
            );
          })}
        </tbody>
      </table>
      {pageTables.map(({ caption, head, rows }) => (
        <details key={caption} open={rows.length <= ROWS}>
          <summary>{caption}</summary>
          {/* biome-ignore lint/a11y/noNoninteractiveTabindex: what scrolls must be reached by keys */}
          <section class="wide" tabIndex={0} aria-label={caption}>
            <table class="facts">
              <thead>
                <tr>
                  {head.map((name) => (
                    <th key={name} scope="col">
                      {name}
                    </th>
                  ))}
                </tr>
              </thead>
              <tbody>
                {rows.map((row, i) => (
                  <tr key={i}>
                    {row.map((cell, c) => (
                      <td key={head[c]}>{cell}</td>
                    ))}
                  </tr>
                ))}
              </tbody>
            </table>
          </section>
        </details>
      ))}
      {notices.length > 0 && (
        <ul class="notices">
          {notices.map(({ code, message }) => (
            <li key={code + message}>{message}</li>
          ))}
        </ul>
      )}
      <details>
        <summary>Methods</summary>
        <p>{methods.paragraph}</p>
      </details>
    </>
  );
}
