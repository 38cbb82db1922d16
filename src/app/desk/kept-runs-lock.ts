export type { KeptRun } from "./kept-runs.ts";

/** Name under which the worker of a run holds its lock. */
export const runLock = (id: string) => `lithoscope-run ${id}`;
