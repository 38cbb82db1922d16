import { useRef } from "preact/hooks";

/** How far an arrow key moves an edge, as a share of both sides. */
const STEP = 0.05;

/** The edge between two neighbours; dragged, or moved by the arrow keys. */
export function Edge({
  lies,
  move,
}: {
  readonly lies: "across" | "down";
  readonly move: (by: number) => void;
}) {
  const element = useRef<HTMLDivElement>(null);
  const last = useRef<number | undefined>(undefined);
  const at = (event: PointerEvent) => (lies === "down" ? event.clientX : event.clientY);
  /** Length of both sides on the page. */
  const room = () => {
    const own = element.current!;
    const sides =
      lies === "down"
        ? [own.parentElement, own.parentElement?.nextElementSibling]
        : [own.previousElementSibling, own.nextElementSibling];
    const sizes = sides.map(
      (side) => side?.getBoundingClientRect()[lies === "down" ? "width" : "height"] ?? 0,
    );
    return sizes[0]! + sizes[1]!;
  };
  return (
    // biome-ignore lint/a11y/useSemanticElements: a line between two panels that can be moved is no hr
    <div
      ref={element}
      class={`edge ${lies}`}
      role="separator"
      // A separator with the focus is a control, by its pattern.
      tabIndex={0}
      aria-orientation={lies === "down" ? "vertical" : "horizontal"}
      aria-label={lies === "down" ? "Width of the panels" : "Height of the panels"}
      aria-valuenow={50}
      data-command="layout.resize"
      onPointerDown={(event) => {
        event.currentTarget.setPointerCapture(event.pointerId);
        last.current = at(event);
      }}
      onPointerMove={(event) => {
        if (last.current === undefined) return;
        move((at(event) - last.current) / Math.max(1, room()));
        last.current = at(event);
      }}
      onPointerUp={() => {
        last.current = undefined;
      }}
      onKeyDown={(event) => {
        const by = { ArrowLeft: -STEP, ArrowUp: -STEP, ArrowRight: STEP, ArrowDown: STEP }[event.key];
        if (by === undefined) return;
        event.preventDefault();
        event.stopPropagation();
        move(by);
      }}
    />
  );
}
