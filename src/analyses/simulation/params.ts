import { integer, number, quantity, schema } from "../../core/schema.ts";

/** What a simulated precession scan is made from; every parameter has a default. */
export const simulationParams = schema({
  size: integer(32, { min: 1, max: 512 }, "scan points along each side"),
  step: quantity("nm", 2, { min: 0.01 }, "distance between scan points"),
  detector: integer(128, { min: 32, max: 512 }, "detector pixels along each side"),
  voltage: quantity("kV", 200, { min: 20, max: 1000 }, "accelerating voltage"),
  precession: quantity("deg", 0.7, { min: 0, max: 3 }, "precession half-angle"),
  pixelSize: quantity("1/Å", 0.0252, { min: 1e-4 }, "detector pixel"),
  disc: quantity("px", 3, { min: 0.5 }, "radius of the diffraction discs"),
  edge: quantity("px", 0.8, { min: 0.1 }, "width of a disc's soft edge"),
  probe: quantity("nm", 1.5, { min: 0 }, "diameter of the probe"),
  grain: quantity("nm", 20, { min: 0.5 }, "mean diameter of the grains"),
  thickness: quantity("nm", 60, { min: 1, max: 150 }, "mean thickness of the film along the beam"),
  relief: number(0.12, { min: 0, max: 0.5 }, "relative variation of the thickness"),
  amorphous: number(0.25, { min: 0, max: 1 }, "share of the film's area that is amorphous"),
  layer: number(
    0.18,
    { min: 0, max: 0.9 },
    "share of the area, at the bottom, that the second crystal fills",
  ),
  epitaxy: number(0.5, { min: 0, max: 1 }, "share of the first grains that continue the layer, cube on cube"),
  texture: number(0.4, { min: 0, max: 1 }, "share of the other grains with [001] along the growth direction"),
  manyBeam: number(0.25, { min: 0, max: 2 }, "log-normal scatter of the amplitudes, in place of dynamics"),
  dose: number(50000, { min: 1, max: 1e9 }, "electrons in a pattern"),
  gain: number(1, { min: 0.001 }, "grey levels of one electron"),
  dark: number(1, { min: 0, max: 100 }, "grey level without electrons"),
  wander: quantity("px", 1.2, { min: 0 }, "how far descan moves the pattern over the scan"),
});

export type SimulationParams = ReturnType<typeof simulationParams.parse>;
