import { listServerFiles, openServerFile, serverFault, serverFiles } from "../state/server-files.ts";
import { bytesText } from "./bytes-text.ts";

/** Files on the disk that `lithoscope open` was given. */
export function ServerFileList() {
  const list = serverFiles.value;
  if (!list) return null;
  return (
    <section class="files" aria-label="files on disk">
      <h2>
        On disk
        <button
          type="button"
          class="quiet"
          data-command="server.refresh"
          aria-label="Look for new files"
          onClick={() => void listServerFiles()}
        >
          ↻ Refresh
        </button>
      </h2>
      {serverFault.value && (
        <p class="wrong" role="alert">
          {serverFault}
        </p>
      )}
      {list.files.length === 0 && <p class="faint">Name files or folders: lithoscope open scans/</p>}
      <ul>
        {list.files.map((file) => (
          <li key={`${file.root}/${file.path}`}>
            <button
              type="button"
              class="entry"
              data-command="server.open"
              data-path={file.path}
              onClick={() => void openServerFile(file)}
            >
              <span class="name">{file.path}</span>
              <span class="faint">{bytesText(file.bytes)}</span>
            </button>
          </li>
        ))}
      </ul>
      {list.more && <p class="faint">There are more; name a smaller folder.</p>}
    </section>
  );
}
