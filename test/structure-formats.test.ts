import { readFileSync } from "node:fs";
import { describe, expect, it } from "vitest";
import { casesOf } from "../fixtures/cases/index.ts";
import { formats } from "../src/formats/index.ts";
import { writers } from "../src/formats/writers.ts";
import { formatsPage } from "./formats-page.ts";

const text = (path: string) => readFileSync(new URL(`../${path}`, import.meta.url), "utf8");

describe("every format", () => {
  it.each(formats.map(({ id }) => id))("%s has made files in fixtures/cases for the fuzzer", async (id) => {
    const cases = await casesOf(id);
    expect(cases.length, `write fixtures/cases/${id}.ts, a few lines as in its neighbours`).toBeGreaterThan(
      0,
    );
    for (const { name, files } of cases) expect(Object.keys(files)).toContain(name);
  });

  it("has its row in docs/formats.md (npm run docs:formats writes it)", () => {
    const page = formatsPage(formats, writers, (id) => text(`src/formats/${id}/README.md`));
    expect(text("docs/formats.md")).toBe(page);
  });
});
