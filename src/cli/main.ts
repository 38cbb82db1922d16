import { parseArgs } from "node:util";
import { version } from "../../package.json" with { type: "json" };
import { LithoscopeError } from "../core/errors.ts";
import { type Answer, type Command, jsonText, usage } from "./command.ts";
import { errorJson, errorText, exitCode } from "./exit.ts";
import { outputError } from "./output.ts";
import { progressTo } from "./progress.ts";
import { VERBS } from "./verbs.ts";

const COMMON = {
  help: { type: "boolean" },
  json: { type: "boolean" },
  quiet: { type: "boolean" },
  force: { type: "boolean" },
  progress: { type: "string" },
} as const;

function overview(): string {
  const verbs = Object.entries(VERBS).map(([name, { summary }]) => `  ${name.padEnd(15)}${summary}`);
  return [
    "lithoscope <verb> …",
    "",
    ...verbs,
    "",
    "Every verb: --help, --json (one JSON document on stdout), --quiet.",
    "Example: lithoscope info scan.blo",
  ].join("\n");
}

/** Flags as Node parses them; its complaints become wrong usage. */
function parse(verb: string, command: Command, args: readonly string[]) {
  try {
    const options = { ...COMMON, ...command.flags };
    return parseArgs({ args: [...args], options, allowPositionals: true, strict: true });
  } catch (cause) {
    if (!(cause instanceof TypeError)) throw cause;
    const dashed = /^Option '(?:-\w, )?(--[\w-]+).*' argument is ambiguous/.exec(cause.message)?.[1];
    if (dashed !== undefined) {
      const next = args[args.indexOf(dashed) + 1] ?? "";
      if (next.startsWith("--")) throw usage(dashed, `wanted a value, found ${next}`, "a value");
      const example = `${dashed}=${next}`;
      throw usage(dashed, `a value that starts with "-" is written ${example}`, example);
    }
    const message = cause.message.split(/[.\n]/)[0]!;
    throw new LithoscopeError("Usage", `${verb}: ${message}`, { path: verb, expected: "--help" }, { cause });
  }
}

async function invoke(verb: string, args: readonly string[], stop: AbortSignal): Promise<Answer> {
  const found = Object.hasOwn(VERBS, verb) ? VERBS[verb]! : undefined;
  if (!found) {
    const known = Object.keys(VERBS).join(", ");
    throw usage("verb", verb ? `wanted one of ${known}, found "${verb}"` : `wanted one of ${known}`, known);
  }
  const command = await found.load();
  const { values, positionals } = parse(verb, command, args);
  if (values.help) return { text: command.help, json: { help: command.help } };
  const quiet = values.quiet === true;
  const toStderr = (text: string) => void process.stderr.write(text);
  const progress = progressTo(toStderr, values.progress, !quiet && process.stderr.isTTY === true);
  return command.run({
    flags: values,
    inputs: positionals,
    stop,
    say: (line) => {
      if (!quiet) process.stderr.write(`${line}\n`);
    },
    progress,
  });
}

function print(text: string) {
  process.stdout.write(`${text}\n`);
}

async function main(argv: readonly string[]): Promise<number> {
  const [verb = "", ...rest] = argv;
  if (verb === "--help" || verb === "-h" || verb === "help") {
    print(overview());
    return 0;
  }
  if (verb === "--version") {
    print(version);
    return 0;
  }
  const json = rest.includes("--json");
  const cancel = new AbortController();
  process.once("SIGINT", () => {
    cancel.abort(new LithoscopeError("Cancelled", "stopped by the user"));
    process.once("SIGINT", () => process.exit(130));
  });
  try {
    const answer = await invoke(verb, rest, cancel.signal);
    if (json) print(jsonText(answer.json));
    else if (answer.text) print(answer.text);
    return answer.exit ?? 0;
  } catch (caught) {
    const error = cancel.signal.aborted ? cancel.signal.reason : caught;
    process.stderr.write(`${errorText(error)}\n`);
    if (json) print(jsonText(errorJson(error)));
    return exitCode(error);
  }
}

/** Ends the process where its answer cannot be written; a reader that has read enough (`| head`) is no error. */
function onStdoutError(error: NodeJS.ErrnoException) {
  if (error.code === "EPIPE") process.exit();
  const failure = outputError("standard output", error);
  process.stderr.write(`${errorText(failure)}\n`);
  process.exit(exitCode(failure));
}

process.stdout.on("error", onStdoutError);
// What cannot be said to people stops no work.
process.stderr.on("error", () => undefined);
process.exitCode = await main(process.argv.slice(2));
