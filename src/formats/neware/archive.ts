/** data.ndc of an .ndax archive joined with the tables beside it. */
import type { Notice, Source } from "../../core/contracts.ts";
import { LithoscopeError } from "../../core/errors.ts";
import { lookup } from "../lookup.ts";
import { siblingOf } from "../sibling.ts";
import { descendants, parseXml } from "../xml.ts";
import { newareError } from "./nda.ts";
import {
  ndcVersion,
  parseAuxiliary,
  parseFullData,
  parsePairs,
  parseRun,
  parseSteps,
  type RunRow,
} from "./ndc.ts";
import { type Auxiliary, addRow, countChanges, type NewareRows, noRows } from "./rows.ts";

/** A table of more bytes is not held in memory. */
const TABLE_LIMIT = 2 ** 30;

export interface Archive {
  readonly version: number;
  readonly rows: NewareRows;
  readonly auxiliary: Auxiliary;
  readonly utc: boolean;
  /** Attributes of TestInfo.xml. */
  readonly info: Readonly<Record<string, string>>;
}

async function whole(source: Source, stop?: AbortSignal): Promise<Uint8Array> {
  if (source.size <= TABLE_LIMIT) return source.read(0, source.size, stop);
  const message = `neware: ${source.name} has ${source.size} bytes, more than are held in memory`;
  throw new LithoscopeError("Refused", message, { why: "size", need: `at most ${TABLE_LIMIT} bytes` });
}

async function beside(source: Source, name: string, stop?: AbortSignal): Promise<Uint8Array | undefined> {
  const found = await siblingOf(source, name);
  return found && whole(found, stop);
}

interface Channel {
  readonly id: string;
  readonly real: string;
  readonly type: string;
}

/** The test's own list: attributes, and auxiliary channels in order. */
async function testInfo(source: Source, stop?: AbortSignal) {
  const bytes = await beside(source, "TestInfo.xml", stop);
  if (!bytes) return { info: {}, channels: [] as Channel[] };
  // Names in Chinese do not matter here; the letters of the attributes are the same in every encoding.
  const root = await parseXml(new TextDecoder("latin1").decode(bytes), "neware");
  const found = [...descendants(root, "TestInfo")][0];
  const channels = (found?.children ?? [])
    .filter(({ name }) => /^Aux/.test(name))
    .map(({ attributes }) => ({
      id: attributes.AuxID ?? "",
      real: attributes.RealChlID ?? "",
      type: attributes.ChlType ?? "",
    }));
  return { info: found?.attributes ?? {}, channels };
}

/** What the values of an auxiliary table without names are, by the kind of channel. */
const CHANNEL_TYPES: Readonly<Record<string, string>> = { "103": "T", "335": "t", "345": "H" };

/** The table of a channel: data_AUX_N_b_c.ndc with the channel's own number, else the k-th data_k.ndc. */
async function channelTable(
  source: Source,
  channel: Channel,
  k: number,
  stop?: AbortSignal,
): Promise<Uint8Array | undefined> {
  for (let b = 0; b < 10; b++) {
    for (let c = 0; c < 10; c++) {
      const found = await beside(source, `data_AUX_${channel.real}_${b}_${c}.ndc`, stop);
      if (found) return found;
    }
  }
  for (const n of [k + 1, Number(channel.real)]) {
    const found = await beside(source, `data_${n}.ndc`, stop);
    if (found) return found;
  }
  return undefined;
}

async function auxiliaryOf(
  source: Source,
  channels: readonly Channel[],
  notices: Notice[],
  stop?: AbortSignal,
): Promise<Auxiliary> {
  const all: Auxiliary = new Map();
  for (const [k, channel] of channels.entries()) {
    const bytes = await channelTable(source, channel, k, stop);
    if (!bytes) {
      const message = `neware: the table of auxiliary channel ${channel.id} is not in the archive`;
      notices.push({ code: "auxiliary-missing", message });
      continue;
    }
    const { version } = ndcVersion(bytes, `auxiliary ${channel.id}`);
    for (const [name, values] of parseAuxiliary(bytes, version)) {
      const known = name === "?" ? (lookup(CHANNEL_TYPES, String(channel.type)) ?? "aux") : name;
      all.set(`${known}${channel.id}`, values);
    }
  }
  return all;
}

/** Rows since version 11: potential and current for all, the rest where the run table has the index. */
function joinRows(
  pairs: ReturnType<typeof parsePairs>,
  run: ReadonlyMap<number, RunRow>,
  steps: ReturnType<typeof parseSteps>,
  notices: Notice[],
): NewareRows {
  const numbers = countChanges([...run.values()].map(({ step }) => step));
  const stepOf = new Map([...run.keys()].map((index, i) => [index, numbers[i]!]));
  const rows = noRows();
  let step = Number.NaN;
  let last: RunRow | undefined;
  // What has run on since the last row of the run table.
  let since = { time: 0, charge: 0, discharge: 0, chargeEnergy: 0, dischargeEnergy: 0 };
  let filled = 0;
  for (let i = 0; i < pairs.voltage.length; i++) {
    const [voltage, current] = [pairs.voltage[i]!, pairs.current[i]!];
    if (voltage === 0) continue;
    const found = run.get(i + 1);
    if (found) {
      last = found;
      step = stepOf.get(i + 1)!;
      since = { time: 0, charge: 0, discharge: 0, chargeEnergy: 0, dischargeEnergy: 0 };
    } else if (last) {
      const moved = (last.dt * current) / 3600;
      since.time += last.dt;
      since.charge += Math.max(0, moved);
      since.discharge += Math.max(0, -moved);
      since.chargeEnergy += Math.max(0, moved * voltage);
      since.dischargeEnergy += Math.max(0, -moved * voltage);
      filled++;
    }
    const known = steps[step - 1];
    addRow(rows, {
      index: i + 1,
      cycle: known?.cycle ?? Number.NaN,
      step,
      stepIndex: known?.stepIndex ?? Number.NaN,
      status: known?.status ?? "",
      time: last ? last.time + since.time : Number.NaN,
      voltage,
      current,
      chargeCapacity: last ? Math.abs(last.chargeCapacity) + since.charge : Number.NaN,
      dischargeCapacity: last ? Math.abs(last.dischargeCapacity) + since.discharge : Number.NaN,
      chargeEnergy: last ? Math.abs(last.chargeEnergy) + since.chargeEnergy : Number.NaN,
      dischargeEnergy: last ? Math.abs(last.dischargeEnergy) + since.dischargeEnergy : Number.NaN,
      stamp: last ? last.stamp + 1000 * since.time : Number.NaN,
    });
  }
  if (filled > 0) {
    const message = `neware: the archive has time, capacity and energy for ${rows.index.length - filled} of ${rows.index.length} rows; between them time goes on in equal steps and I dt is summed`;
    notices.push({ code: "rows-filled", message });
  }
  return rows;
}

/**
 * What an archive holds, from its data.ndc with the other tables as siblings.
 *
 * @throws Format if there is no row or a table is missing; Unsupported for other versions
 */
export async function readArchive(source: Source, notices: Notice[], stop?: AbortSignal): Promise<Archive> {
  const data = await whole(source, stop);
  const { version } = ndcVersion(data, source.name);
  const { info, channels } = await testInfo(source, stop);
  const auxiliary = await auxiliaryOf(source, channels, notices, stop);
  if (version === 2 || version === 5)
    return { version, rows: parseFullData(data, version), auxiliary, utc: false, info };
  const run = await beside(source, "data_runInfo.ndc", stop);
  const step = await beside(source, "data_step.ndc", stop);
  if (!run || !step) {
    const missing = run ? "data_step.ndc" : "data_runInfo.ndc";
    throw newareError(
      `${source.name} of version ${version} needs ${missing} beside it; open the .ndax itself`,
      0,
    );
  }
  const rows = joinRows(
    parsePairs(data, version),
    parseRun(run, ndcVersion(run, "data_runInfo.ndc").version),
    parseSteps(step, ndcVersion(step, "data_step.ndc").version),
    notices,
  );
  if (rows.index.length === 0) throw newareError("wanted a row with a potential, found none", 4096);
  return { version, rows, auxiliary, utc: true, info };
}
