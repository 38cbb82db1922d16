import { copies } from "../state/copy-as.ts";
import { canReport, reporting } from "../state/report.ts";
import { CommandButton } from "./command-button.tsx";
import { CopyButton } from "./copy-button.tsx";

/** What is looked at as a command, a recipe or lines of Python. */
export function CopyAs() {
  const made = copies();
  if (!made) return null;
  return (
    <>
      <h2>Copy as</h2>
      <div class="copy-as" title={made.cli}>
        <CopyButton text={made.cli} label="CLI" command="copy.cli" name="Copy as CLI command" />
        <CopyButton text={made.recipe} label="Recipe" command="copy.recipe" name="Copy as recipe" />
        <CopyButton text={made.python} label="Python" command="copy.python" name="Copy as Python" />
      </div>
    </>
  );
}

/** The page on a run, as a file in the folder that the browser keeps downloads in. */
export function ReportButton() {
  if (!canReport()) return null;
  const { busy, error } = reporting.value;
  return (
    <>
      <h2>Report</h2>
      <div class="copy-as">
        <CommandButton id="report.save" label={busy ? "writing …" : "Save report.html"} />
      </div>
      {error && (
        <p class="wrong" role="alert">
          {error.message}
        </p>
      )}
    </>
  );
}
