// The electrochemistry of the demo: the simulated film's files through the four verbs, what was found beside what is
// true, and the part of the report that shows it.
import { existsSync, readFileSync } from "node:fs";
import { join } from "node:path";

const json = (...path) => JSON.parse(readFileSync(join(...path), "utf8"));

/** Rows of name, quantity found, value that is true; everything in the unit of the truth. */
export function compareEchem(folder) {
  const truth = json(folder, "truth.json");
  const { cycling } = json(folder, "cycling", "result.json");
  const { cv } = json(folder, "cv", "result.json");
  const { eis } = json(folder, "eis", "result.json");
  const rows = [];
  const add = (name, found, right) => rows.push({ name, found, right });
  const half = (list, cycle, kind) => list.find((one) => one.cycle === cycle && one.kind === kind);
  for (const [cycle, kind] of [
    [1, "charge"],
    [1, "discharge"],
    [50, "discharge"],
  ])
    add(
      `capacity, cycle ${cycle}, ${kind}`,
      half(cycling.half, cycle, kind).volumetric,
      half(truth.cycling.halves, cycle, kind).volumetric,
    );
  add("capacity that is left after 50 cycles", cycling.retention.ratio, {
    value: truth.cycling.retention.value ?? truth.cycling.retention,
    unit: "1",
  });
  for (const { couple, half: middle, separation } of truth.cv.pairs) {
    const found = cv.couples.find((one) => one.couple === couple);
    add(`E½ of ${couple}`, found?.half, middle);
    add(`ΔEp of ${couple}`, found?.separation, separation);
  }
  truth.eis.arcs.forEach((arc, k) => {
    const found = eis.fits[0].arcs[k];
    add(`arc ${k + 1}, apex`, found?.frequency, arc.frequency);
    add(`arc ${k + 1}, resistance`, found?.resistance, arc.resistance);
  });
  for (const name of ["iv-bridge", "iv-guard"])
    add(`resistance, ${name}`, json(folder, "iv", name, "result.json").iv.resistance, truth[name].resistance);
  return rows;
}

/** "58.12 ± 0.16": digits as σ allows, four where there is none; "–" for no number. */
export function foundText(found) {
  if (typeof found?.value !== "number") return "–";
  const { value, sigma } = found;
  if (!(sigma > 0)) return String(Number(value.toPrecision(4)));
  const decimals = Math.max(0, 1 - Math.floor(Math.log10(sigma)));
  return `${value.toFixed(decimals)} ± ${sigma.toFixed(decimals)}`;
}

export const rightText = ({ value, unit }) =>
  `${Number(value.toPrecision(4))}${unit === "1" ? "" : ` ${unit}`}`;

const FIGURES = [
  ["cycling", "potential"],
  ["cycling", "capacity"],
  ["cycling", "dqdv"],
  ["cv", "cv"],
  ["cv", "fit"],
  ["eis", "nyquist"],
  ["eis", "drt"],
  [join("iv", "iv-bridge"), "iv"],
];

const escaped = (text) =>
  text.replaceAll("&", "&amp;").replaceAll("<", "&lt;").replaceAll(">", "&gt;").replaceAll('"', "&quot;");

/** The report with the electrochemistry before its methods. */
export function withEchem(report, folder, rows) {
  const at = report.indexOf('<h2 id="methods">');
  if (at < 0) throw new Error("the report has no methods");
  const cells = rows.map(
    ({ name, found, right }) =>
      `<tr><th scope="row">${escaped(name)}</th><td class="number">${foundText(found)}</td><td class="number">${escaped(rightText(right))}</td></tr>`,
  );
  const figures = FIGURES.map(([verb, id]) => {
    const [svg, caption] = ["svg", "txt"].map((kind) => join(folder, verb, "figures", `${id}.${kind}`));
    if (!existsSync(svg)) throw new Error(`no figure ${svg}`);
    return `<figure>${readFileSync(svg, "utf8")}<figcaption>${escaped(readFileSync(caption, "utf8").trim())}</figcaption></figure>`;
  });
  const section = `<h2 id="electrochemistry">Electrochemistry of the same film</h2>
<p>Simulated with the numbers of the paper, analysed by <code>cycling</code>, <code>cv</code>, <code>eis</code> and <code>iv</code>.</p>
<table><caption>Found (± one standard deviation) and true</caption><thead><tr><th>quantity</th><th>found</th><th>true</th></tr></thead><tbody>${cells.join("")}</tbody></table>
<div class="grid">${figures.join("\n")}</div>
`;
  return report.slice(0, at) + section + report.slice(at);
}
