import type { Buffers, Finished, Kernel } from "../../core/analysis.ts";
import type { Notice, Quantity } from "../../core/contracts.ts";
import { seededRandom } from "../../core/random.ts";
import { writeAnswer } from "./answer.ts";
import { coherenceVerdict } from "./coherence.ts";
import { grainResults } from "./grain-results.ts";
import { segmentGrains } from "./grains.ts";
import { type Indexer, indexPrepared } from "./index-pattern.ts";
import { buildIndexer } from "./indexer.ts";
import { type OrientationParams, sigmaOf } from "./kernel.ts";
import type { OrientationMaps } from "./maps.ts";
import { phaseVerdict } from "./phase-verdict.ts";
import { pointPattern } from "./point-pattern.ts";
import type { PointSetup } from "./point-setup.ts";

/** Parameters of an orientation run whose setup is that of lists. */
export type PointOrientationParams = OrientationParams & { readonly setup: PointSetup };

/** Small and plain: each worker builds its bank from it. */
export interface PointOrientationState extends PointOrientationParams {
  readonly width: number;
  readonly height: number;
  /** Seed of what `finish` draws. */
  readonly chance: string;
}

/** Differences of an axis from what the spots say that are worth a notice: both this much and this many sigma. */
const CELL_OFF = 0.01;
const CELL_SIGMAS = 5;
const AXES = ["a", "b", "c"] as const;

const built = new WeakMap<PointOrientationState, Indexer>();

/** The indexer of a state; made once a thread. */
export function indexerOf(state: PointOrientationState): Indexer {
  let indexer = built.get(state);
  if (!indexer) {
    const { crystals, setup } = state;
    indexer = buildIndexer(crystals, state, setup.frame.size, setup.camera, setup.optics);
    built.set(state, indexer);
  }
  return indexer;
}

function finish(sum: Buffers, state: PointOrientationState): Finished {
  const { spots: _spots, bragg: _bragg, profile: _profile, beam: _beam, ...tiles } = sum;
  const maps = { ...tiles } as unknown as OrientationMaps;
  const { width, height, crystals } = state;
  // A list says nothing about what lies between its spots.
  const amorphous = new Float32Array(width * height).fill(Number.NaN);
  const grain = segmentGrains({ ...maps, width, height }, crystals);
  const random = (what: string) => seededRandom(`orientation-points/${what}/${state.chance}`);
  const found = grainResults(
    { ...maps, width, height, amorphous, grain },
    crystals,
    state.step,
    random("finish"),
  );
  const names = crystals.map(({ name }) => name);
  const verdict = phaseVerdict(maps, names);
  const whole = coherenceVerdict({ ...maps, width, height }, crystals, random("coherence"));
  return {
    maps: { ...tiles, amorphous, grain },
    tables: found.tables,
    values: { ...valuesOf(grain, state), ...found.values, ...verdict.values, ...whole.values },
    notices: [...noticesOf(state), ...verdict.notices, ...whole.notices],
  };
}

function valuesOf(grain: Int32Array, { setup, crystals }: PointOrientationState): Record<string, Quantity> {
  const { optics, calibrated, frame, cells, pixelSigma } = setup;
  const [mxx, mxy, myy] = optics.ellipse;
  const from = calibrated ? "found" : "assumed";
  const scale = optics.pixel * frame.perUnit;
  const checked = cells.flatMap(({ phase, longer, sigma }) =>
    AXES.map((axis, i): [string, Quantity] => [
      `${axis} of ${crystals[phase]!.name}, found/given`,
      { value: 1 + longer[i]!, unit: "1", sigma: sigma[i]!, from: "found" },
    ]),
  );
  return {
    "true length of one listed unit": {
      ...{ value: scale, unit: "1/Å", from },
      ...(calibrated && { sigma: pixelSigma * scale }),
    },
    "pixel that spots are compared in": { value: optics.pixel, unit: "1/Å", from },
    "ellipse, difference of axes": { value: Math.hypot(mxx - myy, 2 * mxy), unit: "1", from },
    "half-angle of rocking curves": { value: setup.blur, unit: "mrad", from },
    "model error of amplitudes": {
      value: optics.modelError,
      unit: "1",
      from,
      ...sigmaOf(setup.modelErrorSigma),
    },
    "weakest intensity listed": { value: frame.level, unit: "1", from: "found" },
    ...(Number.isFinite(frame.cap) && {
      "length that lists were cut at": { value: frame.cap, unit: "1", from: "found" as const },
    }),
    "grains of 5 points or more, 5°": {
      value: grain.reduce((a, b) => Math.max(a, b), -1) + 1,
      unit: "1",
      from: "counted",
    },
    ...Object.fromEntries(checked),
  };
}

function noticesOf({ setup, crystals, ...options }: PointOrientationState): Notice[] {
  const { optics, calibrated, frame, cells } = setup;
  const percent = (ratio: number) => `${Math.abs(100 * (ratio - 1)).toFixed(1)} %`;
  const notices: Notice[] = [
    {
      code: "point-list",
      message:
        "lists of spots carry no counts and no background: the weakest listed spot counts as four standard deviations, the amorphous share is not known",
    },
  ];
  if (Number.isFinite(frame.cap)) {
    const message = `lists were cut at ${frame.cap} spots: weaker ones that are missing there say nothing`;
    notices.push({ code: "lists-cut", message });
  }
  if (!calibrated && options.calibration === "refine") {
    const message = "too few spots fit a crystal to refine scale and ellipse: taken as given, ellipse none";
    notices.push({ code: "not-calibrated", message, flag: "--pixel-size" });
  }
  const start = optics.pixel / frame.pixel;
  if (calibrated && Math.abs(start - 1) > 0.01) {
    const message = `the crystals ask for spots ${percent(start)} ${start > 1 ? "further out" : "closer in"} than listed: the scale of the list or a cell is off`;
    notices.push({ code: "pixel-size", message, flag: "--pixel-size" });
  }
  for (const { phase, longer, sigma, spots } of cells) {
    const off = AXES.flatMap((axis, i) => {
      const part = longer[i]!;
      if (Math.abs(part) < Math.max(CELL_OFF, CELL_SIGMAS * sigma[i]!)) return [];
      return [`${axis} ${percent(1 + part)} ${part > 0 ? "longer" : "shorter"}`];
    });
    if (off.length === 0) continue;
    const { name } = crystals[phase]!;
    const message = `${name}: on the scale of this scan its ${spots} sample spots ask for ${off.join(", ")} than the CIF says: its cell is off, or it is another crystal`;
    notices.push({ code: "cell", message, where: name, flag: "--crystal" });
  }
  return notices;
}

export const kernel: Kernel<PointOrientationParams, PointOrientationState> = {
  prepare(input, params, random) {
    const [height, width] = input.axes.map((axis) => axis.size) as [number, number];
    return { ...params, width, height, chance: String(random.next()) };
  },
  tile(data, at, state, out) {
    const indexer = indexerOf(state);
    const count = (at.stop[0]! - at.start[0]!) * (at.stop[1]! - at.start[1]!);
    const numbers = data.length / count;
    for (let i = 0; i < count; i++) {
      const raw = data.subarray(i * numbers, (i + 1) * numbers);
      // A position without any spot, not even the direct beam, was not looked at.
      if (!Number.isFinite(raw[0])) continue;
      const result = indexPrepared(indexer, pointPattern(raw, state.setup.frame));
      writeAnswer(result, indexer.models, state, out, i);
    }
  },
  finish,
};
