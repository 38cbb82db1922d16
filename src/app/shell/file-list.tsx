import { itemWords } from "../panels/axis-words.ts";
import { pickFiles } from "../state/dialogs.ts";
import { close, type Entry, files, type OpenFile, results, show, shown, wanted } from "../state/workspace.ts";
import { KeptRuns } from "./kept-runs.tsx";
import { WantedFiles } from "./session-bar.tsx";

/** Open files with their items, and the results of runs. */
export function FileList() {
  return (
    <section class="files" aria-label="files">
      <h2>
        Files
        <button
          type="button"
          class="quiet"
          data-command="file.open"
          aria-label="Open files…"
          onClick={pickFiles}
        >
          + Open
        </button>
      </h2>
      {files.value.length === 0 && wanted.value.length === 0 && <p class="faint">None open.</p>}
      <ul>
        {files.value.map((file) => (
          <FileRow key={file.handle.id} file={file} />
        ))}
      </ul>
      <WantedFiles />
      <KeptRuns />
      {results.value.length > 0 && (
        <>
          <h2>Results</h2>
          <ul>
            {results.value.map((entry) => (
              <li key={entry.key}>
                <EntryRow entry={entry} name={entry.label} />
              </li>
            ))}
          </ul>
        </>
      )}
    </section>
  );
}

function FileRow({ file }: { readonly file: OpenFile }) {
  const { name, state, entries, error, notices } = file;
  return (
    <li class="file" data-file={name} data-state={state}>
      <div class="row">
        {entries.length === 1 ? (
          <EntryRow entry={entries[0]!} name={name} />
        ) : (
          <span class="name">{name}</span>
        )}
        <button
          type="button"
          class="quiet"
          data-command="file.close"
          aria-label={`Close ${name}`}
          onClick={() => close(file.handle.id)}
        >
          ×
        </button>
      </div>
      {state === "opening" && <p class="faint">opening …</p>}
      {error && (
        <p class="wrong" role="alert">
          {error.message}
          {error.hint && <span class="hint"> {error.hint}.</span>}{" "}
          <button
            type="button"
            class="quiet"
            data-command="error.copy"
            onClick={() => void navigator.clipboard.writeText(error.details)}
          >
            Copy details
          </button>
        </p>
      )}
      {notices.length > 0 && (
        <span class="chip" title={notices.map(({ message }) => message).join("\n")}>
          {notices.length} {notices.length === 1 ? "notice" : "notices"}
        </span>
      )}
      {entries.length > 1 && (
        <ul>
          {entries.map((entry) => (
            <li key={entry.key}>
              <EntryRow entry={entry} name={entry.label} />
            </li>
          ))}
        </ul>
      )}
    </li>
  );
}

function EntryRow({ entry, name }: { readonly entry: Entry; readonly name: string }) {
  return (
    <button
      type="button"
      class="entry"
      data-command="entry.show"
      data-entry={entry.key}
      aria-current={shown.value === entry.key ? "true" : undefined}
      onClick={() => show(entry.key)}
    >
      <span class="name">{name}</span>
      <span class="faint">{itemWords(entry.item)}</span>
    </button>
  );
}
