import { forget, goOn, keepingFault, type Offer, offers } from "../session/keeper.ts";
import type { Session } from "../session/schema.ts";
import { wanted } from "../state/workspace.ts";
import { bytesText } from "./bytes-text.ts";

/** What is said about kept work: what can be gone on with, and why nothing is kept. */
export function SessionBar() {
  const [first, ...others] = offers.value;
  return (
    <>
      {keepingFault.value && (
        <p class="bar fault" role="alert" data-status="keeping">
          {keepingFault}
        </p>
      )}
      {first && <OfferBar offer={first} others={others.length} />}
    </>
  );
}

function words({ saved, files, done }: Session): string {
  const time = new Date(saved).toLocaleString(undefined, { dateStyle: "medium", timeStyle: "short" });
  const names = files.map(({ name }) => name);
  const shown =
    names.length > 3 ? `${names.slice(0, 3).join(", ")} and ${names.length - 3} more` : names.join(", ");
  return `Work of ${time}: ${shown || "no file"}, ${done} ${done === 1 ? "step" : "steps"}.`;
}

function OfferBar({ offer, others }: { readonly offer: Offer; readonly others: number }) {
  const { session, before } = offer;
  return (
    <section class="bar" aria-label="kept work" data-offer={offer.id}>
      <span>{words(session)}</span>
      <button
        type="button"
        class="primary"
        data-command="session.go-on"
        onClick={() => void goOn(offer, session)}
      >
        Go on
      </button>
      {before && before.done !== session.done && (
        <button
          type="button"
          data-command="session.before"
          title={words(before)}
          onClick={() => void goOn(offer, before)}
        >
          An earlier state, {before.done} steps
        </button>
      )}
      <button type="button" data-command="session.forget" onClick={() => void forget(offer)}>
        Forget
      </button>
      {others > 0 && <span class="faint">{others} more</span>}
    </section>
  );
}

/** Files that the kept work or the address speaks of, and that are not open. */
export function WantedFiles() {
  if (wanted.value.length === 0) return null;
  return (
    <ul aria-label="files to hand over again">
      {wanted.value.map(({ id, name, bytes }) => (
        <li key={id} class="file wanted" data-wanted={name}>
          <span class="name">{name}</span>
          <span class="faint">
            {bytes > 0 && `${bytesText(bytes)} · `}hand it over again: the page keeps no data
          </span>
        </li>
      ))}
    </ul>
  );
}
