/** From an instrument's table to a cycling run. */
import type { Notice, Table } from "../../../core/contracts.ts";
import { LithoscopeError } from "../../../core/errors.ts";
import {
  CURRENT,
  findColumn,
  POTENTIAL,
  type Role,
  readClock,
  readRole,
  roleNamed,
} from "../../../science/electrochemistry/columns.ts";
import { inOrder, isShuffled } from "./in-order.ts";
import { someRows, withoutRepeats } from "./repeats.ts";
import type { CyclingRun } from "./run.ts";

/** What a person states about the columns. */
export interface ColumnChoice {
  /** Name of the column of the potential. */
  readonly potential?: string;
  /** −1 where the file counts reduction as positive. */
  readonly sign: 1 | -1;
  /** [A] */
  readonly restCurrent?: number;
}

const charge = (name: string, ...names: RegExp[]): Role => ({ name, unit: "C", names });
/** Charge since the row before, with sign. */
const INCREMENT = charge("charge increment", /^dq$/);
/** Charge since the start, with sign. */
const TOTAL = charge("charge", /^\(Q-Qo\)$/);
const CHARGED = charge(
  "charge capacity",
  /^charge[ _-]?capacity\b/i,
  /^cha(?:rge)? ?cap/i,
  /^Ah-Cyc-Charge$/,
);
const DISCHARGED = charge(
  "discharge capacity",
  /^dis-?charge[ _-]?capacity\b/i,
  /^dis(?:charge)? ?cap/i,
  /^Ah-Cyc-Discharge$/,
);
const STEP: Role = { name: "step", unit: "1", names: [/^Step_Index$/i, /^Ns$/, /^Step(?: ?ID| number)?$/i] };

/** Rows after a hole: an interval much longer than the next, over which a running total went against the current. */
function holes(time: Float64Array, current: Float64Array, counted: Float64Array): Uint8Array | undefined {
  const found = Uint8Array.from(time, (t, i) => {
    if (i === 0 || i === time.length - 1) return 0;
    const dt = t - time[i - 1]!;
    const charge = current[i]! * dt;
    const moved = counted[i]! / charge;
    return dt > 5 * (time[i + 1]! - t) && moved < 0 ? 1 : 0;
  });
  return found.includes(1) ? found : undefined;
}

/**
 * Growth of a counter that starts again from zero at a step or a cycle. What it shows in the first row was passed before
 * the record begins.
 */
function growth(values: Float64Array): Float64Array {
  return values.map((q, i) => {
    if (i === 0) return 0;
    const before = values[i - 1]!;
    return q < 0.5 * before ? q : q - before;
  });
}

async function countedOf(table: Table, sign: number, stop?: AbortSignal) {
  const increment = findColumn(table.columns, INCREMENT);
  if (increment) {
    const values = await readRole(table, increment, stop);
    return { counted: values.map((q) => sign * q), countedDirects: true };
  }
  const total = findColumn(table.columns, TOTAL);
  if (total) {
    const values = await readRole(table, total, stop);
    const counted = values.map((q, i) => (i === 0 ? 0 : sign * (q - values[i - 1]!)));
    return { counted, totals: values.map((q) => sign * q) };
  }
  const [plus, minus] = [findColumn(table.columns, CHARGED), findColumn(table.columns, DISCHARGED)];
  if (!plus || !minus || plus.assumed || minus.assumed) return undefined;
  const [charged, discharged] = [await readRole(table, plus, stop), await readRole(table, minus, stop)];
  const [up, down] = [growth(charged), growth(discharged)];
  return { counted: up.map((q, i) => q - down[i]!), before: charged[0]! - discharged[0]! };
}

/** What the file says in words or codes about each row: at rest, or discharged by a current without sign. */
async function stateOf(table: Table, stop?: AbortSignal) {
  const words = table.columns.find(
    ({ name, type }) => type === "text" && /^(?:status|state|md)$/i.test(name),
  );
  if (words) {
    const text = (await table.read(words.name, 0, table.rows, stop)) as string[];
    return {
      rest: Uint8Array.from(text, (word) => (/^(?:R$|rest|pause|OCV)/i.test(word) ? 1 : 0)),
      out: Uint8Array.from(text, (word) => (/^D$|DChg|discharge/i.test(word) ? 1 : 0)),
    };
  }
  const mode = table.columns.find(({ name, type }) => type === "number" && name === "mode");
  if (!mode) return {};
  const codes = (await table.read(mode.name, 0, table.rows, stop)) as Float64Array;
  return { rest: Uint8Array.from(codes, (code) => (code === 3 ? 1 : 0)) };
}

/**
 * A run from the columns of a table.
 *
 * @throws Missing where the table has no clock, no potential, or neither current nor charge
 */
export async function cyclingRun(
  given: Table,
  choice: ColumnChoice,
  stop?: AbortSignal,
): Promise<{ run: CyclingRun; notices: Notice[] }> {
  let table = given;
  const notices: Notice[] = [];
  const say = (code: string, message: string, flag?: string) =>
    notices.push({ code, message, where: table.title, ...(flag && { flag }) });
  const lacking = (what: string, flag: string) =>
    new LithoscopeError(
      "Missing",
      `${table.title}: wanted a column of ${what}, found none among ${table.columns.map(({ name }) => name).join(", ")}`,
      { what, flag },
    );
  let clock = await readClock(table, stop);
  if (clock && isShuffled(table.rows, clock.back.length)) {
    const message = `the clock goes back at ${clock.back.length} of ${table.rows} rows: they are shuffled, and taken in the order of ${clock.from.column.name}`;
    say("rows-shuffled", message);
    table = inOrder(table, clock.time);
    clock = await readClock(table, stop);
  }
  if (!clock) throw lacking("time", "a file with a time column");
  const { time } = clock;
  const stated = choice.potential;
  const named = stated === undefined ? POTENTIAL : roleNamed(POTENTIAL, stated);
  const potentialColumn = findColumn(table.columns, named);
  if (!potentialColumn)
    throw lacking(stated === undefined ? "potential" : `potential named "${stated}"`, "--potential");
  const currentColumn = findColumn(table.columns, CURRENT);
  const own = await countedOf(table, choice.sign, stop);
  if (!currentColumn && !own) throw lacking("current or charge", "a file with a current column");
  for (const column of [clock.from, potentialColumn, currentColumn])
    if (column?.assumed)
      say("unit-assumed", `the column ${column.column.name} has no unit, taken as ${column.role.unit}`);
  const { rest, out } = await stateOf(table, stop);
  const current = currentColumn && (await readRole(table, currentColumn, stop)).map((i) => choice.sign * i);
  if (current && out && current.every((i) => !(i < 0)) && out.includes(1)) {
    for (let i = 0; i < current.length; i++) if (out[i]) current[i] = -current[i]!;
    say("unsigned-current", "the current has no sign; rows marked as discharge count as negative");
  }
  if (!current) say("no-current", "the file has no current; charge is what the instrument counted");
  if (own && "before" in own && own.before !== undefined && own.before !== 0)
    say(
      "counter-before",
      `the instrument had counted ${(own.before / 3.6).toPrecision(3)} mAh in the first row, before the record begins; they are in no half cycle`,
    );
  const totals = own && "totals" in own ? own.totals : undefined;
  const hole = current && totals && holes(time, current, own!.counted);
  if (hole && own && totals) {
    const count = hole.reduce((a, b) => a + b, 0);
    say(
      "holes",
      `the record has ${count} holes after which the instrument's total of charge begins again; the current before them is not taken to have flowed through`,
    );
    // The total began again there.
    own.counted = own.counted.map((q, i) => (hole[i] ? totals[i]! : q));
  }
  const step = findColumn(table.columns, STEP);
  const whole: CyclingRun = {
    title: table.title,
    time,
    potential: await readRole(table, potentialColumn, stop),
    averaged: currentColumn?.column.name === "<I>",
    ...(current && { current }),
    ...(own && { counted: own.counted }),
    ...(own && "countedDirects" in own && { countedDirects: true }),
    ...(step && { step: await readRole(table, step, stop) }),
    ...(rest && { rest }),
    ...(hole && { hole }),
    ...(choice.restCurrent !== undefined && { restCurrent: choice.restCurrent }),
  };
  const { run, repeated } = withoutRepeats(whole);
  if (repeated > 0)
    say("rows-repeated", `${repeated} of ${table.rows} rows repeat earlier ones and are counted once`);
  sayBackward(run.time, say);
  return { run: withoutGaps(run, say), notices };
}

type Say = (code: string, message: string) => void;

/** Says where the clock goes back although the rows are no repetition. */
function sayBackward(time: Float64Array, say: Say): void {
  let [back, first, jump, last] = [0, 0, 0, Number.NEGATIVE_INFINITY];
  for (const [i, t] of time.entries()) {
    // A row without a time goes nowhere.
    if (Number.isNaN(t)) continue;
    if (t < last) {
      if (back === 0) [first, jump] = [i, t - last];
      back++;
    }
    last = t;
  }
  if (back === 0) return;
  const hour = Math.abs(jump + 3600) < 120 ? "; an hour, as at the end of summer time" : "";
  say(
    "clock-back",
    `the clock goes back at ${back} of ${time.length} rows, first by ${-jump} s at row ${first + 1}${hour}; those intervals carry no charge`,
  );
}

/** The rows that have time, potential and current; the others are left out and said. */
function withoutGaps(run: CyclingRun, say: Say): CyclingRun {
  const { time, potential, current, counted } = run;
  const some = (values: Float64Array) => values.some((v) => Number.isNaN(v));
  if (!some(time) && !some(current ?? counted!)) return run;
  const keep = Array.from(time, (_, i) => i).filter((i) =>
    [time, potential, current ?? counted!].every((values) => Number.isFinite(values[i]!)),
  );
  say(
    "rows-without-numbers",
    `${time.length - keep.length} of ${time.length} rows lack time, potential or current and are left out`,
  );
  return someRows(run, keep);
}
