import type { MoyoHallSymbolEntry } from "@spglib/moyo-wasm";
import type { Atom } from "../../core/contracts.ts";
import { LithoscopeError } from "../../core/errors.ts";
import type { Matrix3 } from "../../science/crystal/rotation.ts";
import type { Operator } from "./operators.ts";

/** What a CIF without operators says about its space group, and the test that its structure must pass. */
export interface Question {
  readonly name: string;
  /** The user's word: "1", "2", "H", "R", another ITA setting such as "b1", or "Hall:<symbol or number>". */
  readonly setting: string | undefined;
  readonly symbol: string | undefined;
  readonly hall: string | undefined;
  readonly number: number | undefined;
  /** `why` says what is impossible about the structure, undefined when nothing; `print` tells structures apart. */
  readonly judge: (operators: readonly Operator[]) => { why: string | undefined; print: string };
}

export interface Decision {
  readonly operators: Operator[];
  /** Hall symbol of the setting. */
  readonly hall: string;
}

/**
 * The operators of the one space-group setting that the file can mean. Every tabulated setting (530, ITA vol. A)
 * that agrees with the stated symbol, number and origin choice is tried on the structure itself, because readers
 * that pick a default origin silently build wrong crystals.
 *
 * @throws LithoscopeError "Missing" when no setting passes, or several with different structures.
 */
export async function decideOperators(question: Question): Promise<Decision> {
  const moyo = await loadMoyo();
  const entries = consistentEntries(moyo, question);
  const verdicts = entries.map((entry) => {
    const operators = moyo
      .operations_from_number(entry.number, { type: "HallNumber", value: entry.hall_number }, false)
      .map(({ rotation, translation }) => ({ rotation: transpose(rotation), translation }));
    return { entry, operators, ...question.judge(operators) };
  });
  const passed = verdicts.filter((v) => v.why === undefined);
  if (passed.length > 0 && new Set(passed.map((v) => v.print)).size === 1)
    return { operators: passed[0]!.operators, hall: passed[0]!.entry.hall_symbol };

  const group =
    question.symbol ?? question.hall ?? (question.number === undefined ? "" : `No. ${question.number}`);
  const tried = verdicts
    .map((v) => `${label(v.entry)}: ${v.why ?? "possible"}`)
    .slice(0, 6)
    .join("; ");
  const reason =
    group === ""
      ? "and no space group"
      : entries.length === 0
        ? question.setting === undefined
          ? `and its space group ${group} is not in the tables`
          : `and no setting "${question.setting}" of ${group} is in the tables`
        : passed.length === 0
          ? `and no setting of ${group} gives a possible structure (${tried})`
          : `and ${group} has more than one setting that gives a possible structure (${tried})`;
  const flag = `--setting ${question.name}=1|2|H|R|Hall:...`;
  throw new LithoscopeError(
    "Missing",
    `${question.name} lists no symmetry operators ${reason}.`,
    { what: "the symmetry operators or the space-group setting", flag },
    { hint: `Name the setting with ${flag}, or use a CIF that lists its operators.` },
  );
}

function label(entry: MoyoHallSymbolEntry): string {
  return entry.setting === "" ? entry.hm_short : `setting ${entry.setting}`;
}

/** Atoms of one structure that are looked through for symmetry; more take too long. */
const MOST_ATOMS = 400;
/** Distance within which two atoms are images of each other [Å]. */
const SYMPREC = 0.02;

/**
 * The space group of atoms as they lie in the cell, and how many operators it has there; undefined
 * of too many atoms, or where none can be told.
 *
 * @param basis a, b, c as columns [Å]
 */
export async function symmetryOf(
  basis: Matrix3,
  atoms: readonly Pick<Atom, "element" | "occupancy" | "position">[],
): Promise<{ symbol: string; number: number; operations: number } | undefined> {
  if (atoms.length > MOST_ATOMS) return undefined;
  const moyo = await loadMoyo();
  const kinds = [...new Set(atoms.map(kindOf))];
  const cell = {
    lattice: { basis: transpose(basis) },
    positions: atoms.map(({ position }) => position),
    numbers: atoms.map((atom) => kinds.indexOf(kindOf(atom)) + 1),
  };
  try {
    const { hm_symbol, number, operations } = moyo.analyze_cell(JSON.stringify(cell), SYMPREC, "Standard");
    return { symbol: hm_symbol, number, operations: operations.length };
  } catch {
    // moyo gives up on cells that are nearly flat and atoms that nearly lie over each other.
    return undefined;
  }
}

const kindOf = ({ element, occupancy }: Pick<Atom, "element" | "occupancy">) => `${element} ${occupancy}`;

type Moyo = typeof import("@spglib/moyo-wasm");
let loading: Promise<Moyo> | undefined;

/** Loads moyo and its binary once, on first use. */
function loadMoyo(): Promise<Moyo> {
  loading ??= (async () => {
    const [moyo, { default: url }] = await Promise.all([
      import("@spglib/moyo-wasm"),
      import("@spglib/moyo-wasm/moyo_wasm_bg.wasm?url&inline"),
    ]);
    const binary = atob(url.slice(url.indexOf(",") + 1));
    moyo.initSync({ module: Uint8Array.from(binary, (c) => c.charCodeAt(0)) });
    return moyo;
  })();
  return loading;
}

/** moyo hands out its rotations column by column. */
function transpose(m: Matrix3): Matrix3 {
  return [m[0], m[3], m[6], m[1], m[4], m[7], m[2], m[5], m[8]];
}

/** The table entries that agree with the user's setting first, then with the file's own words. */
function consistentEntries(moyo: Moyo, question: Question): MoyoHallSymbolEntry[] {
  const { number, hall, symbol } = question;
  const all = Array.from({ length: 530 }, (_, k) => moyo.hall_symbol_entry(k + 1));
  const setting = question.setting?.trim();
  if (setting !== undefined && /^hall:/i.test(setting)) return byHall(all, setting.slice(5));

  const stated = symbol === undefined ? undefined : splitSymbol(symbol);
  let entries = number === undefined ? all : all.filter((entry) => entry.number === number);
  if (stated !== undefined) {
    const exact = entries.filter((entry) => longNames(entry).includes(plain(stated.symbol, entry.number)));
    const short = entries.filter(
      (entry) => plain(entry.hm_short, entry.number) === plain(stated.symbol, entry.number),
    );
    if (exact.length > 0) entries = exact;
    else if (short.length > 0) entries = short;
    else if (number === undefined) entries = [];
  } else if (number === undefined && hall === undefined) {
    return [];
  }
  if (setting === undefined && hall !== undefined) {
    const named = byHall(entries, hall);
    if (named.length > 0) return named;
    if (stated === undefined && number === undefined) return [];
  }
  const choice = setting === undefined ? stated?.choice : choiceName(setting);
  // Some settings carry axes and origin together, such as "2cab"; "2" then means all of them.
  return choice === undefined
    ? entries
    : entries.filter(
        (entry) => entry.setting === choice || (/^[12]$/.test(choice) && entry.setting.startsWith(choice)),
      );
}

/** Entries with this Hall symbol or Hall number. */
function byHall(entries: readonly MoyoHallSymbolEntry[], text: string): MoyoHallSymbolEntry[] {
  const key = (hall: string): string =>
    hall
      .trim()
      .replace(/[\s_]+/g, " ")
      .toLowerCase();
  return entries.filter((e) => key(e.hall_symbol) === key(text) || String(e.hall_number) === text.trim());
}

/** "F d -3 m :2", "F d -3 m Z", "R -3 m :H" → the symbol and its choice. */
function splitSymbol(text: string): { symbol: string; choice: string | undefined } {
  const match = /^(.*?)(?:\s*:\s*(\w+)|\s+([SZHR]))\s*$/.exec(text);
  if (match === null) return { symbol: text, choice: undefined };
  return { symbol: match[1]!, choice: choiceName(match[2] ?? match[3]!) };
}

function choiceName(text: string): string {
  const known: Readonly<Record<string, string>> = { s: "1", z: "2", h: "H", r: "R" };
  return known[text.toLowerCase()] ?? text;
}

/** A symbol without spaces and underscores; for cubic groups without bars, as older files write Fd3m. */
function plain(symbol: string, number: number): string {
  const bare = symbol.replace(/[\s_]+/g, "").toLowerCase();
  return number >= 195 ? bare.replaceAll("-", "") : bare;
}

/** The full symbol of the setting, and the ways it is shortened: P 1 21/n 1 → P 21/n, P 21/n 21/m 21/a → P n m a. */
function longNames(entry: MoyoHallSymbolEntry): string[] {
  const [centering = "", ...fields] = entry.hm_full.split(" ");
  const shorter =
    entry.number < 16
      ? fields.filter((field) => field !== "1")
      : fields.map((field, k) => {
          const mirror = field.split("/")[1];
          return mirror !== undefined && (field.startsWith("2") || (entry.number >= 195 && k === 0))
            ? mirror
            : field;
        });
  return [entry.hm_full, [centering, ...shorter].join(" ")].map((name) => plain(name, entry.number));
}
