import { formatScore } from "../../../core/format.ts";
import type { LabelAnswers } from "../../../store/results/answers.ts";
import { Facts } from "../../kit/Facts.tsx";
import cardClasses from "../../kit/card.module.css";
import textClasses from "../../kit/text.module.css";
import { FigureTable } from "./ClassScores.tsx";
import classes from "./answers.module.css";

/** Of rows with several labels: how well each label is told, and all of them together. */
export function LabelScores({ of }: { readonly of: LabelAnswers }) {
  const { labels, report } = of;
  const unsaid = labels.filter((_, index) => report.labels[index]?.predicted === 0);
  return (
    <>
      <Facts
        className={classes.readings}
        facts={[
          ["Micro F1 × 100", formatScore(report.microF1)],
          ["Macro F1 × 100", formatScore(report.macroF1)],
          ["Subset accuracy × 100", formatScore(report.subsetAccuracy)],
        ]}
      />
      <div className={classes.part}>
        <h4 className={cardClasses.boxTitle}>By label</h4>
        <p className={textClasses.hint}>
          × 100, support in rows; a label is predicted from a probability of 0.5 on. Micro: over all labels of all rows
          together. Macro: the mean over the labels, rare ones alike. Subset: rows all of whose labels are right. As a
          row may have several labels, there is no confusion matrix, and calibration and the decision threshold are left
          out.
        </p>
        <FigureTable head="Label" labels={labels} figures={report.labels} />
        {unsaid.length > 0 && (
          <p className={textClasses.warning}>Never predicted: {unsaid.join(", ")}. Precision and F1 count as 0.</p>
        )}
      </div>
    </>
  );
}
