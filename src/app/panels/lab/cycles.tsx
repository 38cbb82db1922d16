import type { CyclePlotInput } from "../../../figures/cycle-plot.ts";

interface Group {
  readonly name: string;
  readonly stroke: string;
}

/** Buttons that fit; of more cycles some evenly spaced ones have one, and the rest are typed. */
const MOST = 40;

/** The cycles of a plot, each with its colour. */
function groupsOf({ lines }: CyclePlotInput): Group[] {
  const found = new Map<string, string>();
  for (const { group, stroke } of lines) if (group !== undefined) found.set(group, stroke);
  return [...found].map(([name, stroke]) => ({ name, stroke }));
}

/** The number by which a cycle is typed: 3 for "cycle 3", 0 for what comes before cycle 1. */
const numberOf = (name: string) => Number(/^cycle (\d+)$/.exec(name)?.[1] ?? 0);

/** Numbers of "1-5, 10"; undefined where it is empty or says nothing. */
export function cycleNumbers(text: string): ((cycle: number) => boolean) | undefined {
  const ranges = [...text.matchAll(/(\d+)(?:\s*[-–]\s*(\d+))?/g)].map(([, from, to]) => [
    Number(from),
    Number(to ?? from),
  ]);
  if (ranges.length === 0) return undefined;
  return (cycle) => ranges.some(([from, to]) => cycle >= from! && cycle <= to!);
}

/** Names of the chosen cycles of a plot; undefined where all are, or where the plot has none of them. */
export function chosenGroups(plot: CyclePlotInput, text: string): string[] | undefined {
  const wanted = cycleNumbers(text);
  if (!wanted) return undefined;
  const names = groupsOf(plot).map(({ name }) => name);
  const chosen = names.filter((name) => wanted(numberOf(name)));
  return chosen.length === 0 || chosen.length === names.length ? undefined : chosen;
}

/** Cycles to pick by their colour, or by their numbers. */
export function CyclePicker({
  plot,
  chosen,
  choose,
}: {
  readonly plot: CyclePlotInput;
  readonly chosen: string;
  readonly choose: (cycles: string) => void;
}) {
  const groups = groupsOf(plot);
  if (groups.length < 2) return null;
  const wanted = cycleNumbers(chosen);
  const every = Math.max(1, (groups.length - 1) / (MOST - 1));
  const some = Array.from(
    { length: Math.min(MOST, groups.length) },
    (_, k) => groups[Math.round(k * every)]!,
  );
  const toggle = (number: number) => {
    const on = groups.map(({ name }) => numberOf(name)).filter((one) => wanted?.(one) ?? false);
    const next = on.includes(number) ? on.filter((one) => one !== number) : [...on, number];
    choose(next.sort((a, b) => a - b).join(", "));
  };
  return (
    <fieldset class="cycles">
      <legend>Cycles</legend>
      {some.map(({ name, stroke }) => (
        <button
          key={name}
          type="button"
          class="cycle"
          data-command="lab.cycle"
          data-cycle={numberOf(name)}
          aria-pressed={wanted?.(numberOf(name)) ?? false}
          aria-label={name}
          title={name}
          style={{ "--stroke": stroke }}
          onClick={() => toggle(numberOf(name))}
        >
          {numberOf(name)}
        </button>
      ))}
      <label>
        numbers{" "}
        <input
          data-field="cycles"
          placeholder="all; 1-5, 10"
          value={chosen}
          onInput={(event) => choose(event.currentTarget.value)}
        />
      </label>
      <button type="button" class="quiet" data-command="lab.all-cycles" onClick={() => choose("")}>
        All
      </button>
    </fieldset>
  );
}
