/** Where a picture lies in its panel: CSS pixels per picture pixel along x, and the panel's place of its corner. */
export interface ViewBox {
  readonly zoom: number;
  readonly left: number;
  readonly top: number;
}

/** A picture's size in pixels, and how much taller than wide one of its pixels is drawn. */
export interface PictureSize {
  readonly width: number;
  readonly height: number;
  readonly aspect: number;
}

/** The box in which the whole picture is as large as the room allows. */
export function fitBox(
  { width, height, aspect }: PictureSize,
  roomWidth: number,
  roomHeight: number,
): ViewBox {
  const zoom = Math.max(1e-6, Math.min(roomWidth / width, roomHeight / (height * aspect)));
  return { zoom, left: (roomWidth - width * zoom) / 2, top: (roomHeight - height * aspect * zoom) / 2 };
}

/** The box zoomed by a factor about a place of the panel, which stays over the same pixel. */
export function zoomedAt(box: ViewBox, factor: number, x: number, y: number): ViewBox {
  const zoom = Math.max(0.01, Math.min(200, box.zoom * factor));
  const k = zoom / box.zoom;
  return { zoom, left: x - k * (x - box.left), top: y - k * (y - box.top) };
}

/** Place in the panel of a picture coordinate; whole numbers are pixel centres. */
export function toPanel(box: ViewBox, aspect: number, x: number, y: number): [number, number] {
  return [box.left + (x + 0.5) * box.zoom, box.top + (y + 0.5) * box.zoom * aspect];
}

/** Picture coordinate of a place in the panel. */
export function toPicture(box: ViewBox, aspect: number, x: number, y: number): { x: number; y: number } {
  return { x: (x - box.left) / box.zoom - 0.5, y: (y - box.top) / (box.zoom * aspect) - 0.5 };
}
