export { browserPool } from "./executors/pool.browser.ts";
export { blobSource } from "./sources/blob.ts";
export { openSource } from "./sources/open.browser.ts";
