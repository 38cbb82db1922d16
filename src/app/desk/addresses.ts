/** Where the two worker scripts are; the build of one single file puts their text into the page instead. */
export interface WorkerAddresses {
  /** The desk: opens files, reads tiles, runs analyses. */
  readonly desk: string;
  /** One of the workers among which a run divides its tiles. */
  readonly tiles: string;
}

/**
 * The addresses as `build` knows them, or made from the texts that stand in the page itself
 * (`<script type="text/plain" data-worker="desk">`), which work from `file://` too.
 */
export function workerAddresses(built: WorkerAddresses): WorkerAddresses {
  const inPage = (name: string, other: string) => {
    const text = document.querySelector(`script[data-worker="${name}"]`)?.textContent;
    if (!text) return new URL(other, location.href).href;
    return URL.createObjectURL(new Blob([text], { type: "text/javascript" }));
  };
  return { desk: inPage("desk", built.desk), tiles: inPage("tiles", built.tiles) };
}
