/** Where the two worker scripts are; the build of one single file puts their text into the page instead. */
export interface WorkerAddresses {
  /** The desk: opens files, reads tiles, runs analyses. */
  readonly desk: string;
  /**
   * One of the workers among which a run divides its tiles: its address, or its text where that stands in the page.
   * The desk starts these, and a worker of a page from `file://` may only start what it has made an address of itself.
   */
  readonly tiles: ScriptPlace;
}

export type ScriptPlace = { readonly url: string } | { readonly text: string };

/** The address of a script, made here if there is only its text. */
export function scriptAddress(place: ScriptPlace): string {
  if ("url" in place) return place.url;
  return URL.createObjectURL(new Blob([place.text], { type: "text/javascript" }));
}

/**
 * The addresses as `build` knows them, or made from the texts that stand in the page itself
 * (`<script type="text/plain" data-worker="desk">`), which work from `file://` too.
 */
export function workerAddresses(built: { readonly desk: string; readonly tiles: string }): WorkerAddresses {
  const inPage = (name: "desk" | "tiles"): ScriptPlace => {
    const text = document.querySelector(`script[data-worker="${name}"]`)?.textContent;
    return text ? { text } : { url: new URL(built[name], location.href).href };
  };
  return { desk: scriptAddress(inPage("desk")), tiles: inPage("tiles") };
}
