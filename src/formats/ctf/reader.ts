import type { Column, Notice, Reader } from "../../core/contracts.ts";
import { LithoscopeError } from "../../core/errors.ts";
import { LAUE_GROUPS } from "../../science/crystal/symmetry.ts";
import {
  cellConflict,
  laueOfSpaceGroup,
  phaseRotations,
  type SampleFrame,
} from "../../science/crystal/vendor-frames.ts";
import { checkTextSize } from "../lab-text.ts";
import { lookup } from "../lookup.ts";
import { buildMap, type FilePhase, frameText } from "../orientation-build.ts";
import {
  column,
  decodeText,
  findGrid,
  looksHexagonal,
  type Rows,
  rowsTable,
  stepNotice,
} from "../orientation-grid.ts";
import { type CtfHeader, type CtfPhase, parseCtf } from "./parse.ts";

const UNITS: Readonly<Record<string, string>> = {
  X: "µm",
  Y: "µm",
  Euler1: "deg",
  Euler2: "deg",
  Euler3: "deg",
  MAD: "deg",
};

/** Who wrote it, as far as the header tells. */
export type CtfDialect = "hkl" | "astar" | "emsoft" | "mtex" | "lithoscope";

export function ctfDialect({ fields }: CtfHeader): CtfDialect {
  const author = `${fields.Author ?? ""} ${fields.Prj ?? ""}`;
  if (/^Lithoscope/.test(fields.Author ?? "")) return "lithoscope";
  if (/ACOM RES/.test(author)) return "astar";
  if (/EMsoft|EMEBSD/i.test(author)) return "emsoft";
  return /mtex/i.test(author) ? "mtex" : "hkl";
}

/** What stands in the last three columns, MAD, BC and BS: the names lie in files that no EBSD program wrote. */
function honestName(name: string, dialect: CtfDialect): string {
  if (dialect === "astar" && name === "MAD") return "reliability";
  if (dialect === "astar" && name === "BC") return "index";
  if (dialect === "emsoft" && name === "MAD") return "dp";
  if (dialect === "emsoft" && name === "BC") return "osm";
  if (dialect === "emsoft" && name === "BS") return "iq";
  return name;
}

function phaseOf(phase: CtfPhase, index: number, notices: Notice[]): FilePhase {
  const name = phase.name || `phase ${index + 1}`;
  const cell = [...phase.lengths, ...phase.angles] as unknown as FilePhase["cell"];
  const byClass = LAUE_GROUPS[phase.laueClass - 1];
  const byGroup = laueOfSpaceGroup(phase.spaceGroup);
  let laueGroup = byClass ?? byGroup ?? "-1";
  if (byClass && byGroup && byClass !== byGroup) {
    // The one that the cell allows; the space group where both are possible.
    laueGroup = cellConflict(byGroup, cell) === undefined ? byGroup : byClass;
    const message = `ctf: Laue class ${phase.laueClass} (${byClass}) and space group ${phase.spaceGroup} (${byGroup}) of ${name} contradict each other, ${laueGroup} is taken`;
    notices.push({ code: "symmetry-contradiction", message });
  }
  if (!byClass && !byGroup) {
    const message = `ctf: the Laue class of ${name} is ${phase.laueClass}, not 1 to 11; -1 (no rotations) is taken`;
    notices.push({ code: "symmetry-unknown", message });
  }
  const conflict = cellConflict(laueGroup, cell);
  if (conflict) {
    const message = `ctf: the Laue group ${laueGroup} of ${name} asks for ${conflict}, the cell is ${cell.join(" ")}`;
    notices.push({ code: "symmetry-cell", message });
  }
  const rotations = phaseRotations(laueGroup, phase.spaceGroup);
  return { name, laueGroup, cell, rotations, axes: "a*,c" };
}

/** Phase n of the file is index n − 1; 0 is not indexed. */
function phaseColumn(rows: Rows, header: CtfHeader, notices: Notice[]): Int16Array {
  const values = column(rows, 0);
  const out = new Int16Array(rows.count);
  let unknown = 0;
  for (let i = 0; i < rows.count; i++) {
    const known = values[i]! >= 1 && values[i]! <= header.phases.length;
    if (!known && values[i] !== 0) unknown++;
    out[i] = known ? values[i]! - 1 : -1;
  }
  if (unknown > 0) {
    const message = `ctf: ${unknown} points have a phase number that the header does not list, not indexed`;
    notices.push({ code: "phase-unknown", message });
  }
  const at = header.columns.indexOf("Error");
  if (at < 0 || at >= rows.columns) return out;
  const counts = new Map<number, number>();
  for (let i = 0; i < rows.count; i++) {
    const code = rows.values[i * rows.columns + at]!;
    if (code !== 0 && out[i]! >= 0) counts.set(code, (counts.get(code) ?? 0) + 1);
  }
  for (const [code, count] of counts) {
    const message = `ctf: ${count} points have the error code ${code} (${ERRORS[code] ?? "unknown"}) and yet a phase: filled in by clean-up; kept`;
    notices.push({ code: "error-code", message });
  }
  return out;
}
const ERRORS = [
  "success",
  "low band contrast",
  "low band slope",
  "no solution",
  "high MAD",
  "not yet analysed",
  "unexpected error",
];

function headerNotices(header: CtfHeader, dialect: CtfDialect): Notice[] {
  const notices: Notice[] = [];
  if (header.dataColumns < header.columns.length) {
    const missing = header.columns.slice(header.dataColumns).join(", ");
    const message = `ctf: the header names ${header.columns.length} columns, the lines hold ${header.dataColumns}: ${missing} missing`;
    notices.push({ code: "columns-missing", message });
  }
  if (dialect === "astar" || dialect === "emsoft") {
    const said = header.columns.slice(-3).map((name) => honestName(name, dialect));
    const message = `ctf: written by ${dialect}: the columns MAD, BC, BS hold other quantities (${said.join(", ")})`;
    notices.push({ code: "column-names", message });
  }
  return notices;
}

export const reader: Reader = {
  async open(source, stop) {
    checkTextSize("ctf", source.name, source.size);
    const notices: Notice[] = [];
    const { header, rows } = parseCtf(decodeText(await source.read(0, source.size, stop)), notices);
    const dialect = ctfDialect(header);
    const at = (name: string): number => {
      const index = header.columns.findIndex((c) => c.toLowerCase() === name.toLowerCase());
      if (index >= 0 && index < rows.columns) return index;
      const message = `ctf: wanted the column ${name}, found ${header.columns.join(", ")}`;
      throw new LithoscopeError("Format", message, { format: "ctf", at: 1 });
    };
    const euler = [at("Euler1"), at("Euler2"), at("Euler3")] as const;
    const [x, y] = [column(rows, at("X")), column(rows, at("Y"))];
    notices.push(...headerNotices(header, dialect));
    const phases = header.phases.map((phase, i) => phaseOf(phase, i, notices));
    const phase = phaseColumn(rows, header, notices);
    const columns: Column[] = Array.from({ length: rows.columns }, (_, i) => {
      const name = header.columns[i] ?? `column ${i + 1}`;
      return { name, unit: lookup(UNITS, name) ?? "1", type: "number" };
    });
    const meta = { dialect, vendorFrame: "Euler angles as in the file, not turned" };
    const table = rowsTable(`${source.name}: columns as in the file`, rows, columns, meta);
    const hexagonal = looksHexagonal(x, y);
    const scattered = /interactive/i.test(header.fields.JobMode ?? "");
    const grid = hexagonal || scattered ? undefined : findGrid(x, y);
    if (!grid) {
      const found = hexagonal ? "a hexagonal grid" : "points on no rectangular grid";
      notices.push({ code: "grid", message: `ctf: ${found}, given as a table only, no map` });
      return { items: [table], header, notices };
    }
    const number = (name: string) => Number((header.fields[name] ?? "NaN").replace(",", "."));
    const headerStep = [number("XStep"), number("YStep")] as const;
    const lies = stepNotice("ctf", headerStep, grid.step, "µm");
    notices.push(...lies);
    const [wide, high] = [number("XCells"), number("YCells")];
    if (wide > 0 && high > 0 && (wide !== grid.width || high !== grid.height)) {
      const message = `ctf: the header says ${wide} × ${high} points, the file holds ${grid.width} × ${grid.height}`;
      notices.push({ code: "header-cells", message });
    }
    // The header has more digits than the coordinates where the two agree.
    const step = lies.length === 0 && headerStep.every((v) => v > 0) ? headerStep : grid.step;
    const stated = /right-up|up-left|down-right|left-down/.exec(header.fields.Author ?? "")?.[0];
    const own = dialect === "lithoscope" && stated !== undefined;
    const sample = own ? (stated as SampleFrame) : "right-up";
    const frame = frameText(sample, phases, own);
    if (!own) {
      const message = `ctf: the line on CS0 is written whatever the frame is: ${frame}`;
      notices.push({ code: "frame-assumed", message, flag: "--map-frame" });
    }
    const extra = columns.flatMap(({ name, unit }, i) =>
      /^(phase|x|y|euler[123])$/i.test(name)
        ? []
        : [[honestName(name, dialect), dialect === "hkl" ? unit : "1", i] as const],
    );
    const map = buildMap({
      title: source.name,
      rows,
      grid,
      step,
      unit: own && /step in px/.test(header.fields.Author!) ? "px" : "µm",
      euler,
      eulerUnitDeg: 1,
      phase,
      phases,
      sample,
      frame,
      extra,
    });
    return { items: [map, table], header, notices };
  },
};
