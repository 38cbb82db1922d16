import { useSignal } from "@preact/signals";
import { useEffect, useRef } from "preact/hooks";
import type { OpenOptions } from "../../core/contracts.ts";
import { importing } from "../state/dialogs.ts";
import { type Question, questionsOf } from "../state/questions.ts";
import { files, type OpenFile, reopen } from "../state/workspace.ts";
import { RawQuestion } from "./raw-question.tsx";
import { ScanQuestion } from "./scan-question.tsx";
import "./import-dialog.css";

const TITLES: Readonly<Record<Exclude<Question, "beside">, string>> = {
  scan: "How do the frames make a scan?",
  raw: "How are the numbers laid out?",
  time: "When was this measured?",
  setting: "Which setting of the space group?",
};

/** What a question is given, and how it is answered. */
export interface QuestionProps {
  readonly file: OpenFile;
  /** Opens the file again with what was answered beside what was stated before. */
  readonly answer: (options: OpenOptions) => void;
  /** Opens it as if no shape had been stated. */
  readonly again: () => void;
}

/** The questions that a file leaves open, one after the other, each with a preview of its answer. */
export function ImportDialog() {
  const dialog = useRef<HTMLDialogElement>(null);
  useEffect(() => dialog.current!.showModal(), []);
  const file = files.value.find(({ handle }) => handle.id === importing.value);
  const close = () => {
    importing.value = undefined;
  };
  const questions = file ? questionsOf(file).filter((one) => one !== "beside") : [];
  const answer = (options: OpenOptions) => {
    close();
    if (file) void reopen(file, { options: { ...file.handle.options, ...options } });
  };
  const again = () => {
    const { shape: _, ...options } = file?.handle.options ?? {};
    close();
    if (file) void reopen(file, { options });
  };
  const props = { file: file!, answer, again };
  return (
    <dialog ref={dialog} class="import" aria-label="Questions of a file" onClose={close}>
      <form method="dialog">
        <h2>{file?.name}</h2>
        <button type="submit" class="quiet" aria-label="Close">
          ×
        </button>
      </form>
      {file?.error && <p class="wrong">{file.error.message}</p>}
      {questions.map((question) => (
        <section key={question} data-question={question}>
          <h3>{TITLES[question]}</h3>
          {question === "scan" && <ScanQuestion {...props} />}
          {question === "raw" && <RawQuestion {...props} />}
          {question === "time" && <TimeQuestion {...props} />}
          {question === "setting" && <SettingQuestion {...props} />}
        </section>
      ))}
    </dialog>
  );
}

/** Zone and order of dates that a file leaves open; the preview is the start that follows. */
function TimeQuestion({ file, answer }: QuestionProps) {
  const { timeZone, dateOrder } = file.handle.options ?? {};
  const zone = useSignal(timeZone ?? Intl.DateTimeFormat().resolvedOptions().timeZone);
  // Nothing is said of the order unless somebody chooses: what is stated outranks what the dates show.
  const order = useSignal<"" | "dmy" | "mdy">(dateOrder ?? "");
  const starts = file.entries.flatMap(({ item }) =>
    item.kind === "stream" && item.clock.start ? [item.clock.start] : [],
  );
  return (
    <form
      onSubmit={(event) => {
        event.preventDefault();
        answer({ timeZone: zone.value, ...(order.value && { dateOrder: order.value }) });
      }}
    >
      <label class="field">
        <span>zone of its clock: Europe/Berlin, +02:00, Z</span>
        <input
          data-field="import-zone"
          required
          value={zone.value}
          onInput={(event) => {
            zone.value = event.currentTarget.value;
          }}
        />
      </label>
      <label class="field">
        <span>01/10/2024 is</span>
        <select
          data-field="import-dates"
          value={order.value}
          onChange={(event) => {
            order.value = event.currentTarget.value as "" | "dmy" | "mdy";
          }}
        >
          {dateOrder === undefined && <option value="">as it is taken now</option>}
          <option value="dmy">the first of October</option>
          <option value="mdy">the tenth of January</option>
        </select>
      </label>
      <p class="faint">
        {starts[0] ? `As it is taken now, it starts at ${starts[0]}.` : "It states no start."}
      </p>
      <button type="submit" class="primary" data-command="import.apply">
        Read it so
      </button>
    </form>
  );
}

/** The setting of a CIF that lists no operators. */
function SettingQuestion({ file, answer }: QuestionProps) {
  const setting = useSignal(file.handle.options?.setting ?? "");
  return (
    <form
      onSubmit={(event) => {
        event.preventDefault();
        answer({ setting: setting.value });
      }}
    >
      <label class="field">
        <span>1 or 2 (origin), H or R (axes), or Hall:symbol</span>
        <input
          data-field="import-setting"
          required
          list="settings"
          value={setting.value}
          onInput={(event) => {
            setting.value = event.currentTarget.value;
          }}
        />
        <datalist id="settings">
          {["1", "2", "H", "R"].map((word) => (
            <option key={word} value={word} />
          ))}
        </datalist>
      </label>
      <button type="submit" class="primary" data-command="import.apply">
        Read it so
      </button>
    </form>
  );
}
