// Compiles src/kernels-as/*.ts with AssemblyScript to src/kernels/*.gen.ts, each with its module as base64 text.
import { readdirSync, readFileSync, writeFileSync } from "node:fs";
import { fileURLToPath, pathToFileURL } from "node:url";
import asc from "assemblyscript/asc";

const ROOT = fileURLToPath(new URL("../", import.meta.url));

/** Names of the kernels, without folder and ending. */
export const kernelNames = () =>
  readdirSync(`${ROOT}src/kernels-as`)
    .filter((name) => name.endsWith(".ts"))
    .map((name) => name.slice(0, -3))
    .sort();

/** Path of the generated file of a kernel. */
export const generatedPath = (name) => `${ROOT}src/kernels/${name}.gen.ts`;

/** Text of the generated file of a kernel. */
export async function generate(name) {
  let binary;
  const { error, stderr } = await asc.main(
    [
      `src/kernels-as/${name}.ts`,
      "--outFile",
      "kernel.wasm",
      "-O3",
      "--noAssert",
      "--converge",
      "--runtime",
      "stub",
      "--enable",
      "simd",
      "--use",
      "abort=",
    ],
    {
      readFile: (path, base) => {
        try {
          return readFileSync(`${base === "." ? ROOT : `${base}/`}${path}`, "utf8");
        } catch {
          return null;
        }
      },
      writeFile: (_path, contents) => {
        binary = contents;
      },
      listFiles: () => [],
    },
  );
  if (error) throw new Error(`${name}: ${error.message}\n${stderr.toString()}`);
  const text = Buffer.from(binary).toString("base64");
  return [
    `/** Made by scripts/build-kernels.mjs from src/kernels-as/${name}.ts, ${binary.length} bytes; do not edit. */`,
    `export const ${name.toUpperCase()}_WASM =`,
    `  "${text}";`,
    "",
  ].join("\n");
}

if (process.argv[1] && import.meta.url === pathToFileURL(process.argv[1]).href)
  for (const name of kernelNames()) writeFileSync(generatedPath(name), await generate(name));
