import type { Kept, SessionStore } from "./store.ts";

async function asked(path: string, init?: RequestInit): Promise<Response> {
  const answer = await fetch(path, init);
  if (!answer.ok) throw new Error(`the server answered ${answer.status}`);
  return answer;
}

/** Sessions kept by `lithoscope open`: they belong to the files it serves, at whatever port. */
export async function serverStore(): Promise<SessionStore> {
  return {
    list: async () => (await asked("/sessions")).json() as Promise<Kept[]>,
    async write(id, text, turn) {
      await asked(`/sessions/${id}${turn ? "?turn=1" : ""}`, { method: "PUT", body: text });
    },
    async drop(id) {
      await asked(`/sessions/${id}`, { method: "DELETE" });
    },
  };
}
