/** The Zarr library, loaded when it is needed. */
export function loadZarr() {
  return import("zarrita");
}

export type Zarr = Awaited<ReturnType<typeof loadZarr>>;
