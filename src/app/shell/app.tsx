import { importing, overlay, pickFiles } from "../state/dialogs.ts";
import { exporting } from "../state/exports.ts";
import { files, shownEntry, wanted } from "../state/workspace.ts";
import { FileList } from "./file-list.tsx";
import { Header } from "./header.tsx";
import { HistoryList } from "./history-list.tsx";
import { KeySheet } from "./key-sheet.tsx";
import { later } from "./later.tsx";
import { Measurements } from "./measurements.tsx";
import { Palette } from "./palette.tsx";
import { ServerFileList } from "./server-file-list.tsx";
import { SessionBar } from "./session-bar.tsx";
import { StatusBar } from "./status-bar.tsx";
import { Workspace } from "./workspace.tsx";

const ExportDialog = later(async () => (await import("./export-dialog.tsx")).ExportDialog);
const ImportDialog = later(async () => (await import("./import-dialog.tsx")).ImportDialog);

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
          <Measurements />
          <HistoryList />
        </nav>
        {shownEntry.value ? <Workspace entry={shownEntry.value} /> : <Welcome />}
      </div>
      <StatusBar />
      {overlay.value === "palette" && <Palette />}
      {overlay.value === "keys" && <KeySheet />}
      {importing.value !== undefined && <ImportDialog key={importing.value} />}
      {exporting.value && <ExportDialog key={exporting.value} />}
    </>
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
