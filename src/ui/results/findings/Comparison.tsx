import { useMemo } from "react";
import type { ComparisonRecord } from "../../../contract/comparison.ts";
import { placeText } from "../../../analysis/grids/axes.ts";
import { standingAt } from "../../../store/results/shown.ts";
import { useSelect } from "../../app-context.ts";
import { differenceTicks } from "../../../analysis/drawing/score-ticks.ts";
import { hundredText } from "../../../analysis/drawing/ticks.ts";
import { formatDifference } from "../../../core/format.ts";
import { useMethodLooks, type MethodLook } from "../../kit/palette.ts";
import { useMetric } from "../use-metric.ts";
import { useShownAxes, useShownSetting } from "../use-shown.ts";
import { MarkerIcon } from "../../kit/marks/Marker.tsx";
import { AddSeeds } from "./AddSeeds.tsx";
import { ComparisonFigures } from "./ComparisonFigures.tsx";
import { Swatch } from "../../kit/Swatch.tsx";
import textClasses from "../../kit/text.module.css";
import classes from "./comparison.module.css";

/** Every method against the reference, seed by seed: dots, mean, interval, and what it amounts to in words. */
export function Comparison() {
  const all = useSelect((state) => state.experiment.comparisons);
  const looks = useMethodLooks();
  const { metric } = useMetric();
  const axes = useShownAxes();
  const setting = useShownSetting();
  const every = useMemo(
    () => all.filter(({ score, seeds }) => score === metric.id && seeds.length > 0),
    [all, metric.id],
  );
  const records = useMemo(() => standingAt(every, setting), [every, setting]);
  const place = useMemo(() => placeOf(records), [records]);
  const at = placeText(axes, setting);
  const [first] = records;
  if (first === undefined) return null;
  return (
    <section className={classes.comparison}>
      <h4 className={classes.title}>
        {metric.label} against {looks(first.reference).label}, seed by seed{at !== "" && `, at ${at}`}
      </h4>
      <p className={textClasses.hint}>
        How far each seed lies above or below the same seed of {looks(first.reference).label}, × 100 (dots), the mean of
        that (line) and its 95 % interval (bar). An interval across the zero line leaves open which is better.
      </p>
      <ul className={classes.list}>
        {records.map((record) => (
          <Row key={record.method} record={record} look={looks(record.method)} place={place} />
        ))}
      </ul>
      <div className={classes.axisRow} aria-hidden>
        <div className={classes.axis}>
          {place.ticks.map((tick) => (
            <span key={tick} style={{ left: place.percent(tick) }}>
              {tick > 0 && "+"}
              {hundredText(tick, place.unit)}
            </span>
          ))}
        </div>
      </div>
      <ComparisonFigures records={every} metric={metric.id} />
    </section>
  );
}

interface Place {
  readonly percent: (difference: number) => string;
  readonly ticks: readonly number[];
  readonly unit: number;
}

/** One axis for all rows. */
function placeOf(records: readonly ComparisonRecord[]): Place {
  const { domain, ticks, unit } = differenceTicks(records, 6);
  const [from, to] = domain;
  const percent = (difference: number): string =>
    `${Math.max(-10, Math.min(110, ((difference - from) / (to - from)) * 100))}%`;
  return { percent, ticks, unit };
}

interface RowProps {
  readonly record: ComparisonRecord;
  readonly look: MethodLook;
  readonly place: Place;
}

function Row({ record, look, place }: RowProps) {
  const { interval, difference, differences, seeds, verdict } = record;
  return (
    <li className={classes.row}>
      <div className={classes.plot} aria-hidden>
        <span className={classes.zero} style={{ left: place.percent(0) }} />
        {interval !== null && (
          <span
            className={classes.interval}
            style={{
              left: place.percent(interval[0]),
              right: `calc(100% - ${place.percent(interval[1])})`,
              background: look.color,
            }}
          />
        )}
        {difference !== null && (
          <span className={classes.mean} style={{ left: place.percent(difference), background: look.color }} />
        )}
        {differences.map((one, index) => (
          <span
            key={seeds[index]}
            className={classes.seed}
            style={{ left: place.percent(one), top: `${17 + ((index % 5) - 2) * 2.6}px` }}
          >
            <MarkerIcon look={look} title={`Seed ${seeds[index]}: ${formatDifference(one)}`} />
          </span>
        ))}
      </div>
      <p className={classes.sentence} data-verdict={verdict}>
        <Swatch look={look} /> {record.sentence} <AddSeeds record={record} />
      </p>
    </li>
  );
}
