import { hundredText, outerTicks, type Ticks } from "../analysis/drawing/ticks.ts";
import { markerPath, type MarkerShape } from "../analysis/drawing/marker.ts";
import { html, type Markup } from "./markup.ts";

// Pictures are as wide as their place, and their letters stay as large as the text: places are percentages, lines are
// drawn in a box of 1000 x 1000 that is stretched, and the marks on the axes are text beside the picture.

/** An axis and how a value on it is written. */
export interface Axis extends Ticks {
  readonly format: (value: number) => string;
}

/** How far along an axis a value stands, in percent, no further than a little beyond its ends. */
export function along({ domain: [low, high] }: Pick<Ticks, "domain">, value: number): number {
  const share = (value - low) / (high - low);
  return Number((Math.min(1.05, Math.max(-0.05, share)) * 100).toFixed(2));
}

/** A dot at percentages of its picture, with what it stands for as its title. */
export function dot(shape: MarkerShape, x: number, y: number, color: string, title: string, open = false): Markup {
  return markAt(shape, x, y, open ? `fill:var(--paper);stroke:${color};stroke-width:1.5` : `fill:${color}`, title);
}

/** The same in a style of its own. */
export function markAt(shape: MarkerShape, x: number, y: number, style: string, title: string): Markup {
  return html`<svg x="${x}%" y="${y}%" overflow="visible">
    <path class="dot" d="${markerPath(shape, 0, 0, 4)}" style="${style}"><title>${title}</title></path>
  </svg>`;
}

/** An axis of shares, in percent. */
export function shareAxis(values: readonly number[]): Axis {
  const ticks = outerTicks(values, 4);
  return { ...ticks, format: (tick) => `${hundredText(tick, ticks.unit)} %` };
}

/** Marks along the bottom. */
function bottomAxis(axis: Axis): Markup {
  return html`<div class="x" aria-hidden="true">
    ${axis.ticks.map((tick) => html`<span style="left:${along(axis, tick)}%">${axis.format(tick)}</span>`)}
  </div>`;
}

/** Lines at an axis's marks, from top to bottom of a picture. */
function uprights(axis: Axis): readonly Markup[] {
  return axis.ticks.map((tick) => {
    const x = along(axis, tick);
    return html`<line class="grid" x1="${x}%" x2="${x}%" y1="0" y2="100%" />`;
  });
}

/** A row of a picture of rows: what it is of, and what is drawn in it. */
export interface PlotRow {
  readonly head: Markup;
  /** Read out in place of the drawing. */
  readonly label: string;
  readonly drawing: readonly Markup[];
}

/** Rows over one axis. */
export function rowsPlot(rows: readonly PlotRow[], axis: Axis, height = 34): Markup {
  return html`<div class="rows">
    ${rows.map(
      ({ head, label, drawing }) =>
        html`<div class="row">
          <div class="head">${head}</div>
          <svg class="area" width="100%" height="${height}" role="img" aria-label="${label}">
            ${uprights(axis)}${drawing}
          </svg>
        </div> `,
    )}${bottomAxis(axis)}
  </div>`;
}

/** A point of a line; null where the line has a gap. */
export interface LinePoint {
  readonly x: number;
  readonly y: number;
  /** Half the width of its band. */
  readonly spread: number | null;
}

/** A line of a picture of lines. */
export interface PlotLine {
  readonly points: readonly LinePoint[];
  readonly color: string;
  /** For stroke-dasharray; "0": a solid line. */
  readonly dash: string;
  /** Of dots at its points; null for none. */
  readonly shape: MarkerShape | null;
  readonly name: string;
}

interface FrameParts {
  readonly title: string;
  readonly about: string;
  /** Read out in place of the picture: what it is called, and what is to be seen. */
  readonly label: string;
  readonly says: string;
  readonly x: Axis;
  readonly y: Axis;
  /** In pixels. */
  readonly height?: number;
  /** The marks on the left are words. */
  readonly words?: boolean;
}

/** Two axes around what is drawn in percent of the room between them. */
export function framed(
  { title, about, label, says, x, y, height = 220, words = false }: FrameParts,
  drawing: readonly (Markup | null)[],
): Markup {
  const marks = y.ticks.map((tick) => ({ text: y.format(tick), at: Number((100 - along(y, tick)).toFixed(2)) }));
  return html`<figure>
    <figcaption><b>${title}</b> ${about}</figcaption>
    <div class="lines${words ? " words" : ""}">
      <div class="y" aria-hidden="true">
        ${marks.map(({ text, at }) => html`<span style="top:${at}%">${text}</span>`)}
      </div>
      <svg class="area" width="100%" height="${height}" role="img" aria-label="${label}">
        <desc>${says}</desc>
        ${marks.map(({ at }) => html`<line class="grid" x1="0" x2="100%" y1="${at}%" y2="${at}%" />`)}${drawing}
      </svg>
      ${bottomAxis(x)}
    </div>
  </figure>`;
}

interface LinesPlotParts extends Omit<FrameParts, "height" | "words"> {
  readonly lines: readonly PlotLine[];
  /** Drawn below the lines. */
  readonly below?: readonly Markup[];
  /** What a place along the bottom is. */
  readonly across?: string;
}

/** Lines with bands over two axes. */
export function linesPlot({ lines, below = [], across = "step", ...frame }: LinesPlotParts): Markup {
  const { x, y } = frame;
  const stretched = html`<svg
    class="stretched"
    viewBox="0 0 1000 1000"
    preserveAspectRatio="none"
    width="100%"
    height="100%"
  >
    ${lines.map((line) => html`${bandOf(line, x, y)}${pathOf(line, x, y)}`)}
  </svg>`;
  const dots = lines.flatMap(({ points, shape, color, name }) =>
    shape === null
      ? []
      : points.map((point) => {
          const top = Number((100 - along(y, point.y)).toFixed(2));
          return dot(shape, along(x, point.x), top, color, `${name}, ${across} ${point.x}: ${y.format(point.y)}`);
        }),
  );
  return framed(frame, [...below, stretched, ...dots]);
}

function pathOf({ points, color, dash }: PlotLine, x: Axis, y: Axis): Markup | null {
  if (points.length < 2) return null;
  const path = points.map((point) => place(x, y, point.x, point.y)).join("L");
  const style = `stroke:${color};stroke-dasharray:${dash}`;
  return html`<path class="line" d="M${path}" style="${style}" />`;
}

function bandOf({ points, color }: PlotLine, x: Axis, y: Axis): Markup | null {
  const edge = (sign: number): string[] =>
    points.flatMap((point) => (point.spread === null ? [] : place(x, y, point.x, point.y + sign * point.spread)));
  const outline = [...edge(1), ...edge(-1).toReversed()];
  return outline.length < 4 ? null : html`<path class="band" d="M${outline.join("L")}Z" style="fill:${color}" />`;
}

function place(x: Axis, y: Axis, across: number, up: number): string {
  return `${(along(x, across) * 10).toFixed(1)},${(1000 - along(y, up) * 10).toFixed(1)}`;
}
