/**
 * npm run bench [-- WHAT]: without WHAT what indexing costs. `read` how fast frames are read, `tables` what a table of 10⁷
 * rows costs, `app` what the app takes in Chromium, `eis` impedance beside other programs; `cv DIR`, `kk DIR` and `drt DIR`
 * judge folders with truth.json.
 */
const [which = "indexing", ...rest] = process.argv.slice(2);
if (which === "read") await (await import("./read.ts")).benchRead(rest);
else if (which === "tables") await (await import("./large-tables.ts")).benchTables(rest);
else if (which === "app") await (await import("./app.ts")).benchApp(rest);
else if (which === "eis") await (await import("./impedance.ts")).benchImpedance(rest);
else if (which === "kk") await (await import("./impedance.ts")).judgeKramersKronig(rest);
else if (which === "drt") await (await import("./impedance.ts")).judgeDrt(rest);
else if (which === "cv") await (await import("./judge-cv.ts")).judgeCv(rest);
else await import("./bench.ts");

export {};
