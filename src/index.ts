export { type Drt, type DrtOptions, drt } from "./analyses/electrochemistry/eis/drt.ts";
export { type CircuitFit, type FitOptions, fitCircuit } from "./analyses/electrochemistry/eis/fit-circuit.ts";
export { judgeValidity, type Validity } from "./analyses/electrochemistry/eis/validity.ts";
export { zHit } from "./analyses/electrochemistry/eis/z-hit.ts";
export { orientation } from "./analyses/orientation/analysis.ts";
export { indexScan } from "./analyses/orientation/index-scan.ts";
export { type OrientationMaps, type OrientationOptions, PIXEL_CLASSES } from "./analyses/orientation/maps.ts";
export { type FoundMap, judge as judgeOrientation, type Verdict } from "./analyses/simulation/judge.ts";
export { type SimulationParams, simulationParams } from "./analyses/simulation/params.ts";
export {
  type OrientationTruth,
  type SimulatedScan,
  simulateOrientation,
} from "./analyses/simulation/scan.ts";
export { readTruth, type TruthHead, truthFiles } from "./analyses/simulation/truth.ts";
export type {
  Analysis,
  Executor,
  FailedTask,
  Finished,
  Kernel,
  Output,
  Setup,
  Task,
} from "./core/analysis.ts";
export type {
  Atom,
  Axis,
  Crystal,
  Dataset,
  DType,
  Format,
  Notice,
  Numeric,
  Origin,
  Quantity,
  Reader,
  Region,
  Signal,
  SignalInfo,
  Source,
  SourceRef,
} from "./core/contracts.ts";
export { type ErrorData, type ErrorTag, isLithoscopeError, LithoscopeError } from "./core/errors.ts";
export { parseQuantity } from "./core/unit.ts";
export { inlineExecutor } from "./executors/inline.ts";
export { readCif } from "./formats/cif/reader.ts";
export { openDataset } from "./formats/open.ts";
export { type ChunkStore, memoryStore } from "./recipes/chunk.ts";
export { mapSignals } from "./recipes/map-signal.ts";
export { type Outcome, type RunOptions, runAnalysis } from "./recipes/run.ts";
export { type MapArrays, type MapJson, mapJson } from "./reports/map-json.ts";
export { type Circuit, parseCircuit } from "./science/electrochemistry/circuit.ts";
export type { Spectrum } from "./science/electrochemistry/spectrum.ts";
export { memorySource } from "./sources/memory.ts";
