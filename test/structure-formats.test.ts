import { describe, expect, it } from "vitest";
import { casesOf } from "../fixtures/cases/index.ts";
import { formats } from "../src/formats/index.ts";

describe("every format", () => {
  it.each(formats.map(({ id }) => id))("%s has made files in fixtures/cases for the fuzzer", async (id) => {
    const cases = await casesOf(id);
    expect(cases.length, `write fixtures/cases/${id}.ts, a few lines as in its neighbours`).toBeGreaterThan(
      0,
    );
    for (const { name, files } of cases) expect(Object.keys(files)).toContain(name);
  });
});
