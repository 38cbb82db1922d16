export { openFile } from "./sources/file.node.ts";
