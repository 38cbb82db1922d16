import { render } from "preact";
import tilesUrl from "../executors/worker.browser.ts?worker&url";
import "./app.css";
import { listenToKeys } from "./commands/index.ts";
import { workerAddresses } from "./desk/addresses.ts";
import { Desk } from "./desk/client.ts";
import deskUrl from "./desk/worker.ts?worker&url";
import { App } from "./shell/app.tsx";
import { listenToDrops } from "./state/drop.ts";
import { followTheme } from "./state/theme.ts";
import { platform } from "./state/workspace.ts";

platform.addresses = workerAddresses({ desk: deskUrl, tiles: tilesUrl });
platform.desk = new Desk(platform.addresses.desk);
followTheme();
listenToKeys();
listenToDrops(() => false);
render(<App />, document.getElementById("app")!);
performance.measure("litho:start", { start: 0 });
