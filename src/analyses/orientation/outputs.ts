import type { Output } from "../../core/analysis.ts";
import { PIXEL_CLASSES } from "./maps.ts";

/** Bins of the ring profile that a tile hands to `finish`: enough for the amorphous share, small enough for 512². */
export const PROFILE_BINS = 24;

function nav(
  dtype: Output["dtype"],
  components: number,
  fill: number,
  unit: string,
  text: string,
): Output & { span: "nav" } {
  return { span: "nav", dtype, components, fill, unit, text };
}

/** The maps; `amorphous`, its σ and `grain` are found in `finish`, which drops the last three. */
export const outputs = {
  phase: nav("i16", 1, -1, "1", "index of the best crystal, −1 where there is no Bragg signal"),
  orientation: nav("f64", 4, Number.NaN, "1", "unit quaternion w, x, y, z, crystal to sample"),
  score: nav("f32", 1, Number.NaN, "1", "share of the pattern that the answer explains"),
  reliability: nav("f32", 1, Number.NaN, "1", "1 − second/best score, second at least 10° away"),
  reliability_180: nav(
    "f32",
    1,
    Number.NaN,
    "1",
    "1 − score of the answer turned 180° about the beam/best score",
  ),
  reliability_phase: nav("f32", 1, Number.NaN, "1", "1 − best score of another phase/best score"),
  second_phase: nav("i16", 1, -1, "1", "phase of the second-best answer that counts for the reliability"),
  second_orientation: nav("f64", 4, Number.NaN, "1", "its quaternion w, x, y, z, crystal to sample"),
  second_score: nav("f32", 1, Number.NaN, "1", "its score"),
  weight: nav(
    "f32",
    1,
    Number.NaN,
    "1",
    "share of the Bragg light that is this crystal's, the rest a second one's",
  ),
  margin: nav("f32", 1, Number.NaN, "1", "difference of −2 log likelihood between second and best"),
  used: nav("u16", 1, 0, "1", "spots that the answer explains"),
  covariance: nav("f64", 6, Number.NaN, "rad²", "of the rotation vector, sample axes: xx xy xz yy yz zz"),
  class: nav("u8", 1, PIXEL_CLASSES.indexOf("not-measured"), "1", `index into ${PIXEL_CLASSES.join(", ")}`),
  trustworthy: nav("u8", 1, 0, "1", "1 where the program stands for phase and orientation"),
  amorphous: nav("f32", 1, Number.NaN, "1", "thickness share of the amorphous film in film and crystal"),
  amorphous_sigma: nav("f32", 1, Number.NaN, "1", "standard uncertainty of that share"),
  grain: nav("i32", 1, -1, "1", "number of the grain, −1 for none"),
  beam: nav("f32", 2, Number.NaN, "px", "direct beam on the detector: column, row"),
  spots: nav("u16", 1, 0, "1", "spots found in the pattern"),
  bragg: nav("f32", 1, Number.NaN, "grey", "sum of the spots above background"),
  profile: nav("f32", PROFILE_BINS, Number.NaN, "grey/px", "mean background over rings"),
} as const;
