import { cellKey, type Cell } from "../../analysis/grids/cells.ts";
import { choiceWarning, gridOf } from "../../analysis/grids/grid.ts";
import { seedTicks } from "../../analysis/drawing/score-ticks.ts";
import { hundredText } from "../../analysis/drawing/ticks.ts";
import { leadersOf } from "../../analysis/scores/leader.ts";
import { meanAndStd } from "../../analysis/time/curves.ts";
import { paperScores, scoreInPaper, taskInPaper } from "../../analysis/paper.ts";
import type { RunRecord, SummaryRecord } from "../../contract/run.ts";
import { formatRange, formatScore, formatSpread } from "../../core/format.ts";
import { html, type Markup } from "../markup.ts";
import { along, dot, rowsPlot, type Axis, type PlotRow } from "../plots.ts";
import type { Subject } from "../subject.ts";
import { named, section, table } from "../tables.ts";

/** Cells of a large grid that are drawn; the tables have all of them. */
export const mostDrawn = 24;

const paperText = `its ${paperScores.table}, ${paperScores.model}, ${paperScores.seeds}: another model’s figures, not a mark to reach.`;

/** Mean, spread and range of every method, with the paper's figure where it has the task. */
export function scoresSection(subject: Subject): Markup {
  const { result, metric, cells, look, nameOf, catalog } = subject;
  if (metric === null) return html``;
  const task = taskInPaper(result.config);
  const primary = catalog.tasks.find(({ id }) => id === task)?.metrics.find((one) => one.primary)?.id === metric.id;
  const paper = primary && cells.some(({ method }) => scoreInPaper(method, task) !== null);
  const find = (cell: Cell<RunRecord>, score: string, epoch: SummaryRecord["epoch"]): SummaryRecord | undefined =>
    result.summary.find((one) => one.score === score && one.epoch === epoch && cellKey(one) === cell.key);
  const leaders = leadersOf(result.runs, metric.id);
  const rows = cells.map((cell) => {
    const last = find(cell, metric.id, "last");
    const best = find(cell, metric.id, "best");
    const published = scoreInPaper(cell.method, task);
    return [
      named(look(cell.method), nameOf(cell)),
      html`${leads(formatScore(last?.mean ?? null), leaders.has(cell.key))}${spread(last)}`,
      formatRange(last?.interval ?? null),
      formatScore(last?.range?.[0] ?? null),
      formatScore(last?.range?.[1] ?? null),
      last?.rank?.toFixed(2) ?? "–",
      html`${formatScore(best?.mean ?? null)}${spread(best)}`,
      ...subject.metrics.slice(1).map(({ id }) => {
        const other = find(cell, id, "last");
        return html`${formatScore(other?.mean ?? null)}${spread(other)}`;
      }),
      ...(paper ? [published === null ? "–" : formatSpread(published.mean, published.std)] : []),
      String(last?.seeds.length ?? 0),
    ];
  });
  const others = subject.metrics.slice(1).map(({ label }) => label);
  const heads = [
    "Method",
    metric.label,
    "95 % interval",
    "Worst seed",
    "Best seed",
    "Rank",
    "Best epoch",
    ...others,
    ...(paper ? ["Paper"] : []),
    "Seeds",
  ];
  const paperNote = paper ? ` Paper: ${paperText}` : "";
  const about =
    "Dev scores × 100 after the last step: mean ± standard deviation over seeds. The interval is of the mean, by " +
    "resampling the seeds; rank 1 is the highest. “Best epoch” is the highest of all evaluations, chosen on the dev " +
    `rows that score it, which is optimistic. Bold: a lead that is more than the luck of seeds, over those that all ` +
    `completed.${paperNote}`;
  return section(
    "scores",
    "Scores",
    about,
    html`${table({ label: "Scores by method", heads, rows })}${choice(subject)}`,
  );
}

function leads(text: string, bold: boolean): Markup {
  return bold ? html`<b>${text}</b>` : html`${text}`;
}

function spread(record: SummaryRecord | undefined): Markup | null {
  return record === undefined || record.std === null ? null : html` <i>± ${formatScore(record.std)}</i>`;
}

/** What the best of several settings is worth. */
function choice({ result, metric, axes }: Subject): Markup | null {
  if (metric === null || axes.length === 0) return null;
  const warnings = gridOf(result.runs, metric.id).flatMap((grid) => choiceWarning(grid) ?? []);
  return html`${warnings.map((warning) => html`<p class="about">${warning}</p>`)}`;
}

/** A dot for every seed: how much luck there is in one. */
export function spreadSection(subject: Subject): Markup {
  const { metric } = subject;
  if (metric === null) return html``;
  const groups = subject.cells.slice(0, mostDrawn).flatMap((cell) => {
    const scores = cell.runs.flatMap(({ seed, status, evaluations }) => {
      const score = evaluations.at(-1)?.scores[metric.id] ?? null;
      return score === null || !Number.isFinite(score) ? [] : [{ seed, score, ended: status === "completed" }];
    });
    const found = meanAndStd(scores.map(({ score }) => score));
    return found === null ? [] : [{ cell, scores, ...found }];
  });
  if (groups.length === 0) return html``;
  const axis = axisOf(
    groups.flatMap(({ scores, mean, std }) => [
      ...scores.map(({ score }) => score),
      mean - (std ?? 0),
      mean + (std ?? 0),
    ]),
  );
  const rows = groups.map((group): PlotRow => {
    const { cell, scores, mean, std } = group;
    const look = subject.look(cell.method);
    const at = (value: number): number => along(axis, value);
    const bar =
      std === null
        ? null
        : html`<rect
            class="spread"
            x="${at(mean - std)}%"
            width="${Number((at(mean + std) - at(mean - std)).toFixed(2))}%"
            y="15%"
            height="70%"
            rx="4"
            style="fill:${look.color}"
          />`;
    const line = html`<line
      x1="${at(mean)}%"
      x2="${at(mean)}%"
      y1="6%"
      y2="94%"
      style="stroke:${look.color};stroke-width:2.5"
    />`;
    const dots = scores.map(({ seed, score, ended }, index) => {
      const title = `Seed ${seed}: ${formatScore(score)}${ended ? "" : ", not completed"}`;
      return dot(look.shape, at(score), 50 + ((index % 5) - 2) * 8, look.color, title, !ended);
    });
    return {
      head: html`<p class="reading">${named(look, subject.nameOf(cell))}<i>${formatSpread(mean, std)}</i></p>`,
      label: `${subject.nameOf(cell)}: ${scores.map(({ score }) => formatScore(score)).join(", ")}`,
      drawing: [html`${bar}`, line, ...dots],
    };
  });
  const all = subject.cells.length;
  const cut = groups.length < all ? ` The first ${groups.length} of ${all} rows of the table.` : "";
  const about = `A dot a seed: dev ${metric.label} × 100 after the last step, with the mean (line) and ± one standard deviation (bar).${cut}`;
  return section("spread", "Every seed", about, rowsPlot(rows, axis));
}

function axisOf(values: readonly number[]): Axis {
  const ticks = seedTicks(values, 6);
  return { ...ticks, format: (tick) => hundredText(tick, ticks.unit) };
}
