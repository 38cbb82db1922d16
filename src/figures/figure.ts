/** A picture that stands alone: SVG text, its caption, a sentence for those who do not see it, and its numbers. */
export interface Figure {
  readonly title: string;
  readonly svg: string;
  readonly caption: string;
  readonly alt: string;
  /** CSV of exactly what is shown, units in the header. */
  readonly data: string;
}
