import { differenceTicks } from "../../analysis/drawing/score-ticks.ts";
import { hundredText } from "../../analysis/drawing/ticks.ts";
import { fewSeedsWarning } from "../../analysis/scores/seeds.ts";
import type { ComparisonRecord } from "../../contract/comparison.ts";
import { formatDifference, formatFixed, formatP, formatRange, formatShare } from "../../core/format.ts";
import { html, type Markup } from "../markup.ts";
import { along, dot, rowsPlot, type Axis, type PlotRow } from "../plots.ts";
import type { Subject } from "../subject.ts";
import { folded, named, section, table } from "../tables.ts";

/** Of more comparisons than this those are drawn that tell something, and then the first. */
const mostRows = 24;

/** What can be said: a sentence a method, with every seed's difference, their mean and its interval. */
export function verdictSection(subject: Subject): Markup {
  const { result, metric, look } = subject;
  const records = result.comparisons.filter(({ score, seeds }) => score === metric?.id && seeds.length > 0);
  const warning = warningOf(subject);
  const note = warning === null ? null : html`<p class="warning" role="note">${warning}</p>`;
  const [first] = records;
  if (first === undefined || metric === null) {
    return section("verdict", "Nothing was compared", "No two methods completed a seed that both have.", html`${note}`);
  }
  const reference = look(first.reference).label;
  const about =
    `${metric.label} against ${reference}, seed by seed, after the last step: how far each seed lies above or below ` +
    `the same seed of ${reference}, × 100 (dots), the mean of that (line) and its 95 % interval (bar). An interval ` +
    "across the zero line leaves open which is better.";
  const drawn = drawnOf(records);
  const left =
    drawn.length < records.length
      ? html`<p class="about">${drawn.length} of ${records.length} comparisons; all of them stand in the table.</p>`
      : null;
  const axis = axisOf(drawn);
  const rows = drawn.map((record) => rowOf(subject, record, axis));
  return section(
    "verdict",
    headline(subject, records, reference),
    about,
    html`${rowsPlot(rows, axis, 38)}${left}${note}${folded("All figures, and how it is decided", figures(subject, records))}`,
  );
}

function warningOf({ cells }: Subject): string | null {
  const counts = cells.map(({ runs }) => runs.filter(({ status }) => status === "completed").length);
  return fewSeedsWarning(Math.min(...counts));
}

/** The verdicts in a line; the sentences below say how much. */
function headline({ look }: Subject, records: readonly ComparisonRecord[], reference: string): string {
  const parts = (["better", "worse"] as const).flatMap((verdict) => {
    const names = [
      ...new Set(records.filter((one) => one.verdict === verdict).map(({ method }) => look(method).label)),
    ];
    if (names.length === 0) return [];
    return [`${joined(names)} ${names.length === 1 ? "is" : "are"} ${verdict} than ${reference}`];
  });
  if (parts.length > 0) return parts.join("; ");
  const others = [...new Set(records.map(({ method }) => look(method).label))];
  return `Not enough to tell ${joined(others, "or")} from ${reference}`;
}

function joined(names: readonly string[], word = "and"): string {
  const last = names.at(-1) ?? "";
  return names.length < 2 ? last : `${names.slice(0, -1).join(", ")} ${word} ${last}`;
}

function drawnOf(records: readonly ComparisonRecord[]): readonly ComparisonRecord[] {
  if (records.length <= mostRows) return records;
  const telling = records.filter(({ verdict }) => verdict !== "unclear");
  const kept = new Set([...telling, ...records].slice(0, mostRows));
  return records.filter((record) => kept.has(record));
}

function axisOf(records: readonly ComparisonRecord[]): Axis {
  const ticks = differenceTicks(records, 5);
  return { ...ticks, format: (tick) => `${tick > 0 ? "+" : ""}${hundredText(tick, ticks.unit)}` };
}

function rowOf(subject: Subject, record: ComparisonRecord, axis: Axis): PlotRow {
  const { interval, difference, differences, seeds, verdict } = record;
  const look = subject.look(record.method);
  const at = (value: number): number => along(axis, value);
  const zero = html`<line class="zero" x1="${at(0)}%" x2="${at(0)}%" y1="0" y2="100%" />`;
  const bar =
    interval === null
      ? null
      : html`<rect
          class="interval"
          x="${at(interval[0])}%"
          width="${Number((at(interval[1]) - at(interval[0])).toFixed(2))}%"
          y="50%"
          height="10"
          transform="translate(0 -5)"
          rx="5"
          style="fill:${look.color}"
        />`;
  const mean =
    difference === null
      ? null
      : html`<line
          x1="${at(difference)}%"
          x2="${at(difference)}%"
          y1="12%"
          y2="88%"
          style="stroke:${look.color};stroke-width:2.5"
        />`;
  const dots = differences.map((one, index) =>
    dot(
      look.shape,
      at(one),
      50 + ((index % 5) - 2) * 7,
      look.color,
      `Seed ${seeds[index] ?? ""}: ${formatDifference(one)}`,
    ),
  );
  return {
    head: html`<p class="sentence" data-verdict="${verdict}">${named(look, "")}${record.sentence}</p>`,
    label: `${subject.nameOf(record)}: ${differences.map((one) => formatDifference(one)).join(", ")}`,
    drawing: [zero, html`${bar}`, html`${mean}`, ...dots],
  };
}

function figures(subject: Subject, records: readonly ComparisonRecord[]): Markup {
  const heads = [
    "Against the reference",
    "Difference",
    "95 % interval",
    "Resampled",
    "Effect",
    "Higher in",
    "p",
    "p, Holm",
    "p, Wilcoxon",
  ];
  const rows = records.map((record) => [
    html`${subject.nameOf(record)}`,
    formatDifference(record.difference),
    formatRange(record.interval),
    formatRange(record.bootstrapInterval),
    record.effectSize === null ? "–" : formatFixed(record.effectSize, 2),
    record.superiority === null ? "–" : `${formatShare(record.superiority)} of ${record.seeds.length}`,
    formatP(record.pValue),
    formatP(record.adjustedPValue),
    record.wilcoxon === null ? "–" : `${formatP(record.wilcoxon.pValue)} (${formatP(record.wilcoxon.smallestPValue)})`,
  ]);
  return html`${table({ label: "Differences", heads, rows })}
    <p class="about">
      Methods are compared seed by seed, which share their batches and the start of the head. The verdict follows a
      paired t-test after Holm’s correction for as many methods and settings as were compared: more than luck explains
      where p is at most 0.05 and there are five seeds or more. In brackets: the least p that Wilcoxon’s signed-rank
      test could have given with so many seeds. Effect: the mean of the differences over their standard deviation.
    </p>`;
}
