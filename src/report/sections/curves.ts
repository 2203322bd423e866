import {
  bandOver,
  evenSteps,
  smooth,
  stageSpans,
  unionOfSteps,
  type Point,
  type Span,
} from "../../analysis/time/curves.ts";
import { hundredText, innerTicks, outerTicks } from "../../analysis/drawing/ticks.ts";
import type { Cell } from "../../analysis/grids/cells.ts";
import type { RunRecord } from "../../contract/run.ts";
import { formatNumber, formatScore, formatWhole } from "../../core/format.ts";
import { html, type Markup } from "../markup.ts";
import { along, linesPlot, type Axis, type LinePoint, type PlotLine } from "../plots.ts";
import type { Subject } from "../subject.ts";
import { folded, named, section, table } from "../tables.ts";

/** Lines in a picture; of more cells the reference and each method's first are drawn. */
const mostLines = 10;
const pointLimit = 200;
/** Rows of the table behind a picture. */
const tableLimit = 12;
/** Factor of the moving average over the training loss, as the page has it at first. */
const smoothing = 0.9;

/** Training loss and dev score over the steps, mean and band over seeds. */
export function curvesSection(subject: Subject): Markup {
  const cells = drawnCells(subject);
  const { metric } = subject;
  const losses = cells.map((cell) => lossLine(subject, cell));
  const scores = metric === null ? [] : cells.map((cell) => scoreLine(subject, cell, metric.id));
  const last = Math.max(2, ...cells.flatMap(({ runs }) => runs.map(({ steps }) => steps.at(-1)?.step ?? 0)));
  if (losses.every(({ points }) => points.length === 0)) return html``;
  const x: Axis = { ...innerTicks(0, last, 5), format: formatWhole };
  const lossAxis: Axis = { ...valueAxis(losses), format: formatNumber };
  const pictures = [
    linesPlot({
      title: "Training loss",
      about: "moving average, mean of the seeds, ± one standard deviation",
      label: "Training loss",
      says: endsOf(losses, formatNumber),
      x,
      y: lossAxis,
      lines: losses,
      below: shades(cells, x),
    }),
    ...(metric === null ? [] : [scorePicture(metric.label, scores, x, shades(cells, x))]),
  ];
  const legend = html`<p class="legend">
    ${cells.map((cell) => named(subject.look(cell.method), subject.nameOf(cell)))}
  </p>`;
  const cut = cells.length < subject.cells.length ? " Of a large grid only some settings are drawn." : "";
  const staged = shades(cells, x).length > 0 ? " Shaded: stage II, in which only the subnetwork gets gradients." : "";
  const inside = html`${legend}
    <div class="pair">${pictures}</div>
    ${folded("The same in figures", html`${numbers("Training loss", losses, formatNumber)}${numbers(`Dev ${metric?.label ?? "score"} × 100`, scores, formatScore)}`)}`;
  return section("curves", "Curves", `Over the steps of training.${staged}${cut}`, inside);
}

function scorePicture(label: string, lines: readonly PlotLine[], x: Axis, below: readonly Markup[]): Markup {
  const ticks = valueAxis(lines);
  return linesPlot({
    title: `Dev ${label}`,
    about: "× 100, mean of the seeds, ± one standard deviation",
    label: `Dev ${label}`,
    says: endsOf(lines, formatScore),
    x,
    y: { ...ticks, format: (tick) => hundredText(tick, ticks.unit) },
    lines,
    below,
  });
}

function drawnCells({ cells }: Subject): readonly Cell<RunRecord>[] {
  if (cells.length <= mostLines) return cells;
  const firsts = cells.filter(({ method }, index) => cells.findIndex((other) => other.method === method) === index);
  return firsts.slice(0, mostLines);
}

function lossLine(subject: Subject, cell: Cell<RunRecord>): PlotLine {
  const curves = cell.runs.map(({ steps }) => {
    const values = smooth(
      steps.map(({ loss }) => loss),
      smoothing,
    );
    return steps.map(({ step }, index): Point => ({ step, value: values[index] ?? Number.NaN }));
  });
  return lineOf(subject, cell, curves, false);
}

function scoreLine(subject: Subject, cell: Cell<RunRecord>, metric: string): PlotLine {
  const curves = cell.runs.map(({ evaluations }) =>
    evaluations.map(({ step, scores }): Point => ({ step, value: scores[metric] ?? Number.NaN })),
  );
  return lineOf(subject, cell, curves, true);
}

function lineOf(
  subject: Subject,
  cell: Cell<RunRecord>,
  curves: readonly (readonly Point[])[],
  dots: boolean,
): PlotLine {
  const steps = evenSteps(unionOfSteps(curves), pointLimit);
  const points = bandOver(curves, steps).map(({ step, mean, std }): LinePoint => ({ x: step, y: mean, spread: std }));
  const { color, dash, shape } = subject.look(cell.method);
  return { points, color, dash, shape: dots && points.length <= 40 ? shape : null, name: subject.nameOf(cell) };
}

/** Holds lines and bands. */
function valueAxis(lines: readonly PlotLine[]) {
  return outerTicks(
    lines.flatMap(({ points }) => points.flatMap(({ y, spread }) => [y - (spread ?? 0), y + (spread ?? 0)])),
    4,
  );
}

/** Stage II, where all methods that have it agree on it. */
function shades(cells: readonly Cell<RunRecord>[], x: Axis): readonly Markup[] {
  const spans = cells.flatMap(({ runs }) => {
    const found = stageSpans(runs[0]?.steps ?? [], 2);
    return found.length === 0 ? [] : [found];
  });
  const [first = []] = spans;
  const same = (one: readonly Span[]): boolean => JSON.stringify(one) === JSON.stringify(first);
  if (!spans.every(same) || first.length > 60) return [];
  return first.map(({ from, to }) => {
    const [left, right] = [along(x, from - 0.5), along(x, to + 0.5)];
    return html`<rect class="stage" x="${left}%" width="${Number((right - left).toFixed(2))}%" y="0" height="100%" />`;
  });
}

function endsOf(lines: readonly PlotLine[], format: (value: number) => string): string {
  const ends = lines.flatMap(({ name, points }) => {
    const [first, last] = [points[0], points.at(-1)];
    return first === undefined || last === undefined ? [] : [`${name} from ${format(first.y)} to ${format(last.y)}`];
  });
  return ends.join("; ");
}

function numbers(label: string, lines: readonly PlotLine[], format: (value: number) => string): Markup | null {
  const all = new Set(lines.flatMap(({ points }) => points.map(({ x }) => x)));
  const steps = evenSteps(
    [...all].sort((a, b) => a - b),
    tableLimit,
  );
  if (steps.length === 0) return null;
  const rows = lines.map(({ name, points }) => [
    name,
    ...steps.map((step) => {
      const found = points.find(({ x }) => x === step);
      return found === undefined ? "–" : format(found.y);
    }),
  ]);
  return table({ label, heads: [`${label}, step`, ...steps.map(formatWhole)], rows });
}
