import { outerTicks } from "../../../analysis/drawing/ticks.ts";
import type { ScoreAnswers } from "../../../store/results/answers.ts";
import { formatFixed, formatNumber, formatScore, formatWhole } from "../../../core/format.ts";
import { Facts } from "../../kit/Facts.tsx";
import { useMethodLooks } from "../../kit/palette.ts";
import { NumberHeads } from "../MethodTable.tsx";
import { Plane } from "./Plane.tsx";
import cardClasses from "../../kit/card.module.css";
import textClasses from "../../kit/text.module.css";
import tableClasses from "../table.module.css";
import classes from "./answers.module.css";

interface ResidualsProps {
  readonly of: ScoreAnswers;
  readonly method: string;
}

/** How far a regression is off: predicted against true, and the residuals by true score. */
export function Residuals({ of, method }: ResidualsProps) {
  const { report, bands, points } = of;
  const color = useMethodLooks()(method).color;
  const values = points.flatMap(({ target, said }) => [target, said]);
  const { domain } = outerTicks(values, 5);
  const decimals = domain[1] - domain[0] > 20 ? 1 : 2;
  return (
    <>
      <Facts
        className={classes.readings}
        facts={[
          ["Mean absolute error", formatNumber(report.meanAbsoluteError)],
          ["Mean residual", formatFixed(report.meanResidual, decimals)],
          ["Pearson × 100", formatScore(report.pearson)],
          ["Spearman × 100", formatScore(report.spearman)],
        ]}
      />
      <div className={`${classes.pair} ${classes.part}`}>
        <div>
          <h4 className={cardClasses.boxTitle}>Predicted against true</h4>
          <p className={textClasses.hint}>
            {points.length < of.rowCount ? `${formatWhole(points.length)} of the rows` : "Every row"}
            {of.runCount > 1 && ", mean over the seeds"}. On the dashed line the two are equal.
          </p>
          <Plane
            label={`Predicted against true score of ${points.length} rows; the bands beside it sum them up.`}
            height={280}
            xDomain={domain}
            yDomain={domain}
            xTitle="true score"
            yTitle="predicted"
          >
            {({ x, y }) => (
              <>
                <line
                  x1={x(domain[0])}
                  x2={x(domain[1])}
                  y1={y(domain[0])}
                  y2={y(domain[1])}
                  stroke="var(--ink-soft)"
                  strokeDasharray="4 4"
                />
                {points.map(({ target, said }, index) => (
                  // oxlint-disable-next-line react/no-array-index-key -- rows of a file, which never move
                  <circle key={index} cx={x(target)} cy={y(said)} r={2.5} fill={color} fillOpacity={0.45} />
                ))}
              </>
            )}
          </Plane>
        </div>
        <div>
          <h4 className={cardClasses.boxTitle}>By true score</h4>
          <p className={textClasses.hint}>Residual: predicted less true. Above 0 the scores of a band are too high.</p>
          <table className={tableClasses.table}>
            <thead>
              <tr>
                <th scope="col">True score</th>
                <NumberHeads heads={["Answers", "Mean residual", "Mean absolute error"]} />
              </tr>
            </thead>
            <tbody>
              {bands.map(({ from, to, count, meanResidual, meanAbsoluteError }) => (
                <tr key={from}>
                  <th scope="row">
                    {formatNumber(from)} to {formatNumber(to)}
                  </th>
                  <td className={tableClasses.number}>{formatWhole(count)}</td>
                  <td className={tableClasses.number}>{count === 0 ? "–" : formatFixed(meanResidual, decimals)}</td>
                  <td className={tableClasses.number}>
                    {count === 0 ? "–" : formatFixed(meanAbsoluteError, decimals)}
                  </td>
                </tr>
              ))}
            </tbody>
          </table>
        </div>
      </div>
    </>
  );
}
