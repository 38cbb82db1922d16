import { describe, expect, it } from "vitest";
import { casesOf } from "../../../fixtures/cases/index.ts";
import { mutate } from "../../../test/fuzz/mutate.ts";
import type { Table } from "../../core/contracts.ts";
import { isLithoscopeError } from "../../core/errors.ts";
import { memorySource } from "../../sources/memory.ts";
import { readDelimited } from "../lab-delimited.ts";
import { filledTable } from "../lab-table.ts";
import { openDataset } from "../open.ts";
import { numberAt } from "./cell-bytes.ts";
import { largeTable } from "./large.ts";
import { BLOCK_ROWS, indexRows } from "./row-index.ts";

const utf8 = (text: string) => new TextEncoder().encode(text);
const number = (text: string, decimal = ".") => {
  const bytes = utf8(text);
  return numberAt(bytes, 0, bytes.length, decimal.charCodeAt(0));
};

describe("numbers from bytes", () => {
  it.each([
    "0",
    "-0.5",
    "+12.25",
    "1e3",
    "-1.5E-7",
    "2D+4",
    ".5",
    "7.",
    "0.1",
    "123456789012345678",
    "3.14159265358979323846",
    "1e-300",
    "4.9406564584124654e-324",
    "  2.5 ",
    '"2.5"',
  ])("reads %s to the last bit", (text) => {
    expect(number(text)).toBe(Number(text.replaceAll('"', "").replace("D", "e")));
  });

  it.each(["", "  ", "n/a", "1.2.3", "1e", "--1", "12:30", "e5"])("has none for '%s'", (text) => {
    expect(number(text)).toBeNaN();
  });

  it("reads decimal commas", () => expect(number("-1,25", ",")).toBe(-1.25));
});

describe("the places of rows", () => {
  const rows = ["1,2", "", "33,4", "5,666", "7,8"];
  it.each([
    ["LF", rows.join("\n")],
    ["CRLF and an end", `${rows.join("\r\n")}\r\n`],
    ["empty lines at the end", `${rows.join("\n")}\n\n\r\n`],
  ])("are found across chunks of any size: %s", async (_, text) => {
    const source = memorySource(utf8(text), "made.csv");
    for (let chunk = 1; chunk <= text.length; chunk++) {
      const { rows: found, starts } = await indexRows(source, 0, undefined, chunk);
      expect([found, ...starts]).toEqual([4, 0, text.length]);
    }
  });
});

/** Rows of time, a value with many forms, a word. */
function made(count: number, separator: string, end: string, decimal = "."): string {
  const lines = Array.from({ length: count }, (_, i) => {
    const value = i % 5 === 0 ? (i / 7).toExponential(9) : i % 5 === 1 ? "" : String(-i / 8);
    return [String(i / 4).replace(".", decimal), value.replace(".", decimal), `w${i}`].join(separator);
  });
  return ["# made", ["time/s", "E/V", "note"].join(separator), ...lines].join(end) + end;
}

describe("a large table", () => {
  it.each([
    ["commas", made(BLOCK_ROWS + 9, ",", "\n")],
    ["semicolons, decimal commas, CRLF", made(BLOCK_ROWS + 9, ";", "\r\n", ",")],
    ["tabs and quotes", made(500, "\t", "\n").replace("w3\n", '"w3\tx"\n')],
    ["a byte order mark before the first row", `\ufeff${"1,2,3\n4,5,6\n".repeat(20)}`],
    ["an empty line and no last line end", `${made(40, ",", "\n").replace("w7\n", "w7\n\n").trimEnd()}`],
  ])("equals the same text read whole: %s", async (_, text) => {
    const source = memorySource(utf8(text), "made.csv");
    const { table } = (await largeTable(source, (columns) => columns, []))!;
    const whole = filledTable("made.csv", readDelimited(text, "csv", []).columns);
    expect(table.columns).toEqual(whole.columns);
    expect(table.rows).toBe(whole.rows);
    for (const { name } of table.columns) {
      expect(await table.read(name, 0, table.rows)).toEqual(await whole.read(name, 0, whole.rows));
      const [from, to] = [table.rows - 30, table.rows - 3];
      expect(await table.read(name, from, to)).toEqual(await whole.read(name, from, to));
    }
  });

  it("of a changed file gives as many values as it has rows, or an error of ours", async () => {
    const made = await casesOf("csv");
    for (let i = 0; i < 300; i++) {
      const { name, files } = mutate(made, "1/large", i);
      try {
        const found = await largeTable(memorySource(files[name]!, name), (columns) => columns, []);
        for (const column of found?.table.columns ?? [])
          expect(await found!.table.read(column.name, 0, found!.table.rows)).toHaveLength(found!.table.rows);
      } catch (error) {
        if (!isLithoscopeError(error)) throw error;
      }
    }
  });

  it("leaves UTF-16 and lines that end with a carriage return alone to the other way", async () => {
    const wide = Uint8Array.from([0xff, 0xfe, ...utf8("1,2\n3,4\n")]);
    expect(await largeTable(memorySource(wide, "a.csv"), (columns) => columns, [])).toBeUndefined();
    const old = utf8("1,2\r3,4\r5,6\n");
    expect(await largeTable(memorySource(old, "a.csv"), (columns) => columns, [])).toBeUndefined();
  });

  it("has the clock and the start that its head tells, and no clock made of dates", async () => {
    const note = "x".repeat(1000);
    const row = (i: number) => `${0.5 * i},3.5,2024-01-10 11:${String(i % 60).padStart(2, "0")}:00,${note}\n`;
    const rows = Array.from({ length: 17_000 }, (_, i) => row(i)).join("");
    const open = async (head: string) => {
      const { items, notices } = await openDataset(memorySource(utf8(head + rows), "made.csv"));
      return [items[0]!.kind === "stream" ? items[0]!.clock : undefined, notices.map(({ code }) => code)];
    };
    const start = "2024-01-10T11:00:00.000Z";
    expect(await open("Test Time (s),E (V),Date,note\n")).toEqual([
      { column: "Test Time", start },
      ["kinds-sampled", "zone-assumed"],
    ]);
    expect(await open("x,y,Date,note\n")).toEqual([undefined, ["kinds-sampled", "zone-assumed"]]);
  });

  it("leaves cells that carry units as the words that they are", async () => {
    const row = (i: number) => `${i},${i % 2 === 0 ? "1.5 mA" : "250 µA"},${"x".repeat(1000)}\n`;
    const rows = Array.from({ length: 17_000 }, (_, i) => row(i)).join("");
    const { items, notices } = await openDataset(memorySource(utf8(`n,I,note\n${rows}`), "made.csv"));
    const table = items[0] as Table;
    expect(table.columns[1]).toEqual({ name: "I", unit: "", type: "text" });
    expect(await table.read("I", 0, 2)).toEqual(["1.5 mA", "250 µA"]);
    expect(notices.map(({ code }) => code)).toEqual(["kinds-sampled"]);
  });
});
