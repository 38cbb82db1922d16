/** npm run bench [-- read]: what indexing costs, or how fast files are read. */
const [which = "indexing", ...rest] = process.argv.slice(2);
if (which === "read") await (await import("./read.ts")).benchRead(rest);
else await import("./bench.ts");

export {};
