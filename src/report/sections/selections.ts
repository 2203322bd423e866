import type { Cell } from "../../analysis/grids/cells.ts";
import { bandOver, evenSteps, unionOfSteps, type Point } from "../../analysis/time/curves.ts";
import { marksAt, niceUnit } from "../../analysis/drawing/ticks.ts";
import { drawnOf, movementIn, selects, watchedIn } from "../../analysis/subnetwork/run.ts";
import { layerWord, shareText } from "../../analysis/subnetwork/words.ts";
import type { RunRecord } from "../../contract/run.ts";
import { extentOf } from "../../core/extent.ts";
import { countOf, formatWhole } from "../../core/format.ts";
import { layerLegend, layerLooks, shownLayers } from "../layers.ts";
import { html, type Markup } from "../markup.ts";
import { along, linesPlot, shareAxis, type Axis, type LinePoint, type PlotLine } from "../plots.ts";
import type { Subject } from "../subject.ts";
import { folded, section, table } from "../tables.ts";

/** Methods and settings that get a picture each. */
const mostPictures = 8;
const pointLimit = 100;
/** Columns of the table behind the pictures. */
const tableLimit = 12;

/** How the selections of a method's runs moved, mean over its seeds. */
interface Moved {
  readonly cell: Cell<RunRecord>;
  readonly seeds: number;
  /** Share that a random mask in its place would swap. */
  readonly chance: number;
  readonly layers: readonly { readonly layer: number | null; readonly points: readonly LinePoint[] }[];
}

/** How much of the selection every cycle swapped, by layer. */
export function selectionsSection(subject: Subject): Markup {
  const selecting = subject.cells
    .map((cell) => ({ ...cell, runs: cell.runs.filter(selects) }))
    .filter(({ runs }) => runs.length > 0);
  if (selecting.length === 0) return html``;
  const moved = selecting.map(movedOf);
  const drawn = moved.filter(({ seeds }) => seeds > 0).slice(0, mostPictures);
  const once = selecting.filter(({ runs }) => runs.every(selectsOnce)).map((cell) => subject.nameOf(cell));
  const left = moved.filter(({ seeds }) => seeds > 0).length - drawn.length;
  const about =
    "Share of the selected weights that were not selected a cycle before, by layer. A method that draws its weights anew " +
    "in every step is looked at ten times a run. Dashed: what a fresh random mask would swap." +
    (left > 0 ? ` Of ${countOf(drawn.length + left, "setting")} the first ${drawn.length} are drawn.` : "");
  const still =
    once.length === 0
      ? null
      : html`<p class="about">
          ${once.slice(0, 12).join("; ")}: chosen once and kept for the whole run, so that nothing moves.
        </p>`;
  if (drawn.length === 0 && still === null) return html``;
  const inside =
    drawn.length === 0
      ? html``
      : html`${layerLegend(drawn.flatMap(({ layers }) => layers.map(({ layer }) => layer)))}
          <div class="pair">${drawn.map((one) => pictureOf(subject, one))}</div>
          ${folded("The same in figures", figures(subject, drawn))}`;
  return section("selections", "Selections", about, html`${still}${inside}`);
}

/** Whether a run went to its end with one selection. */
function selectsOnce(run: RunRecord): boolean {
  const cycles = new Set((watchedIn(run)?.snapshots ?? run.selections).map(({ cycle }) => cycle));
  return run.status === "completed" && cycles.size === 1;
}

function movedOf(cell: Cell<RunRecord>): Moved {
  const moving = cell.runs
    .map((run) => ({ run, movement: movementIn(run) }))
    .filter(({ movement }) => movement.length > 0);
  const known = moving.flatMap(({ movement }) => movement.flatMap(({ layers }) => layers.map(({ layer }) => layer)));
  const layers = shownLayers(known).map((layer) => {
    const curves = moving.map(({ movement }) =>
      movement.flatMap(({ cycle, layers: all }): Point[] => {
        const own = all.find((one) => one.layer === layer);
        return own === undefined ? [] : [{ step: cycle + 1, value: own.swapped }];
      }),
    );
    const points = bandOver(curves, evenSteps(unionOfSteps(curves), pointLimit));
    return { layer, points: points.map(({ step, mean }) => ({ x: step, y: mean, spread: null })) };
  });
  const [first] = moving;
  const chance = first === undefined ? 0 : 1 - drawnOf(first.run).share;
  return { cell, seeds: new Set(moving.map(({ run }) => run.seed)).size, chance, layers };
}

function pictureOf(subject: Subject, { cell, seeds, chance, layers }: Moved): Markup {
  const name = subject.nameOf(cell);
  const points = layers.flatMap((one) => one.points);
  const looks = layerLooks(layers.map(({ layer }) => layer));
  const lines = layers.map((one): PlotLine => {
    const { color, shape } = looks(one.layer);
    const dots = one.points.length <= 40 ? shape : null;
    return { points: one.points, color, dash: "0", shape: dots, name: layerWord(one.layer) };
  });
  const [low, high] = extentOf(points.map((point) => point.x));
  const x: Axis = { ...marksAt(low - 0.5, high + 0.5, Math.max(1, niceUnit((high - low) / 8))), format: formatWhole };
  const y = shareAxis([0, chance, ...points.map((point) => point.y)]);
  const at = Number((100 - along(y, chance)).toFixed(2));
  const ends = layers.flatMap((one) => {
    const [first, last] = [one.points[0], one.points.at(-1)];
    return first === undefined || last === undefined
      ? []
      : [`${layerWord(one.layer)} from ${shareText(first.y)} to ${shareText(last.y)}`];
  });
  return linesPlot({
    title: name,
    about: `swapped at each cycle, ${seeds === 1 ? "one seed" : `mean of ${seeds} seeds`}`,
    label: `${name}: share of the selection swapped`,
    says: `${ends.join("; ")}. A fresh random mask swaps ${shareText(chance)}.`,
    x,
    y,
    lines,
    below: [
      html`<line class="chance" x1="0" x2="100%" y1="${at}%" y2="${at}%"
        ><title>A fresh random mask: ${shareText(chance)}</title></line
      >`,
    ],
    across: "cycle",
  });
}

function figures(subject: Subject, moved: readonly Moved[]): Markup {
  const cycles = moved.flatMap(({ layers }) => layers.flatMap(({ points }) => points.map(({ x }) => x)));
  const shown = evenSteps(
    [...new Set(cycles)].sort((a, b) => a - b),
    tableLimit,
  );
  const rows = moved.flatMap(({ cell, chance, layers }) =>
    layers.map(({ layer, points }) => [
      `${subject.nameOf(cell)}, ${layerWord(layer)}`,
      ...shown.map((cycle) => {
        const found = points.find(({ x }) => x === cycle);
        return found === undefined ? "–" : shareText(found.y);
      }),
      shareText(chance),
    ]),
  );
  const heads = ["Swapped, cycle", ...shown.map(formatWhole), "Chance"];
  return table({ label: "Share of the selection swapped", heads, rows });
}
