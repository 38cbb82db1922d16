import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { changeBetween, EMPTY, type Recipe, type Recipes, replay, replayAll, type Step } from "./steps.ts";

const START: Recipes = {
  a: {
    detectors: [
      { id: 1, name: "BF", x: 10, y: 12, inner: 0, outer: 4 },
      { id: 2, name: "ADF", x: 10, y: 12, inner: 8, outer: 20 },
    ],
    active: 1,
    ...{ pins: [], scales: [], lines: [], runs: [] },
  },
};

const moved = (recipe: Recipe, id: number, fields: object): Recipe => ({
  ...recipe,
  detectors: recipe.detectors.map((d) => (d.id === id ? { ...d, ...fields } : d)),
});

/** A random change of a recipe, as panels make them. */
const change = fc.oneof(
  fc
    .tuple(fc.constantFrom("x", "y", "outer"), fc.integer({ min: 20, max: 60 }), fc.constantFrom(1, 2, 3))
    .map(
      ([field, value, id]) =>
        (r: Recipe) =>
          moved(r, id, { [field]: value }),
    ),
  fc.constant((r: Recipe) => {
    const id = Math.max(0, ...r.detectors.map((d) => d.id)) + 1;
    return {
      ...r,
      detectors: [...r.detectors, { id, name: `D${id}`, x: 1, y: 2, inner: 0, outer: 3 }],
      active: id,
    };
  }),
  fc.constant((r: Recipe) =>
    r.detectors.length < 2 ? r : { ...r, detectors: r.detectors.slice(1), active: r.detectors[1]!.id },
  ),
  fc.nat(30).map((x) => (r: Recipe) => ({ ...r, pins: [...r.pins, { name: `P${r.pins.length}`, x, y: 3 }] })),
);

function recorded(changes: readonly ((r: Recipe) => Recipe)[]): { steps: Step[]; states: Recipes[] } {
  const steps: Step[] = [];
  const states: Recipes[] = [START];
  for (const one of changes) {
    const before = states.at(-1)!.a ?? EMPTY;
    const after = one(before);
    steps.push({ label: "step", change: changeBetween("a", before, after) });
    states.push({ a: after });
  }
  return { steps, states };
}

describe("steps of a recipe", () => {
  it("give back every state that there was", () => {
    fc.assert(
      fc.property(fc.array(change, { maxLength: 30 }), (changes) => {
        const { steps, states } = recorded(changes);
        expect(replayAll(START, steps)).toEqual(states);
        expect(states.map((_, i) => replay(START, steps, i))).toEqual(states);
      }),
    );
  });

  it("switched off and on again change nothing", () => {
    fc.assert(
      fc.property(fc.array(change, { minLength: 1, maxLength: 20 }), fc.nat(), (changes, at) => {
        const { steps, states } = recorded(changes);
        const step = at % steps.length;
        const twice: Step[] = [
          { label: "off", step, off: true },
          { label: "on", step, off: false },
        ];
        expect(replayAll(START, [...steps, ...twice]).at(-1)).toEqual(states.at(-1));
      }),
    );
  });

  it("follow an earlier step that is switched off or edited", () => {
    const { steps } = recorded([
      (r) => moved(r, 1, { x: 30 }),
      (r) => moved(r, 1, { outer: 7 }),
      (r) => ({ ...r, pins: [{ name: "A", x: 1, y: 1 }] }),
    ]);
    const off = replayAll(START, [...steps, { label: "", step: 0, off: true }]).at(-1)!.a!;
    expect(off.detectors[0]).toMatchObject({ x: 10, outer: 7 });
    const first = steps[0]!;
    if (!("change" in first)) throw new Error("not a change");
    const [part] = first.change.parts;
    const edit = { ...first.change, parts: [{ ...part!, fields: { x: 44 } }] };
    const edited = replayAll(START, [...steps, { label: "", step: 0, edit }]).at(-1)!.a!;
    expect(edited.detectors[0]).toMatchObject({ x: 44, outer: 7 });
    expect(edited.pins).toHaveLength(1);
  });
});
