import { describe, expect, it } from "vitest";
import { cases } from "../../../fixtures/cases/csv.ts";
import { formatContract } from "../../../test/contracts/format.ts";
import { codes, headings, tables, values } from "../../../test/contracts/lab-text.ts";
import type { Dataset, OpenOptions } from "../../core/contracts.ts";
import { memorySource } from "../../sources/memory.ts";
import { openDataset } from "../open.ts";
import { csvFormat } from "./format.ts";

const made = await cases();
const bytesOf = (name: string) => made.find((one) => one.name === name)!.files[name]!;
const open = (content: string | Uint8Array, name = "made.csv", options?: OpenOptions): Promise<Dataset> => {
  const bytes = typeof content === "string" ? new TextEncoder().encode(content) : content;
  return openDataset(memorySource(bytes, name), undefined, options);
};

describe("csv without names", () => {
  it.each(["bare.csv", "bare.txt"])(
    "takes three columns, one of them swept, for a spectrum: %s",
    async (name) => {
      const dataset = await open(bytesOf(name), name);
      const [table] = tables(dataset);
      expect(headings(table!)).toEqual(["f Hz", "Z' Ohm", "Z'' Ohm"]);
      expect(await values(table!, "Z''")).toEqual([-2.5, -3.25, -4, -4.5, -1, -0.5]);
      expect(dataset.notices).toMatchObject([{ code: "columns-guessed", flag: "--columns" }]);
    },
  );

  it("sees that the third column holds -Z''", async () => {
    const text = new TextDecoder().decode(bytesOf("bare.csv")).replaceAll(",-", ",");
    const dataset = await open(text);
    expect(headings(tables(dataset)[0]!)[2]).toBe("-Z'' Ohm");
    expect(dataset.notices[0]!.message).toMatch(/-Z''/);
  });

  it("takes the names that the caller gives, and wants one for each column", async () => {
    const columns = ["f/kHz", "Z'/mOhm", "-Z''/mOhm"];
    const dataset = await open(bytesOf("bare.csv"), "bare.csv", { columns });
    expect(headings(tables(dataset)[0]!)).toEqual(["f kHz", "Z' mOhm", "-Z'' mOhm"]);
    expect(codes(dataset)).toEqual([]);
    await expect(open(bytesOf("bare.csv"), "bare.csv", { columns: ["f/Hz"] })).rejects.toMatchObject({
      tag: "Usage",
    });
  });

  it("knows shuffled frequencies, and takes even steps such as angles for none", async () => {
    const order = [3, 0, 5, 1, 4, 2];
    const lines = new TextDecoder().decode(bytesOf("bare.csv")).split("\r\n");
    const dataset = await open(order.map((i) => lines[i]).join("\n"));
    expect(headings(tables(dataset)[0]!)[0]).toBe("f Hz");
    expect(codes(dataset)).toEqual(["columns-guessed", "frequencies-unordered"]);
    const angles = Array.from({ length: 40 }, (_, i) => `${5 + 2 * i},${100 + i},${10 + i}`);
    expect(codes(await open(angles.join("\n")))).toEqual(["columns-unnamed"]);
  });

  it("numbers columns of another shape", async () => {
    const dataset = await open("1,2,3\n2,3,4\n3,4,5\n4,5,6\n5,6,7\n6,7,8\n");
    expect(headings(tables(dataset)[0]!)).toEqual(["column 1 1", "column 2 1", "column 3 1"]);
    expect(codes(dataset)).toEqual(["columns-unnamed"]);
  });
});

describe("csv with names", () => {
  it("takes names and units from the line above the rows, and the rest as comments", async () => {
    const [table] = tables(await open(bytesOf("named.csv")));
    expect(headings(table!)).toEqual(["freq Hz", "Re(Z) mOhm", "-Im(Z) mOhm"]);
    expect(table!.meta.comments).toBe("a film");
  });

  it.each([
    [
      "NOVA",
      "Index\tFrequency (Hz)\t-Z'' (Ω)\t-Phase (°)\n1\t10\t2\t3\n2\t1\t2\t3\n",
      ["Frequency Hz", "-Z'' Ω", "-Phase °"],
    ],
    ["PSTrace", "freq / Hz,neg. Phase / °,Z' / Ohm\n10,2,3\n1,2,3\n", ["freq Hz", "neg. Phase °", "Z' Ohm"]],
    ["Thales", "Number  Frequency/Hz  Impedance/Ohm\n1  10  2\n2  1  2\n", ["Frequency Hz", "Impedance Ohm"]],
    ["a comma before the unit", `"Frequency, Hz","Z', Ohm"\n10,2\n1,3\n`, ["Frequency Hz", "Z' Ohm"]],
  ])("splits the headings of %s", async (_, text, wanted) => {
    expect(headings(tables(await open(text))[0]!)).toEqual(expect.arrayContaining(wanted));
  });

  it("takes units from a line of their own, and seconds from hours", async () => {
    const dataset = await open(bytesOf("units.txt"), "units.txt");
    const [table] = tables(dataset);
    expect(headings(table!)).toEqual(["time h", "Ewe V", "I µA", "note", "clock s"]);
    expect(await values(table!, "clock")).toEqual([0, 1800, 3600]);
    expect(await values(table!, "note")).toEqual(["a", "", "b"]);
    expect(dataset.items[0]).toMatchObject({ kind: "stream", clock: { column: "clock" } });
  });

  it.each([
    ["commas between blanks", "f, Z'\n1.5, 2\n2.5, 3\n"],
    ["tabs with decimal commas", "f\tZ'\n1,5\t2\n2,5\t3\n"],
    ["semicolons with decimal commas", "f;Z'\n1,5;2\n2,5;3\n"],
    ["quotes", `"f","Z'"\n"1,5","2"\n"2,5","3"\n`],
    ["blanks", "# f Z'\n 1.5  2\n 2.5  3\n"],
    ["tabs, one more at every end", "f (Hz)\tZ'\t\n1.5\t2\t\n2.5\t3\t\n"],
    ["commas with a tab before dates", "f,date,Z'\n1.5,\t1/2/2024 10:00,2\n2.5,\t1/2/2024 10:01,3\n"],
    ["a leading number of rows without a name", ",f,Z'\n0,1.5,2\n1,2.5,3\n"],
  ])("parts cells by %s", async (_, text) => {
    const [table] = tables(await open(text));
    expect(await values(table!, "f")).toEqual([1.5, 2.5]);
    expect(await values(table!, "Z'")).toEqual([2, 3]);
  });

  it("gives every sweep behind the whole table, and leaves shuffled frequencies together", async () => {
    const sweep = [1000, 100, 10, 1].map((f) => `${f},${10 + 1 / f},-1`);
    const three = await open(["f,Z',Z''", ...sweep, ...sweep, ...sweep, ""].join("\n"));
    expect(tables(three).map(({ rows }) => rows)).toEqual([12, 4, 4, 4]);
    const shuffled = [10, 1000, 1, 500, 3, 700, 2, 90].map((f) => `${f},10,-1`);
    const one = await open(["f,Z',Z''", ...shuffled, ""].join("\n"));
    expect(codes(one)).toEqual(["frequencies-unordered"]);
  });

  it("reads one row below names", async () => {
    expect(tables(await open("f/Hz,Z'/Ohm,Phase (rad)\n1000,2,0.5\n"))[0]).toMatchObject({
      rows: 1,
      columns: [{ unit: "Hz" }, { unit: "Ohm" }, { name: "Phase", unit: "rad" }],
    });
  });

  it("knows the units that Arbin leaves out, and its dates in seconds since 1970", async () => {
    const head = "Data_Point,Test_Time,DateTime,Step_Index,Cycle_Index,Current,Voltage,Charge_Capacity";
    const dataset = await open(
      `${head}\n0,10.5,1494645210.5,1,0,0.1,3.3,0\n1,20.5,1494645220.5,1,0,0.1,3.4,0.1\n`,
    );
    const [table] = tables(dataset);
    expect(headings(table!).slice(1)).toEqual([
      ...["Test_Time s", "DateTime 1", "Step_Index 1", "Cycle_Index 1"],
      ...["Current A", "Voltage V", "Charge_Capacity Ah"],
    ]);
    expect(dataset.items[0]).toMatchObject({
      clock: { column: "Test_Time", start: "2017-05-13T03:13:20.000Z" },
    });
    expect(codes(dataset)).toEqual(["units-of-maker"]);
  });

  it("takes units from the cells where they carry them, and leaves words alone", async () => {
    const dataset = await open(
      "t/s,I,E,note\n0,1.5 mA,3 V,4 V\n1,-250 µA,3.1V,5 A\n2,,2e-3 kV,\n3,1 mA,3 V,6 V\n",
    );
    expect(headings(tables(dataset)[0]!)).toEqual(["t s", "I mA", "E V", "note"]);
    expect(await values(tables(dataset)[0]!, "I")).toEqual([1.5, -0.25, Number.NaN, 1]);
    expect(await values(tables(dataset)[0]!, "E")).toEqual([3, 3.1, 2, 3]);
    expect(codes(dataset).filter((code) => code === "units-in-cells")).toHaveLength(2);
  });

  it("takes no comma that may part thousands for a decimal sign in a cell with its unit", async () => {
    const german = tables(await open("t;I\n0;1,5 mA\n1;2,25 mA\n"))[0]!;
    expect(await values(german, "I")).toEqual([1.5, 2.25]);
    for (const text of ['t,I\n0,"1,250 mA"\n1,"1,500 mA"\n', "t;I\n0;1,250 mA\n1;7.5 mA\n"]) {
      const table = tables(await open(text))[0]!;
      expect(table.columns.find(({ name }) => name === "I")!.type).toBe("text");
    }
  });

  it("keeps cells without a number as NaN", async () => {
    const [table] = tables(await open("f,Z'\n1,NaN\n2,3\n3,\n"));
    expect(await values(table!, "Z'")).toEqual([Number.NaN, 3, Number.NaN]);
  });

  it("joins tables whose heading is repeated", async () => {
    const dataset = await open("t/s,E/V\n0,3\n1,4\nt/s,E/V\n2,5\n3,6\n");
    expect(await values(tables(dataset)[0]!, "E")).toEqual([3, 4, 5, 6]);
    expect(codes(dataset)).toEqual(["heading-repeated"]);
  });

  it("refuses prose", async () => {
    await expect(open("once upon a time\nthere was a film\n", "made.txt")).rejects.toMatchObject({
      tag: "Format",
    });
  });
});

describe("the clock of a csv", () => {
  const clockOf = ({ items }: Dataset) => (items[0]?.kind === "stream" ? items[0].clock : undefined);

  it("starts at the first date less what it shows there", async () => {
    const text =
      "Date Time,Test Time (s),E/V\n\t09/20/2024 08:32:34.500,30.5,3\n\t09/20/2024 08:32:35.500,31.5,3\n";
    const dataset = await open(text, "made.csv", { timeZone: "+02:00" });
    expect(clockOf(dataset)).toEqual({ column: "Test Time", start: "2024-09-20T08:32:04.000+02:00" });
    expect(codes(dataset)).toEqual([]);
  });

  it.each([
    ["durations", "Total Time (Hours in hh:mm:ss.xxx),E/V\n0:00:01.500,3\n30:00:02.500,3\n", [1.5, 108002.5]],
    ["durations with days", "Test Time,E/V\n0d 00:00:01.50,3\n1d 06:00:02.50,3\n", [1.5, 108002.5]],
    ["dates alone", "Date,E/V\n2024-01-31 23:59:59,3\n2024-02-01 00:00:01,3\n", [0, 2]],
    ["hours", "Run Time (h),E/V\n0.5,3\n1,3\n", [1800, 3600]],
  ])("is made from %s", async (_, text, seconds) => {
    const dataset = await open(text);
    expect(clockOf(dataset)?.column).toBe("clock");
    expect(await values(tables(dataset)[0]!, "clock")).toEqual(seconds);
  });

  it("counts in the unit that the dates of the rows show, a pause among them", async () => {
    const row = (i: number) =>
      `${i}\t2021-05-06 11:${String(10 + i + (i > 12 ? 9 : 0)).padStart(2, "0")}:46\t3`;
    const text = [
      "TestTime\tDPT Time\tE/V",
      ...Array.from({ length: 20 }, (_, i) => row(i)),
      "20\t\t3",
      "",
    ].join("\n");
    const dataset = await open(text, "made.txt", { timeZone: "Z" });
    expect(codes(dataset)).toEqual(["time-unit-found"]);
    expect(headings(tables(dataset)[0]!)).toEqual(["TestTime min", "DPT Time", "E V", "clock s"]);
    expect((await values(tables(dataset)[0]!, "clock")).slice(19)).toEqual([19 * 60, 20 * 60]);
  });

  it("starts where a line above the table says so", async () => {
    const dataset = await open(
      "~Start of Test: 19.06.2023 17:56:53\n~\n~Time[s]\tU[V]\n0\t3\n1\t3\n",
      "made.txt",
    );
    expect(clockOf(dataset)).toEqual({ column: "Time", start: "2023-06-19T17:56:53.000Z" });
    expect(codes(dataset)).toEqual(["zone-assumed"]);
  });

  it("takes the order of day and month from whichever date can be read one way", async () => {
    const rows = (last: string) => `Date,E/V\n09/10/2024 23:59:59,3\n${last} 00:00:01,3\n`;
    const known = await open(rows("13/10/2024"));
    expect(clockOf(known)?.start).toBe("2024-10-09T23:59:59.000Z");
    expect(codes(known)).not.toContain("date-order");
    const unknown = await open(rows("10/10/2024"));
    expect(clockOf(unknown)?.start).toBe("2024-09-10T23:59:59.000Z");
    expect(codes(unknown)).toContain("date-order");
  });

  it("passes an hour that summer time leaves out or shows twice where the zone has a name", async () => {
    const rows = (day: string, times: string[]) =>
      `Date,E/V\n${times.map((time) => `${day} ${time},3\n`).join("")}`;
    const spring = rows("2024-03-31", ["01:59:40", "01:59:50", "03:00:00", "03:00:10"]);
    const clock = async (text: string, timeZone?: string) => {
      const dataset = await open(text, "made.csv", timeZone === undefined ? {} : { timeZone });
      return { passed: await values(tables(dataset)[0]!, "clock"), codes: codes(dataset) };
    };
    expect((await clock(spring, "Europe/Berlin")).passed).toEqual([0, 10, 20, 30]);
    const unknown = await clock(spring);
    expect(unknown.passed).toEqual([0, 10, 3620, 3630]);
    expect(unknown.codes).toContain("clock-hour-ahead");
    const times = ["02:00:00", "02:59:50", "02:00:00", "02:00:10", "02:59:59", "03:00:00"];
    const autumn = rows("2024-10-27", times);
    expect((await clock(autumn, "Europe/Berlin")).passed).toEqual([0, 3590, 3600, 3610, 7199, 7200]);
    expect((await clock(autumn)).codes).toContain("clock-backwards");
  });

  it("has none where the time has no unit", async () => {
    expect(clockOf(await open("Test_Time,Voltage\n0,3\n1,3\n"))).toBeUndefined();
  });
});

describe("csv keeps the contract of formats", () => {
  for (const { name, files } of made.slice(0, 2))
    formatContract({ format: csvFormat, name, bytes: files[name]! });
});
