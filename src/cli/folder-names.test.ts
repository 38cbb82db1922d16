import { describe, expect, it } from "vitest";
import { folderNames } from "./folder-names.ts";

describe("folder names of several scans", () => {
  it("are the files' names, numbered where two are alike", () => {
    expect(folderNames(["x/a.blo", "b.h5", "y/a.npy", "z/a.blo"])).toEqual(["a", "b", "a-2", "a-3"]);
  });

  it("are never another scan's own name, in any order", () => {
    expect(folderNames(["a-2.blo", "x/a.blo", "y/a.blo"])).toEqual(["a-2", "a", "a-3"]);
    expect(folderNames(["x/a.blo", "y/a.blo", "a-2.blo"])).toEqual(["a", "a-3", "a-2"]);
  });

  it("differ by more than capitals, and from the index beside them", () => {
    expect(folderNames(["A.blo", "x/a.blo", "index.csv.npy"])).toEqual(["A", "a-2", "index.csv-2"]);
  });
});
