import type { Column, Notice, Reader } from "../../core/contracts.ts";
import { LithoscopeError } from "../../core/errors.ts";
import {
  cellConflict,
  laueOfTsl,
  phaseRotations,
  type SampleFrame,
} from "../../science/crystal/vendor-frames.ts";
import { checkTextSize } from "../lab-text.ts";
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
import { type AngHeader, type AngPhase, parseAng } from "./parse.ts";

/** Who wrote it, by the columns and the words of the header. */
export type AngDialect = "tsl" | "emsoft" | "astar";

/** Names and units of the columns after φ1, Φ, φ2, x, y. */
const COLUMNS: Readonly<Record<AngDialect, readonly (readonly [string, string])[]>> = {
  tsl: [
    ["iq", "1"],
    ["ci", "1"],
    ["phase", "1"],
    ["sem", "1"],
    ["fit", "deg"],
  ],
  emsoft: [
    ["iq", "1"],
    ["dp", "1"],
    ["phase", "1"],
  ],
  astar: [
    ["index", "1"],
    ["reliability", "1"],
    ["phase", "1"],
    ["reliability x100", "1"],
  ],
};

export function angDialect(header: AngHeader): AngDialect {
  const text = header.lines.join("\n");
  if (header.columns === 9 || /ACOM/.test(text)) return "astar";
  return header.columns === 8 ? "emsoft" : "tsl";
}

/** Names that orix lists in the header, for the columns that no dialect knows. */
function listedNames({ lines }: AngHeader): readonly string[] {
  const list = lines.map((line) => /^\s*Column names:\s*(.+)$/i.exec(line)?.[1]).find((found) => found);
  return list?.split(",").map((name) => name.trim()) ?? [];
}

function columnsOf(dialect: AngDialect, header: AngHeader, unit: string): Column[] {
  const own = listedNames(header);
  const named: (readonly [string, string])[] = [
    ["phi1", "rad"],
    ["Phi", "rad"],
    ["phi2", "rad"],
    ["x", unit],
    ["y", unit],
    ...COLUMNS[dialect],
  ];
  return Array.from({ length: header.columns }, (_, i) => {
    const [name, u] = named[i] ?? [own[i] || `column ${i + 1}`, "1"];
    return { name, unit: u, type: "number" as const };
  });
}

function phaseOf(phase: AngPhase, index: number, notices: Notice[]): FilePhase {
  const name = (phase.MaterialName || phase.Formula || `phase ${index + 1}`).trim();
  const code = phase.Symmetry ?? phase.PointGroupID ?? "";
  const laue = laueOfTsl(code) ?? (phase.PointGroupID ? laueOfTsl(phase.PointGroupID) : undefined);
  if (!laue) {
    const message = `ang: the symmetry "${code}" of ${name} is not known, -1 (no rotations) is taken`;
    notices.push({ code: "symmetry-unknown", message });
  }
  const laueGroup = laue ?? "-1";
  const unique = code.trim() === "2" ? "c" : "b";
  const constants = phase.LatticeConstants;
  const known = constants.length >= 6 && constants.slice(0, 6).every((v) => v > 0);
  const cell = (known ? constants.slice(0, 6) : [1, 1, 1, 90, 90, 90]) as unknown as FilePhase["cell"];
  if (!known) notices.push({ code: "cell-unknown", message: `ang: ${name} has no lattice constants` });
  const conflict = known ? cellConflict(laueGroup, cell, unique) : undefined;
  if (conflict) {
    const message = `ang: the Laue group ${laueGroup} of ${name} asks for ${conflict}, the cell is ${cell.join(" ")}`;
    notices.push({ code: "symmetry-cell", message });
  }
  // a ∥ x except in monoclinic crystals, as MTEX reads these files.
  const axes = laueGroup === "2/m" ? "a*,c" : "a,c*";
  return { name, laueGroup, cell, rotations: phaseRotations(laueGroup, 0, unique), axes };
}

/** Phase index of every row: 0 is the only phase of a file that knows no other number, else "not indexed". */
function phaseColumn(rows: Rows, header: AngHeader, dialect: AngDialect, notices: Notice[]): Int16Array {
  const at = COLUMNS[dialect].findIndex(([name]) => name === "phase") + 5;
  const values = rows.columns > at ? column(rows, at) : new Float64Array(rows.count);
  const ids = header.phases.map((phase, i) => Number(phase.Phase ?? i + 1));
  const distinct = new Set(values);
  const only = ids.length === 1 && distinct.size === 1;
  const out = new Int16Array(rows.count);
  let unknown = 0;
  for (let i = 0; i < rows.count; i++) {
    const found = only ? 0 : ids.indexOf(values[i]!);
    if (found < 0 && values[i] !== 0) unknown++;
    out[i] = found;
  }
  if (unknown > 0) {
    const message = `ang: ${unknown} points have a phase number that the header does not list (it has ${ids.join(", ")}), not indexed`;
    notices.push({ code: "phase-unknown", message });
  }
  const markAt = dialect === "emsoft" ? -1 : 6;
  let marked = 0;
  for (let i = 0; i < rows.count; i++) {
    const row = i * rows.columns;
    const minus = markAt > 0 && rows.values[row + markAt] === -1;
    const fourPi = [0, 1, 2].every((k) => Math.abs(rows.values[row + k]! - 4 * Math.PI) < 1e-3);
    if (out[i]! < 0 || (!minus && !fourPi)) continue;
    out[i] = -1;
    marked++;
  }
  if (marked > 0) {
    const word = dialect === "astar" ? "reliability" : "confidence index";
    const message = `ang: ${marked} points are marked by ${word} −1 or Euler angles 4π and count as not indexed`;
    notices.push({ code: "marked-bad", message });
  }
  return out;
}

/** The frame our own writer states; undefined in files of others. */
function statedFrame(header: AngHeader): SampleFrame | undefined {
  const match = /^Lithoscope frame (right-up|up-left|down-right|left-down)/m.exec(header.lines.join("\n"));
  return match?.[1] as SampleFrame | undefined;
}

function number(text: string | undefined): number {
  return text === undefined || text === "" ? Number.NaN : Number(text.split(/\s/)[0]);
}

export const reader: Reader = {
  async open(source, stop) {
    checkTextSize("ang", source.name, source.size);
    const notices: Notice[] = [];
    const text = decodeText(await source.read(0, source.size, stop));
    const { header, rows } = parseAng(text, notices);
    if (rows.columns < 8) {
      const message = `ang: wanted at least 8 columns, found ${rows.columns}`;
      throw new LithoscopeError("Format", message, { format: "ang", at: header.lines.length + 1 });
    }
    const dialect = angDialect(header);
    const unit = dialect === "astar" ? "nm" : "µm";
    const phases = (
      header.phases.length > 0
        ? header.phases
        : [{ MaterialName: "phase 1", LatticeConstants: [] } as unknown as AngPhase]
    ).map((phase, i) => phaseOf(phase, i, notices));
    const phase = phaseColumn(rows, header, dialect, notices);
    const columns = columnsOf(dialect, header, unit);
    const meta = { dialect, vendorFrame: "Euler angles as in the file, not turned" };
    const table = rowsTable(`${source.name}: columns as in the file`, rows, columns, meta);
    const [x, y] = [column(rows, 3), column(rows, 4)];
    const hexagonal = /hex/i.test(header.fields.GRID ?? "") || looksHexagonal(x, y);
    const grid = hexagonal ? undefined : findGrid(x, y);
    if (!grid) {
      const found = hexagonal ? "a hexagonal grid" : "points on no rectangular grid";
      const message = `ang: ${found}, given as a table only, no map`;
      notices.push({ code: "grid", message });
      return { items: [table], header, notices };
    }
    const { XSTEP, YSTEP, NCOLS_ODD, NROWS } = header.fields;
    notices.push(...stepNotice("ang", [number(XSTEP), number(YSTEP)], grid.step, unit));
    const cells = [number(NCOLS_ODD), number(NROWS)] as const;
    if (cells.every((v) => v > 0) && (cells[0] !== grid.width || cells[1] !== grid.height)) {
      const message = `ang: the header says ${cells[0]} × ${cells[1]} points, the file holds ${grid.width} × ${grid.height}`;
      notices.push({ code: "header-cells", message });
    }
    const stated = statedFrame(header);
    const sample = stated ?? (dialect === "astar" ? "right-up" : "up-left");
    const frame = frameText(sample, phases, stated !== undefined);
    if (stated === undefined) {
      const message = `ang: the file does not say its frames: ${frame}`;
      notices.push({ code: "frame-assumed", message, flag: "--map-frame" });
    }
    const named = COLUMNS[dialect].map(([name, u], i) => [name, u, i + 5] as const);
    const rest = columns
      .slice(5 + named.length)
      .map((c, i) => [c.name, c.unit, 5 + named.length + i] as const);
    const map = buildMap({
      title: source.name,
      rows,
      grid,
      step: grid.step,
      unit: stated !== undefined && /^Lithoscope step is in px/m.test(header.lines.join("\n")) ? "px" : unit,
      euler: [0, 1, 2],
      eulerUnitDeg: 180 / Math.PI,
      phase,
      phases,
      sample,
      frame,
      extra: [...named, ...rest].filter(([name, , at]) => name !== "phase" && at < rows.columns),
    });
    return { items: [map, table], header, notices };
  },
};
