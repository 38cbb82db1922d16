import { itemWords } from "../panels/axis-words.ts";
import { importing, pickFiles } from "../state/dialogs.ts";
import { besideWanted, type Question, questionsOf } from "../state/questions.ts";
import { refreshFile } from "../state/refresh.ts";
import { close, type Entry, files, type OpenFile, results, show, shown, wanted } from "../state/workspace.ts";
import { bytesText } from "./bytes-text.ts";
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
      <FileQuestions file={file} />
      {notices.length > 0 && (
        <details class="said">
          <summary class="chip">
            {notices.length} {notices.length === 1 ? "notice" : "notices"}
          </summary>
          <ul>
            {notices.map(({ code, message }, i) => (
              <li key={`${i} ${code}`}>{message}</li>
            ))}
          </ul>
        </details>
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

/** What is asked of a file in a word or two. */
const QUESTION_WORDS: Readonly<Record<Exclude<Question, "beside">, string>> = {
  scan: "Rows and columns?",
  raw: "Open as raw binary…",
  time: "Which clock zone?",
  setting: "Which setting?",
};

/** What a file leaves open, and whether it was written on since it was opened. */
function FileQuestions({ file }: { readonly file: OpenFile }) {
  const { name, newer, bytes } = file;
  const questions = questionsOf(file);
  const wanted = questions.includes("beside") ? besideWanted(file) : undefined;
  const open = questions.filter((question) => question !== "beside");
  const words = open.length > 1 ? `${open.length} questions…` : QUESTION_WORDS[open[0]!];
  const more = newer?.bytes !== undefined ? newer.bytes - bytes : 0;
  return (
    <>
      {newer && (
        <p class="asks" role="status">
          {more > 0 ? `It grew by ${bytesText(more)}.` : "It was written on since it was opened."}{" "}
          <button
            type="button"
            data-command="file.refresh"
            aria-label={`${newer.source ? "Refresh" : "Hand over again"} ${name}`}
            onClick={() => void refreshFile(file).then((done) => done || pickFiles())}
          >
            {newer.source ? "Refresh" : "Hand over again"}
          </button>
        </p>
      )}
      {wanted && (
        <p class="asks">
          {file.error ? "" : "More is said in "}
          <button type="button" data-command="file.beside" data-beside={wanted} onClick={pickFiles}>
            Add {wanted}…
          </button>
        </p>
      )}
      {open.length > 0 && (
        <button
          type="button"
          class="chip"
          data-command="file.ask"
          aria-label={`${words} ${name}`}
          onClick={() => {
            importing.value = file.handle.id;
          }}
        >
          {words}
        </button>
      )}
    </>
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
