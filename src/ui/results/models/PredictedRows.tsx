import type { PredictedFile, PredictionScore } from "../../../contract/prediction.ts";
import { countOf, formatScore, formatShare, formatWhole } from "../../../core/format.ts";
import { ScrollRegion } from "../../kit/ScrollRegion.tsx";
import textClasses from "../../kit/text.module.css";
import tableClasses from "../table.module.css";
import classes from "./exports.module.css";

/** What came of a file: its score where it has labels, what was left out or cut, and the first rows. */
export function PredictedRows({ of }: { readonly of: PredictedFile }) {
  const { rowCount, emptyCount, truncatedCount, maxLength, skippedCount, skipped, score, preview, kind, labels } = of;
  const labelled = preview.some(({ label }) => label !== null);
  const [line] = skipped;
  const notes = [
    ...(emptyCount > 0 ? [`Without a text, and so without a prediction: ${countOf(emptyCount, "row")}.`] : []),
    ...(skippedCount > 0
      ? [`${countOf(skippedCount, "line")} could not be read (line ${line?.line ?? 0}: ${line?.reason ?? ""}).`]
      : []),
    ...(truncatedCount > 0 ? [`${countOf(truncatedCount, "row")} cut to ${maxLength} tokens.`] : []),
  ];
  return (
    <div className={classes.predicted} aria-live="polite">
      <p className={classes.summary}>
        <b>{countOf(rowCount - emptyCount, "row")} predicted.</b>{" "}
        {score !== null && <Score of={score} labels={labels} />}
      </p>
      {notes.map((note) => (
        <p key={note} className={textClasses.hint}>
          {note}
        </p>
      ))}
      <ScrollRegion label="First predictions">
        <table className={tableClasses.table}>
          <thead>
            <tr>
              <th scope="col">Text</th>
              <th scope="col">Prediction</th>
              {kind === "classification" && (
                <th scope="col" className={tableClasses.number}>
                  Probability
                </th>
              )}
              {labelled && <th scope="col">Label</th>}
            </tr>
          </thead>
          <tbody>
            {preview.map((row) => (
              <tr key={row.index}>
                <td className={classes.textCell}>
                  {row.first}
                  {row.second !== null && <span className={textClasses.soft}> ↳ {row.second}</span>}
                </td>
                <td>{predictionShown(row, kind, labels)}</td>
                {kind === "classification" && (
                  <td className={tableClasses.number}>
                    {row.prediction === null ? "–" : formatShare(Math.max(...row.probabilities))}
                  </td>
                )}
                {labelled && <td>{row.label}</td>}
              </tr>
            ))}
          </tbody>
        </table>
      </ScrollRegion>
      {preview.length < rowCount && (
        <p className={textClasses.hint}>
          The first {preview.length} of {formatWhole(rowCount)} rows; the file has all of them
          {labels.length > 0 && `, with the probability of every ${kind === "multi-label" ? "label" : "class"}`}.
        </p>
      )}
    </div>
  );
}

/** A class or a score; the labels with their probabilities. */
function predictionShown(
  { prediction, probabilities }: PredictedFile["preview"][number],
  kind: PredictedFile["kind"],
  labels: readonly string[],
): string {
  if (prediction === null) return "–";
  if (kind !== "multi-label") return prediction;
  const chosen = labels.flatMap((label, index) => {
    const probability = probabilities[index] ?? 0;
    return probability >= 0.5 ? [`${label} (${formatShare(probability)})`] : [];
  });
  return chosen.length === 0 ? "none" : chosen.join(", ");
}

function Score({ of, labels }: { readonly of: PredictionScore; readonly labels: readonly string[] }) {
  const { rowCount, metrics, unknown } = of;
  const wanted = labels.length === 0 ? "a number" : labels.join(", ");
  return (
    <>
      {rowCount > 0 &&
        `${metrics.map(({ label, value }) => `${label} ${formatScore(value)}`).join(", ")} on the ${formatWhole(rowCount)} rows with a label. `}
      {unknown !== null &&
        `${countOf(unknown.rowCount, "row")} not scored: a label as “${unknown.example}” is none of the model's (${wanted}).`}
    </>
  );
}
