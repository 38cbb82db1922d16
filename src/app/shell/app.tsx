import { panelsFor } from "../panels/index.ts";
import { overlay, pickFiles } from "../state/dialogs.ts";
import { exporting } from "../state/exports.ts";
import { files, maximised, shownEntry, wanted } from "../state/workspace.ts";
import { ExportDialog } from "./export-dialog.tsx";
import { FileList } from "./file-list.tsx";
import { Header } from "./header.tsx";
import { HistoryList } from "./history-list.tsx";
import { KeySheet } from "./key-sheet.tsx";
import { Palette } from "./palette.tsx";
import { PanelFrame } from "./panel-frame.tsx";
import { ServerFileList } from "./server-file-list.tsx";
import { SessionBar } from "./session-bar.tsx";
import { StatusBar } from "./status-bar.tsx";

/** The whole window. */
export function App() {
  return (
    <>
      <Header />
      <SessionBar />
      <div class="window">
        <nav class="side" aria-label="files and steps">
          <FileList />
          <ServerFileList />
          <HistoryList />
        </nav>
        <Workspace />
      </div>
      <StatusBar />
      {overlay.value === "palette" && <Palette />}
      {overlay.value === "keys" && <KeySheet />}
      {exporting.value && <ExportDialog key={exporting.value} />}
    </>
  );
}

function Workspace() {
  const entry = shownEntry.value;
  if (!entry) return <Welcome />;
  const able = panelsFor(entry.item);
  const full = maximised.value;
  const shown = able.some(({ id }) => id === full) ? able.filter(({ id }) => id === full) : able;
  return (
    <main class="panels" data-count={shown.length}>
      {shown.map((panel, i) => (
        <PanelFrame key={`${panel.id} ${entry.key}`} panel={panel} entry={entry} number={i + 1} />
      ))}
    </main>
  );
}

function Welcome() {
  const opening = files.value.some(({ state }) => state === "opening");
  const names = wanted.value.map(({ name }) => name).join(", ");
  return (
    <main class="welcome" data-state={opening ? "loading" : "empty"}>
      <div>
        <h1>{opening ? "Opening …" : names ? `Drop ${names} here` : "Drop a scan here"}</h1>
        <p>
          4D-STEM scans, orientation maps, spectra, images, movies and electrochemistry. Everything is
          computed in this page; no byte leaves the machine.
        </p>
        <button type="button" class="primary" data-command="file.open" onClick={pickFiles}>
          Open files…
        </button>
      </div>
    </main>
  );
}
