import { SegmentedControl, Slider } from "@mantine/core";
import { useState } from "react";
import { atHalf, bestThreshold, type ThresholdPoint } from "../../../analysis/answers/thresholds.ts";
import type { ClassAnswers } from "../../../store/results/answers.ts";
import { formatScore } from "../../../core/format.ts";
import { NumberHeads } from "../MethodTable.tsx";
import { Plane } from "./Plane.tsx";
import cardClasses from "../../kit/card.module.css";
import textClasses from "../../kit/text.module.css";
import tableClasses from "../table.module.css";
import classes from "./answers.module.css";

const curves = [
  { key: "precision", label: "Precision", color: "var(--method-1)", dash: "0" },
  { key: "recall", label: "Recall", color: "var(--method-2)", dash: "7 3" },
  { key: "f1", label: "F1", color: "var(--method-3)", dash: "2 3" },
  { key: "accuracy", label: "Accuracy", color: "var(--method-0)", dash: "9 3 2 3" },
] as const;

interface ThresholdsProps {
  readonly of: NonNullable<ClassAnswers["thresholds"]>;
  readonly labels: readonly string[];
}

/** What another threshold than a half would have come to, for either class. */
export function Thresholds({ of, labels }: ThresholdsProps) {
  const [positive, setPositive] = useState<0 | 1>(1);
  const [threshold, setThreshold] = useState(0.5);
  const curve = of[positive];
  const at = curve.find((point) => point.threshold === threshold) ?? null;
  const name = labels[positive] ?? "";
  return (
    <div>
      <h4 className={cardClasses.boxTitle}>Decision threshold</h4>
      <p className={textClasses.hint}>Rows with at least this probability of a class are taken for it; 0.5 was used.</p>
      <div className={classes.controls}>
        <SegmentedControl
          aria-label="Class that the threshold is for"
          data={[0, 1].map((index) => ({ value: String(index), label: labels[index] ?? "" }))}
          value={String(positive)}
          onChange={(value) => setPositive(value === "0" ? 0 : 1)}
        />
      </div>
      <Plane
        label={`Precision, recall, F1 and accuracy of “${name}” over the threshold; the table below has them.`}
        height={236}
        xDomain={[0, 1]}
        yDomain={[0, 1]}
        yFormat={(score) => String(100 * score)}
        xTitle={`probability of “${name}”`}
        yTitle="score × 100"
      >
        {({ x, y }) => (
          <>
            <line x1={x(0.5)} x2={x(0.5)} y1={y(0)} y2={y(1)} stroke="var(--line-strong)" strokeDasharray="3 3" />
            {curves.map(({ key, color, dash }) => (
              <polyline
                key={key}
                points={curve.map((point) => `${x(point.threshold).toFixed(1)},${y(point[key]).toFixed(1)}`).join(" ")}
                fill="none"
                stroke={color}
                strokeWidth={2}
                strokeDasharray={dash}
              />
            ))}
            <line x1={x(threshold)} x2={x(threshold)} y1={y(0)} y2={y(1)} stroke="var(--ink)" strokeWidth={1.5} />
          </>
        )}
      </Plane>
      <div className={classes.sliderRow}>
        <Slider
          size="sm"
          min={0}
          max={1}
          step={0.01}
          label={null}
          thumbLabel="Threshold"
          value={threshold}
          onChange={(value) => setThreshold(Number(value.toFixed(2)))}
        />
      </div>
      <Readings threshold={threshold} at={at} />
      <Best curve={curve} name={name} />
      <details className={textClasses.details}>
        <summary>As a table</summary>
        <ThresholdTable curve={curve} />
      </details>
    </div>
  );
}

interface ReadingsProps {
  readonly threshold: number;
  readonly at: ThresholdPoint | null;
}

/** The scores at the threshold that the slider stands at. */
function Readings({ threshold, at }: ReadingsProps) {
  return (
    <dl className={classes.readings} aria-live="polite">
      <div>
        <dt>Threshold</dt>
        <dd>{threshold.toFixed(2)}</dd>
      </div>
      {curves.map(({ key, label, color, dash }) => (
        <div key={key}>
          <dt>
            <svg width="22" height="8" aria-hidden>
              <line x1="0" x2="22" y1="4" y2="4" stroke={color} strokeWidth="2.5" strokeDasharray={dash} />
            </svg>{" "}
            {label}
          </dt>
          <dd>{formatScore(at?.[key] ?? null)}</dd>
        </div>
      ))}
    </dl>
  );
}

function Best({ curve, name }: { readonly curve: readonly ThresholdPoint[]; readonly name: string }) {
  const half = atHalf(curve);
  const f1 = bestThreshold(curve, "f1");
  const accuracy = bestThreshold(curve, "accuracy");
  if (half === null || f1 === null || accuracy === null) return null;
  return (
    <p className={textClasses.hint}>
      At 0.5, F1 of “{name}” is {formatScore(half.f1)} and accuracy {formatScore(half.accuracy)}. The best on these
      rows: F1 {formatScore(f1.f1)} at {f1.threshold.toFixed(2)}, accuracy {formatScore(accuracy.accuracy)} at{" "}
      {accuracy.threshold.toFixed(2)}. A threshold chosen on dev is optimistic: choose it on other rows than those it is
      reported on.
    </p>
  );
}

function ThresholdTable({ curve }: { readonly curve: readonly ThresholdPoint[] }) {
  return (
    <table className={tableClasses.table}>
      <thead>
        <tr>
          <th scope="col">Threshold</th>
          <NumberHeads heads={curves.map(({ label }) => label)} />
        </tr>
      </thead>
      <tbody>
        {curve
          .filter((_, index) => index % 10 === 0)
          .map((point) => (
            <tr key={point.threshold}>
              <th scope="row">{point.threshold.toFixed(1)}</th>
              {curves.map(({ key }) => (
                <td key={key} className={tableClasses.number}>
                  {formatScore(point[key])}
                </td>
              ))}
            </tr>
          ))}
      </tbody>
    </table>
  );
}
