import { type Signal as State, useSignal } from "@preact/signals";
import { useEffect, useMemo } from "preact/hooks";
import type { Axis } from "../../../core/contracts.ts";
import { navigationPlace } from "../../state/selection.ts";
import { goAlong } from "../sliders.tsx";
import { type FrameTimes, frameAfter } from "./frame-times.ts";

/** Frames per second. */
export const SPEEDS = [1, 2, 5, 10, 25, 50] as const;

/** A clock that goes from frame to frame. */
export interface Player {
  /** Frames at each step: 1, −1 backwards, 0 while it rests. */
  readonly direction: State<-1 | 0 | 1>;
  readonly speed: State<number>;
  /** Frame along the axis that is played. */
  frame(): number;
  go(frame: number): void;
  readonly actions: Readonly<Record<string, () => void>>;
}

/** Plays along the last of the axes; `shown` tells that the frame asked for is on the screen. */
export function usePlayer(
  axes: readonly Axis[],
  times: State<FrameTimes | undefined>,
  shown: () => boolean,
): Player | undefined {
  const direction = useSignal<-1 | 0 | 1>(0);
  const speed = useSignal<number>(10);
  const count = axes.at(-1)?.size ?? 0;
  const last = axes.length - 1;
  const player = useMemo<Player>(() => {
    const frame = () => navigationPlace(axes).at(-1) ?? 0;
    const go = (to: number) => goAlong(axes, last, to);
    const step = (by: number) => () => {
      direction.value = 0;
      go(frame() + by);
    };
    const second = (by: number) => () => {
      const now = times.peek();
      const to = now && frameAfter(now, frame(), by);
      // Where no time is known, ten frames count as a second.
      step(to === undefined ? 10 * by : to - frame())();
    };
    const actions = {
      "frame.previous": step(-1),
      "frame.next": step(1),
      "frame.first": step(-count),
      "frame.last": step(count),
      "frame.back-second": second(-1),
      "frame.on-second": second(1),
      "play.toggle": () => {
        direction.value = direction.peek() === 0 ? 1 : 0;
      },
      "play.back": () => {
        direction.value = -1;
      },
      "play.stop": () => {
        direction.value = 0;
      },
      "play.faster": () => {
        const next = SPEEDS.find((fps) => fps > speed.peek());
        if (direction.peek() === 1 && next) speed.value = next;
        direction.value = 1;
      },
    };
    return { direction, speed, frame, go, actions };
  }, [axes]);
  const [way, fps] = [direction.value, speed.value];
  useEffect(() => {
    if (way === 0) return;
    const timer = setInterval(() => {
      // A slow disk makes it slower; frames are not left out and do not queue.
      if (!shown()) return;
      player.go((player.frame() + way + count) % count);
    }, 1000 / fps);
    return () => clearInterval(timer);
  }, [way, fps, player]);
  return count > 1 ? player : undefined;
}

/** Buttons of the player. */
export function PlayerTools({ player }: { readonly player: Player }) {
  const playing = player.direction.value !== 0;
  const button = (command: string, sign: string, name: string, key: string) => (
    <button
      type="button"
      class="quiet"
      data-command={command}
      aria-label={name}
      title={`${name} (${key})`}
      onClick={() => player.actions[command]!()}
    >
      {sign}
    </button>
  );
  return (
    <span class="tool player">
      {button("frame.previous", "◂", "Previous frame", ",")}
      {button("play.toggle", playing ? "❚❚" : "▶", playing ? "Stop" : "Play", "Space")}
      {button("frame.next", "▸", "Next frame", ".")}
      <label>
        <span class="spoken">frames per second</span>
        <select
          data-command="play.speed"
          value={String(player.speed.value)}
          onChange={(event) => {
            player.speed.value = Number(event.currentTarget.value);
          }}
        >
          {SPEEDS.map((fps) => (
            <option key={fps} value={String(fps)}>
              {fps} per s
            </option>
          ))}
        </select>
      </label>
    </span>
  );
}
