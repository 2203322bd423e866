import {
  fates,
  linearScale,
  logScale,
  type MatrixMeasure,
  type MatrixPicture,
  type Scale,
} from "../../../analysis/subnetwork/matrix-picture.ts";

type Color = readonly [red: number, green: number, blue: number];

/** Colours of a picture, as the page has them now. */
export interface MatrixColors {
  /** In the order of the fates. */
  readonly fates: readonly Color[];
  readonly low: Color;
  readonly high: Color;
  readonly marginal: string;
  readonly gap: string;
}

const fateVariables = { out: "--out", stays: "--stays", entered: "--entered", left: "--left" };

/** Reads the colours where the picture stands: they differ in light and dark. */
export function colorsAt(element: Element): MatrixColors {
  const style = getComputedStyle(element);
  const text = (name: string): string => style.getPropertyValue(name).trim();
  const color = (name: string): Color => {
    const value = Number.parseInt(text(name).slice(1), 16);
    return [(value >> 16) & 255, (value >> 8) & 255, value & 255];
  };
  return {
    fates: fates.map((fate) => color(fateVariables[fate])),
    low: color("--out"),
    high: color("--stays"),
    marginal: text("--marginal"),
    gap: text("--card"),
  };
}

/** Where things are in the canvas, in CSS pixels. */
export interface MatrixPlaces {
  /** Of one pixel of the picture. */
  readonly wide: number;
  readonly high: number;
  readonly plotWidth: number;
  readonly plotHeight: number;
  /** Whole drawing, with the marginals above and to the right. */
  readonly width: number;
  readonly height: number;
}

/** Room of the marginals, and between them and the picture. */
export const marginalRoom = 34;
const marginalGap = 4;
const leastHigh = 128;
const mostHigh = 440;

/** Places for a picture within a width: in halves of CSS pixels, so that all weights are equally large. */
export function matrixPlaces({ rows, cols }: Pick<MatrixPicture, "rows" | "cols">, width: number): MatrixPlaces {
  const room = Math.max(40, width - marginalRoom - marginalGap);
  const fit = Math.min(room / cols, Math.max(1, mostHigh / rows), 16);
  const wide = fit >= 1 ? Math.floor(2 * fit) / 2 : fit;
  // A few rows of weights would be a thread.
  const high = rows * wide < leastHigh ? Math.min(20, leastHigh / rows) : wide;
  const [plotWidth, plotHeight] = [cols * wide, rows * high];
  return {
    wide,
    high,
    plotWidth,
    plotHeight,
    width: plotWidth + marginalGap + marginalRoom,
    height: plotHeight + marginalGap + marginalRoom,
  };
}

/** The scale of a measure's values; of how often a weight was selected, up to the number of selections. */
export function scaleFor(measure: MatrixMeasure, values: ArrayLike<number>, selections: number): Scale {
  if (measure === "scores") return logScale(values);
  return measure === "drift" ? linearScale(values) : linearScale(values, measure === "times" ? selections : 1);
}

/** Paints a picture and its marginals; `scale`: of the values, where they and not the fates are shown. */
export function paintMatrix(
  canvas: HTMLCanvasElement,
  picture: MatrixPicture,
  scale: Scale | null,
  colors: MatrixColors,
  places: MatrixPlaces,
): void {
  const density = Math.min(3, globalThis.devicePixelRatio || 1);
  canvas.width = Math.round(places.width * density);
  canvas.height = Math.round(places.height * density);
  const context = canvas.getContext("2d");
  const small = document.createElement("canvas");
  small.width = picture.cols;
  small.height = picture.rows;
  const smallContext = small.getContext("2d");
  if (context === null || smallContext === null) return;
  smallContext.putImageData(pixelsOf(picture, scale, colors), 0, 0);
  context.scale(density, density);
  context.imageSmoothingEnabled = false;
  const top = marginalRoom + marginalGap;
  context.drawImage(small, 0, top, places.plotWidth, places.plotHeight);
  paintGaps(context, picture, colors.gap, places, top);
  paintMarginals(context, picture, scale, colors.marginal, places, top);
}

function pixelsOf(
  { rows, cols, fates: shares, values }: MatrixPicture,
  scale: Scale | null,
  colors: MatrixColors,
): ImageData {
  const image = new ImageData(cols, rows);
  for (let pixel = 0; pixel < rows * cols; pixel++) {
    const at = scale === null || values === null ? null : scale.position(values[pixel] ?? 0);
    for (let channel = 0; channel < 3; channel++) {
      const value =
        at === null
          ? fates.reduce(
              (sum, _, fate) => sum + (shares[pixel * fates.length + fate] ?? 0) * (colors.fates[fate]?.[channel] ?? 0),
              0,
            )
          : (colors.low[channel] ?? 0) * (1 - at) + (colors.high[channel] ?? 0) * at;
      image.data[pixel * 4 + channel] = value;
    }
    image.data[pixel * 4 + 3] = 255;
  }
  return image;
}

/** Lines between the weights, where they are large enough to bear them. */
function paintGaps(
  context: CanvasRenderingContext2D,
  { rows, cols }: MatrixPicture,
  color: string,
  { wide, high, plotWidth, plotHeight }: MatrixPlaces,
  top: number,
): void {
  if (wide < 3) return;
  context.fillStyle = color;
  const line = wide < 5 ? 0.5 : 1;
  for (let col = 1; col <= cols; col++) context.fillRect(col * wide - line, top, line, plotHeight);
  for (let row = 1; row <= rows; row++) context.fillRect(0, top + row * high - line, plotWidth, line);
}

function paintMarginals(
  context: CanvasRenderingContext2D,
  { byRow, byColumn }: MatrixPicture,
  scale: Scale | null,
  color: string,
  { wide, high, plotWidth }: MatrixPlaces,
  top: number,
): void {
  const most = scale === null ? 1 : Math.max(...byRow, ...byColumn, 1e-30);
  context.fillStyle = color;
  for (const [col, value] of byColumn.entries()) {
    const length = (value / most) * marginalRoom;
    context.fillRect(col * wide, marginalRoom - length, Math.max(0.5, wide - (wide < 3 ? 0 : 1)), length);
  }
  for (const [row, value] of byRow.entries()) {
    const length = (value / most) * marginalRoom;
    context.fillRect(plotWidth + marginalGap, top + row * high, length, Math.max(0.5, high - (high < 3 ? 0 : 1)));
  }
}
