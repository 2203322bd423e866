import { axesIn } from "../../analysis/grids/cells.ts";
import { formatElapsed, formatScore, formatWhole } from "../../core/format.ts";
import { asides } from "../../analysis/time/aside.ts";
import type { RunRecord } from "../../contract/run.ts";
import { html, shortened, type Markup } from "../markup.ts";
import type { Subject } from "../subject.ts";
import { named, section, table } from "../tables.ts";

/** Runs that are listed; result.json has all of them. */
const mostRuns = 500;

function statusText(run: RunRecord): string {
  return [run.status, ...asides(run)].join("; ");
}

/** Every run, with its scores and what became of it. */
export function runsSection(subject: Subject): Markup {
  const { result, metrics, look, axes } = subject;
  const listed = result.runs.slice(0, mostRuns);
  const varied = axes.filter(({ field }) => axesIn(result.runs).includes(field));
  const rows = listed.map((run) => {
    const last = run.evaluations.at(-1);
    return [
      named(look(run.method)),
      ...varied.map(({ field, word }) => (Object.hasOwn(run.setting, field) ? word(run.setting[field] ?? null) : "–")),
      String(run.seed),
      ...metrics.map(({ id }) => formatScore(last?.scores[id] ?? null)),
      `${formatWhole(run.steps.at(-1)?.step ?? 0)} / ${formatWhole(run.stepCount)}`,
      run.elapsedMs > 0 ? formatElapsed(run.elapsedMs) : "–",
      run.error === null ? statusText(run) : `${run.status}: ${shortened(run.error.message, 160)}`,
    ];
  });
  const heads = [
    "Method",
    ...varied.map(({ label }) => label),
    "Seed",
    ...metrics.map(({ label }) => label),
    "Steps",
    "Time",
    "Status",
  ];
  const about = `Dev scores × 100 after the last step.${listed.length < result.runs.length ? ` The first ${listed.length} of ${formatWhole(result.runs.length)}.` : ""}`;
  return section(
    "runs",
    "All runs",
    about,
    html`${table({ label: "All runs", heads, rows, text: [heads.length - 1] })}`,
  );
}
