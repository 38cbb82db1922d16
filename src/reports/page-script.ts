import { moveCursor, pixelReader } from "./pixel-answer.ts";

/**
 * What makes a report answer: downloads, and where it has maps pointer, keyboard and number fields. Plain script, no
 * network; the two functions it starts with are the tested ones, as their own source text.
 */
export function pageScript(maps: boolean): string {
  if (!maps) return `"use strict";\n(() => {\n${TOOLS}\n})();`;
  return `"use strict";
const pixelReader = ${pixelReader.toString()};
const moveCursor = ${moveCursor.toString()};
(async () => {
${GLUE}${TOOLS}
})();`;
}

const GLUE = `
const packed = JSON.parse(document.getElementById("pixels").textContent);
const zipped = Uint8Array.from(atob(packed.planes), (c) => c.charCodeAt(0));
const answer = pixelReader(packed, new Uint8Array(await new Response(new Blob([zipped]).stream().pipeThrough(new DecompressionStream("deflate"))).arrayBuffer()));
const W = packed.width, H = packed.height;
const SVG = "http://www.w3.org/2000/svg";
const maps = [...document.querySelectorAll(".map")];
const body = document.getElementById("answer-body");
const spoken = document.getElementById("answer-spoken");
const fieldX = document.getElementById("field-x"), fieldY = document.getElementById("field-y");
const pins = document.getElementById("pins");
let pinned = Math.floor(H / 2) * W + Math.floor(W / 2);
let shown = -1;
const digits = (v) => Number.isFinite(v) ? String(Number(v.toPrecision(4))).replace("-", "\\u2212") : "no value";
const lineText = (l) => {
  const words = [(l.parts || []).join(", "), l.text || ""].filter(Boolean).join("; ");
  return [l.values.map(digits).join(", "), l.unit === "1" || !l.values.some(Number.isFinite) ? "" : l.unit, words && l.values.length ? "(" + words + ")" : words].filter(Boolean).join(" ");
};
function place(map) {
  const image = map.querySelector("image[data-map]");
  return { x: +image.getAttribute("x"), y: +image.getAttribute("y"), w: +image.getAttribute("width"), h: +image.getAttribute("height"), svg: map.querySelector("svg"), image };
}
const marks = maps.map((map) => {
  const p = place(map), g = document.createElementNS(SVG, "g");
  g.setAttribute("class", "marker");
  g.setAttribute("pointer-events", "none");
  for (const [stroke, width] of [["#ffffff", 1.6], ["#000000", 0.6]]) {
    const path = document.createElementNS(SVG, "path");
    path.setAttribute("fill", "none"); path.setAttribute("stroke", stroke); path.setAttribute("stroke-width", width);
    g.append(path);
  }
  p.svg.append(g);
  return { ...p, g };
});
function show(index, speak) {
  if (index === shown && !speak) return;
  shown = index;
  const column = index % W, row = Math.floor(index / W);
  for (const m of marks) {
    const px = m.w / W, py = m.h / H, x = m.x + column * px, y = m.y + row * py, o = 1;
    const d = "M" + (x - o) + " " + (y - o) + "h" + (px + 2 * o) + "v" + (py + 2 * o) + "h" + -(px + 2 * o) + "z"
      + "M" + (x + px / 2) + " " + (y - o) + "v-5M" + (x + px / 2) + " " + (y + py + o) + "v5M" + (x - o) + " " + (y + py / 2) + "h-5M" + (x + px + o) + " " + (y + py / 2) + "h5";
    for (const path of m.g.children) path.setAttribute("d", d);
  }
  const lines = answer(index);
  body.replaceChildren(...lines.map((l) => {
    const tr = document.createElement("tr"), th = document.createElement("th"), td = document.createElement("td");
    th.scope = "row"; th.textContent = l.name; td.textContent = lineText(l); tr.append(th, td);
    return tr;
  }));
  fieldX.value = column; fieldY.value = row;
  if (speak) spoken.textContent = lines.map((l) => l.name + ": " + lineText(l)).join("; ");
}
function pin(index) { pinned = index; show(index, true); }
maps.forEach((map, k) => {
  const at = (event) => {
    const r = marks[k].image.getBoundingClientRect();
    const x = Math.floor(((event.clientX - r.left) / r.width) * W), y = Math.floor(((event.clientY - r.top) / r.height) * H);
    return x >= 0 && y >= 0 && x < W && y < H ? y * W + x : -1;
  };
  map.addEventListener("pointermove", (event) => { const i = at(event); show(i < 0 ? pinned : i, false); });
  map.addEventListener("pointerleave", () => show(pinned, false));
  map.addEventListener("pointerdown", (event) => { const i = at(event); if (i >= 0) pin(i); });
  map.addEventListener("keydown", (event) => {
    if (event.ctrlKey || event.metaKey || event.altKey) return;
    if (event.key === "Enter") { addPin(); event.preventDefault(); return; }
    if (!/^(Arrow|Home|End)/.test(event.key)) return;
    event.preventDefault();
    pin(moveCursor(pinned, event.key, event.shiftKey, W, H));
  });
});
for (const field of [fieldX, fieldY]) field.addEventListener("change", () => {
  const x = Math.max(0, Math.min(W - 1, Math.round(+fieldX.value) || 0)), y = Math.max(0, Math.min(H - 1, Math.round(+fieldY.value) || 0));
  pin(y * W + x);
});
function addPin() {
  const index = pinned, li = document.createElement("li"), go = document.createElement("button");
  const name = String.fromCharCode(65 + (pins.children.length % 26));
  const phase = answer(index).find((l) => l.name === "phase").text;
  go.textContent = name + ": " + (index % W) + ", " + Math.floor(index / W) + " \\u00b7 " + phase;
  go.addEventListener("click", () => pin(index));
  li.append(go); pins.append(li);
}
document.getElementById("add-pin").addEventListener("click", addPin);
function pixelCsv() {
  const names = [], rows = [];
  for (let i = 0; i < W * H; i++) {
    const cells = [];
    for (const l of answer(i)) {
      const key = l.name + (l.unit && l.unit !== "1" ? " (" + l.unit + ")" : "");
      const put = (k, v) => { let at = names.indexOf(k); if (at < 0) at = names.push(k) - 1; cells[at] = v; };
      if (l.values.length > 1) l.values.forEach((v, k) => put(key + " " + l.parts[k], digits7(v)));
      else if (l.values.length === 1) put(key, digits7(l.values[0]));
      else put(key, '"' + String(l.text).replace(/"/g, '""') + '"');
    }
    rows.push(cells);
  }
  const head = names.map((n) => '"' + n.replace(/"/g, '""') + '"').join(",");
  return head + "\\n" + rows.map((c) => names.map((_, k) => c[k] ?? "").join(",")).join("\\n") + "\\n";
}
const digits7 = (v) => Number.isFinite(v) ? String(Number(v.toPrecision(7))) : "";
document.getElementById("explore").hidden = false;
show(pinned, false);
`;

const TOOLS = `
function save(name, blob) {
  const a = document.createElement("a");
  a.href = URL.createObjectURL(blob); a.download = name; a.click();
  setTimeout(() => URL.revokeObjectURL(a.href), 10000);
}
function svgText(figure) {
  const copy = figure.querySelector("svg").cloneNode(true);
  for (const m of copy.querySelectorAll(".marker")) m.remove();
  return new XMLSerializer().serializeToString(copy);
}
for (const button of document.querySelectorAll("[data-save]")) button.addEventListener("click", async () => {
  const figure = button.closest("figure"), name = figure.id.replace(/^figure-/, "");
  if (button.dataset.save === "svg") save(name + ".svg", new Blob([svgText(figure)], { type: "image/svg+xml" }));
  else if (button.dataset.save === "csv") {
    const own = document.getElementById("csv-" + name);
    save((own ? name : "pixels") + ".csv", new Blob([own ? JSON.parse(own.textContent) : pixelCsv()], { type: "text/csv" }));
  } else {
    const svg = figure.querySelector("svg"), box = svg.viewBox.baseVal, scale = 600 / 72;
    const image = new Image();
    image.src = URL.createObjectURL(new Blob([svgText(figure)], { type: "image/svg+xml" }));
    await image.decode();
    const canvas = document.createElement("canvas");
    canvas.width = Math.round(box.width * scale); canvas.height = Math.round(box.height * scale);
    canvas.getContext("2d").drawImage(image, 0, 0, canvas.width, canvas.height);
    canvas.toBlob((blob) => save(name + ".png", blob), "image/png");
    URL.revokeObjectURL(image.src);
  }
});
for (const button of document.querySelectorAll("[data-copy]")) button.addEventListener("click", async () => {
  const text = document.getElementById(button.dataset.copy).textContent;
  try { await navigator.clipboard.writeText(text); button.textContent = "Copied"; }
  catch { const range = document.createRange(); range.selectNodeContents(document.getElementById(button.dataset.copy)); const s = getSelection(); s.removeAllRanges(); s.addRange(range); button.textContent = "Selected"; }
});
addEventListener("beforeprint", () => { for (const d of document.querySelectorAll("details")) d.open = true; });
`;
