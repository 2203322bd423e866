import type { Calibration as CalibrationFigures } from "../../../analysis/answers/calibration.ts";
import { formatFixed, formatScore, formatWhole } from "../../../core/format.ts";
import { useMethodLooks } from "../../kit/palette.ts";
import { NumberHeads } from "../MethodTable.tsx";
import { Plane } from "./Plane.tsx";
import cardClasses from "../../kit/card.module.css";
import textClasses from "../../kit/text.module.css";
import tableClasses from "../table.module.css";

interface CalibrationProps {
  readonly of: CalibrationFigures;
  readonly method: string;
}

/** Reliability diagram: how often answers are right against how sure they are. Source: Guo et al. 2017, figure 1. */
export function Calibration({ of, method }: CalibrationProps) {
  const color = useMethodLooks()(method).color;
  const filled = of.bins.filter(({ count }) => count > 0);
  const most = Math.max(1, ...filled.map(({ count }) => count));
  const error = formatFixed(100 * of.expectedError, 1);
  return (
    <div>
      <h4 className={cardClasses.boxTitle}>Calibration</h4>
      <p className={textClasses.hint}>
        Expected calibration error {error} points. On the dashed line an answer is right as often as it is sure; below
        it, the model is too sure. Dots by number of answers.
      </p>
      <Plane
        label={`Share of right answers over their probability, in ten bins; expected calibration error ${error} points.`}
        height={250}
        xDomain={[0, 1]}
        yDomain={[0, 1]}
        xTitle="probability of the answer"
        yTitle="right × 100"
        yFormat={(share) => String(100 * share)}
      >
        {({ x, y }) => (
          <>
            <line x1={x(0)} x2={x(1)} y1={y(0)} y2={y(1)} stroke="var(--ink-soft)" strokeDasharray="4 4" />
            {filled.map(({ from, to, confidence, accuracy, count }) => (
              <g key={from}>
                <rect
                  x={x(from) + 1}
                  width={x(to) - x(from) - 2}
                  y={y(accuracy)}
                  height={y(0) - y(accuracy)}
                  fill={color}
                  fillOpacity={0.18}
                  stroke={color}
                  strokeOpacity={0.6}
                />
                <line
                  x1={x(confidence)}
                  x2={x(confidence)}
                  y1={y(confidence)}
                  y2={y(accuracy)}
                  stroke="var(--bad)"
                  strokeWidth={1.5}
                />
                <circle
                  cx={x(confidence)}
                  cy={y(accuracy)}
                  r={2.5 + 6 * Math.sqrt(count / most)}
                  fill={color}
                  stroke="var(--card)"
                />
              </g>
            ))}
          </>
        )}
      </Plane>
      <BinTable bins={filled} />
    </div>
  );
}

function BinTable({ bins }: { readonly bins: CalibrationFigures["bins"] }) {
  return (
    <details className={textClasses.details}>
      <summary>As a table</summary>
      <table className={tableClasses.table}>
        <thead>
          <tr>
            <th scope="col">Probability</th>
            <NumberHeads heads={["Answers", "Mean probability × 100", "Right × 100"]} />
          </tr>
        </thead>
        <tbody>
          {bins.map(({ from, to, count, confidence, accuracy }) => (
            <tr key={from}>
              <th scope="row">
                {from.toFixed(1)} to {to.toFixed(1)}
              </th>
              <td className={tableClasses.number}>{formatWhole(count)}</td>
              <td className={tableClasses.number}>{formatScore(confidence)}</td>
              <td className={tableClasses.number}>{formatScore(accuracy)}</td>
            </tr>
          ))}
        </tbody>
      </table>
    </details>
  );
}
