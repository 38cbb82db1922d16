import type { Signal } from "../../../core/contracts.ts";
import { choice, schema } from "../../../core/schema.ts";
import type { Panel } from "../contract.ts";
import { mountComponent } from "../mount.tsx";
import { pictureLook } from "../picture-tools.tsx";
import { pictureScore } from "./frame-axes.ts";
import { COMPLEX_PARTS } from "./parts.ts";
import { type FrameLook, PictureView } from "./view.tsx";

const { fields } = pictureLook("grey", "linear");
const colours = fields.colours!.choices as readonly ["grey", ...FrameLook["colours"][]];

/** Images, and stacks of them played as a movie. */
export const picture: Panel<FrameLook> = {
  id: "picture",
  title: "Picture",
  view: schema({
    colours: choice(colours, "grey", "colour map"),
    scale: choice(["linear", "gamma", "log"], "linear", "from value to colour"),
    part: choice(COMPLEX_PARTS, "modulus", "what of complex numbers"),
  }),
  accepts: pictureScore,
  mount: (host, item, view, change) => mountComponent(PictureView, host, item as Signal, view, change),
};
