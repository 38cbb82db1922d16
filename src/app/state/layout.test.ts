import { describe, expect, it } from "vitest";
import { checkedLayouts, firstLayout, type Layout, moved, resized, withActive } from "./layout.ts";

const shape = (layout: Layout) =>
  layout.map(({ slots }) => slots.map(({ panels }) => panels.join("+")).join("/")).join(" ");

describe("the layout of panels", () => {
  it("has a place for each, from the fifth on as tabs of the fourth", () => {
    expect(shape(firstLayout(["a"]))).toBe("a");
    expect(shape(firstLayout(["a", "b", "c"]))).toBe("a b/c");
    expect(shape(firstLayout(["a", "b", "c", "d", "e", "f"]))).toBe("a b c/d+e+f");
    expect(shape(firstLayout(["a", "b", "c", "d"], ["b"]))).toBe("a b/c+d");
  });

  it("moves a panel among the tabs of another, below it, or beside it", () => {
    const layout = firstLayout(["a", "b", "c", "d", "e"]);
    expect(shape(moved(layout, "a", { where: "tabs", of: "d" }))).toBe("b c/d+e+a");
    expect(shape(moved(layout, "e", { where: "below", of: "a" }))).toBe("a/e b c/d");
    expect(shape(moved(layout, "e", { where: "right", of: "a" }))).toBe("a e b c/d");
    // A tab leaves those beside it; a panel that is alone stays where it is.
    expect(shape(moved(layout, "d", { where: "below", of: "d" }))).toBe("a b c/e/d");
    expect(shape(moved(layout, "a", { where: "right", of: "a" }))).toBe("a b c/d+e");
  });

  it("keeps a tab in front that is there", () => {
    const layout = withActive(firstLayout(["a", "b", "c", "d", "e"]), "e");
    expect(layout[2]?.slots[1]?.active).toBe("e");
    const without = moved(layout, "e", { where: "right", of: "a" });
    expect(without[3]?.slots[1]?.active).toBe("d");
  });

  it("moves an edge, and leaves each side a tenth", () => {
    const shares = (by: number) => resized([{ share: 1 }, { share: 3 }], 0, by).map(({ share }) => share);
    expect(shares(0.25)).toEqual([2, 2]);
    expect(shares(-9)).toEqual([0.4, 3.6]);
  });

  it("takes nothing else for a layout", () => {
    const good = firstLayout(["a", "b"]);
    const bad = [{ share: -1, slots: [] }];
    expect(checkedLayouts({ good, bad, worse: 7, worst: [{ share: 1, slots: [{}] }] })).toEqual({ good });
    expect(checkedLayouts(null)).toEqual({});
  });
});
