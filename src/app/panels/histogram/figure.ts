import type { Item } from "../../../core/contracts.ts";
import type { Figure } from "../../../figures/figure.ts";
import { histogram } from "../../../figures/histogram.ts";
import { type ShownPicture, shownPictures } from "../../state/contrast.ts";

/** Bars on the page. */
const BARS = 50;

/** Id of the picture whose values are shown: that which was chosen, else the first that is there. */
export function chosenPicture(wanted: string | undefined): [string, ShownPicture] | undefined {
  const all = shownPictures.value;
  const known = wanted === undefined ? undefined : all.get(wanted);
  return known ? [wanted!, known] : [...all][0];
}

/** The values of a picture on the page as a figure. */
export async function histogramFigure(item: Item, wanted: string | undefined): Promise<Figure> {
  const [, picture] = chosenPicture(wanted) ?? [];
  const values = picture?.values.peek();
  const title = `${picture?.title ?? ""}, ${"title" in item ? item.title : item.name}`;
  const unit = picture?.unit.peek() ?? "1";
  return histogram({
    ...{ title, bins: BARS, caption: `Values of the picture. ${title}.`, alt: `Histogram of ${title}.` },
    quantity: { name: "value", unit },
    height: { name: "pixels", unit: "count" },
    groups: [{ name: "all", fill: "#0050FF", values: values ?? [] }],
  });
}
