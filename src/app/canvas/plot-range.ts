/** From where to where an axis of a plot goes, in what is drawn (logarithms on a logarithmic axis). */
export interface Span {
  readonly low: number;
  readonly high: number;
}

/** A frame on the panel in CSS pixels. */
export interface Frame {
  readonly left: number;
  readonly top: number;
  readonly width: number;
  readonly height: number;
}

/** The span of all finite values, a little wider; 0 … 1 where there are none. */
export function spanOf(lists: readonly ArrayLike<number>[], margin = 0.04): Span {
  let [low, high] = [Number.POSITIVE_INFINITY, Number.NEGATIVE_INFINITY];
  for (const list of lists)
    for (let i = 0; i < list.length; i++) {
      const value = list[i]!;
      if (!Number.isFinite(value)) continue;
      if (value < low) low = value;
      if (value > high) high = value;
    }
  if (low > high) return { low: 0, high: 1 };
  const extra = high > low ? margin * (high - low) : Math.abs(high) * 0.1 || 0.5;
  return { low: low - extra, high: high + extra };
}

/** The span scaled by 1 / factor about a value, which stays where it is. */
export function zoomedSpan({ low, high }: Span, factor: number, about: number): Span {
  const next = { low: about - (about - low) / factor, high: about + (high - about) / factor };
  const size = next.high - next.low;
  // Below this, steps of the numbers themselves would show.
  const finest = 1e-12 * Math.max(Math.abs(next.low), Math.abs(next.high));
  return size > finest ? next : { low, high };
}

/** The span moved by a share of itself. */
export function movedSpan({ low, high }: Span, share: number): Span {
  const by = share * (high - low);
  return { low: low + by, high: high + by };
}

/** Both spans so that a unit is as long across as up in the frame: the smaller one grows about its middle. */
export function equalSpans(x: Span, y: Span, { width, height }: Frame): { x: Span; y: Span } {
  const [perX, perY] = [(x.high - x.low) / width, (y.high - y.low) / height];
  const per = Math.max(perX, perY);
  const grown = ({ low, high }: Span, pixels: number): Span => {
    const [middle, half] = [(low + high) / 2, (per * pixels) / 2];
    return { low: middle - half, high: middle + half };
  };
  return { x: perX < per ? grown(x, width) : x, y: perY < per ? grown(y, height) : y };
}
