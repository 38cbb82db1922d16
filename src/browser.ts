export { blobSource } from "./sources/blob.ts";
