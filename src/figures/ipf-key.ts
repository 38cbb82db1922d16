import { directionColour, type IpfScheme, type Sector, sectorOf } from "./ipf.ts";
import { KEY_WIDTH, type Key, note, stack } from "./key.ts";
import type { CrystalSymmetry } from "./orientation-arrays.ts";
import { dataUrl, rgbaPng } from "./raster.ts";
import { BOLD, el, INK, text, textWidth, wrap } from "./svg.ts";

type Point = readonly [number, number];
const PIXELS = 120;
const SIZE = 6;

/** Stereographic projection from the opposite pole: the customary shape of the key. */
function project([x, y, z]: readonly number[]): Point {
  return [x! / (1 + z!), y! / (1 + z!)];
}

/** Points along the sector's three great circles. */
function outline({ corners }: Sector): Point[] {
  const points: Point[] = [];
  for (let k = 0; k < 3; k++) {
    const [a, b] = [corners[k]!, corners[(k + 1) % 3]!];
    for (let t = 0; t < 24; t++) {
      const v = a.map((value, c) => value * (1 - t / 24) + (b[c]! * t) / 24);
      const length = Math.hypot(...v);
      points.push(project(v.map((value) => value / length)));
    }
  }
  return points;
}

/** "[10-10]" with bars over the digits that follow a minus. */
export function indexLabel(
  indices: string,
  x: number,
  y: number,
  anchor: "start" | "middle" | "end",
): string {
  const digits = [...indices.matchAll(/(-?)(\d)/g)];
  const plain = `[${digits.map((d) => d[2]).join("")}]`;
  const width = textWidth(plain, SIZE);
  const left = anchor === "start" ? x : anchor === "end" ? x - width : x - width / 2;
  const bracket = textWidth("[", SIZE);
  const digit = textWidth("0", SIZE);
  const bars = digits.map((d, k) =>
    d[1]
      ? `M${(left + bracket + k * digit + 0.4).toFixed(2)} ${(y - 0.78 * SIZE).toFixed(2)}h${(digit - 0.8).toFixed(2)}`
      : "",
  );
  const lines = bars.join("");
  return (
    text(left, y, plain, { size: SIZE }) +
    (lines === "" ? "" : el("path", { d: lines, stroke: INK, "stroke-width": 0.5, fill: "none" }))
  );
}

/** The keys of all phases, one for those of the same Laue group and setting. */
export function ipfKeys(
  crystals: readonly CrystalSymmetry[],
  axis: "X" | "Y" | "Z",
  scheme: IpfScheme = "customary",
): Key {
  const groups = new Map<string, CrystalSymmetry[]>();
  for (const crystal of crystals) {
    const turns = crystal.rotations.map((q) => q.map((v) => Math.round(v * 1e4) + 0).join());
    const id = `${crystal.laueGroup} ${turns.sort().join(" ")}`;
    groups.set(id, [...(groups.get(id) ?? []), crystal]);
  }
  return stack(
    [...groups.values()].map((group) =>
      ipfKey(group[0]!, group.map(({ name }) => name).join(", "), axis, scheme),
    ),
  );
}

/** A fundamental sector in colours, corners named, with the phases it is for and which sample axis is shown. */
function ipfKey(crystal: CrystalSymmetry, names: string, axis: "X" | "Y" | "Z", scheme: IpfScheme): Key {
  const sector = sectorOf(crystal);
  const titles = wrap(`${axis}: ${names}`, KEY_WIDTH / BOLD).map((line, k) =>
    text(0, 7 + 8.75 * k, line, { bold: true }),
  );
  const top = 8.75 * titles.length + 3;
  if (!sector) {
    const words = note(
      "Corner colours: rising with x, y, z of the crystal frame; colours jump at the edge of the half sphere.",
    );
    const svg = titles.join("") + el("g", { transform: `translate(0 ${top})` }, words.svg);
    return { width: KEY_WIDTH, height: top + words.height, svg };
  }
  const colour = directionColour(crystal, scheme);
  const edge = outline(sector);
  const [xs, ys] = [edge.map((p) => p[0]), edge.map((p) => p[1])];
  const [x0, x1, y0, y1] = [Math.min(...xs), Math.max(...xs), Math.min(...ys), Math.max(...ys)];
  const aspect = (y1 - y0) / (x1 - x0);
  const width = Math.min(KEY_WIDTH - 14, 46 / aspect);
  const height = width * aspect;
  const [left, upper] = [6, top + 8];
  const place = ([x, y]: Point): Point => [
    left + (width * (x - x0)) / (x1 - x0),
    upper + height * (1 - (y - y0) / (y1 - y0)),
  ];
  const rows = Math.max(2, Math.round(PIXELS * aspect));
  const rgba = new Uint8Array(4 * PIXELS * rows);
  for (let r = 0; r < rows; r++)
    for (let c = 0; c < PIXELS; c++) {
      const x = x0 + ((c + 0.5) / PIXELS) * (x1 - x0);
      const y = y1 - ((r + 0.5) / rows) * (y1 - y0);
      const s = 2 / (1 + x * x + y * y);
      rgba.set([...colour([s * x, s * y, s - 1]), 255], 4 * (r * PIXELS + c));
    }
  const id = `sector-${crystal.laueGroup.replace(/\W/g, "")}-${crystal.name.replace(/\W/g, "")}-${axis}-${scheme}`;
  const path = `M${edge
    .map((p) =>
      place(p)
        .map((v) => v.toFixed(2))
        .join(" "),
    )
    .join("L")}Z`;
  const labels = sector.corners.map((corner, k) => {
    const [x, y] = place(project(corner));
    const below = y > upper + height / 2;
    const middle = left + width / 2;
    const anchor = x < middle - width * 0.2 ? "start" : x > middle + width * 0.2 ? "end" : "middle";
    const shift = anchor === "start" ? -6 : anchor === "end" ? 7 : 0;
    return indexLabel(sector.labels[k]!, x + shift, below ? y + 8 : y - 3, anchor);
  });
  const words = sector.mirrors ? note("Mirror images share a colour.") : undefined;
  const below = upper + height + 11;
  return {
    width: KEY_WIDTH,
    height: words ? below + words.height : below - 2,
    svg: [
      ...titles,
      el("clipPath", { id }, el("path", { d: path })),
      el("image", {
        x: left,
        y: upper,
        width,
        height,
        preserveAspectRatio: "none",
        "clip-path": `url(#${id})`,
        href: dataUrl(rgbaPng(rgba, PIXELS, rows)),
      }),
      el("path", { d: path, fill: "none", stroke: INK, "stroke-width": 0.6 }),
      ...labels,
      words ? el("g", { transform: `translate(0 ${below.toFixed(2)})` }, words.svg) : "",
    ].join(""),
  };
}
