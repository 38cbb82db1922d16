export { nodePool } from "./executors/pool.node.ts";
export { folderStore } from "./recipes/store.node.ts";
export { openFile } from "./sources/file.node.ts";
export { openSource } from "./sources/open.node.ts";
