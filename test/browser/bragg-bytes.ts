import { mkdtempSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import h5wasm, { type Group } from "h5wasm/node";

/** Numbers of a column in a group, with the groups above it. */
function put(group: Group, path: readonly string[], data: Float64Array): void {
  const [name, ...rest] = path as [string, ...string[]];
  if (rest.length === 0) group.create_dataset({ name, data });
  else put((group.get(name) as Group | null) ?? (group.create_group(name) as Group), rest, data);
}

/** Lists of spots (qx, qy, intensity, NaN after the last one) as py4DSTEM before 0.9 wrote them, `columns` in each scan row. */
export async function braggBytes(lists: readonly Float64Array[], columns: number): Promise<Uint8Array> {
  await h5wasm.ready;
  const folder = mkdtempSync(join(tmpdir(), "lithoscope-bragg-"));
  const path = join(folder, "bragg.h5");
  try {
    const file = new h5wasm.File(path, "w");
    const top = file.create_group("4DSTEM_experiment") as Group;
    top.create_attribute("emd_group_type", 2);
    top.create_attribute("version_major", 0);
    top.create_attribute("version_minor", 5);
    lists.forEach((list, i) => {
      const place = `${Math.floor(i / columns)}_${i % columns}`;
      // Its qx runs along the detector's rows.
      for (const [name, part] of [
        ["qy", 0],
        ["qx", 1],
        ["intensity", 2],
      ] as const) {
        const values = list.filter((value, k) => k % 3 === part && Number.isFinite(value));
        put(top, ["data", "pointlistarrays", "braggpeaks", place, name, "pointlistarray"], values);
      }
    });
    file.close();
    return new Uint8Array(readFileSync(path));
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}
