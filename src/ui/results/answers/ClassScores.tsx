import type { ClassReport, ClassScores as Figures } from "../../../analysis/answers/confusion.ts";
import type { ClassAnswers } from "../../../store/results/answers.ts";
import { formatScore, formatWhole } from "../../../core/format.ts";
import { NumberHeads } from "../MethodTable.tsx";
import { ScrollRegion } from "../../kit/ScrollRegion.tsx";
import cardClasses from "../../kit/card.module.css";
import textClasses from "../../kit/text.module.css";
import tableClasses from "../table.module.css";
import classes from "./answers.module.css";

/** Precision, recall and F1 of every class, beside what saying the commonest class of every row comes to. */
export function ClassScores({ of }: { readonly of: ClassAnswers }) {
  const { labels, report, majority } = of;
  const unsaid = labels.filter((_, index) => report.classes[index]?.predicted === 0);
  return (
    <div>
      <h4 className={cardClasses.boxTitle}>By class</h4>
      <p className={textClasses.hint}>× 100, support in rows. Macro: the mean over the classes, rare ones alike.</p>
      <FigureTable head="Class" labels={labels} figures={report.classes} />
      <ScrollRegion label="Accuracy and macro-F1, beside the majority class">
        <table className={`${tableClasses.table} ${classes.totals}`}>
          <thead>
            <tr>
              <th scope="col">All classes</th>
              <NumberHeads heads={["Accuracy", "Macro-F1"]} />
            </tr>
          </thead>
          <tbody>
            <Totals name={of.runCount === 1 ? "This run" : "Mean over the seeds"} of={report} />
            <Totals name={`Always “${labels[majority.index] ?? ""}” (majority)`} of={majority.report} />
          </tbody>
        </table>
      </ScrollRegion>
      {unsaid.length > 0 && (
        <p className={textClasses.warning}>Never predicted: {unsaid.join(", ")}. Precision and F1 count as 0.</p>
      )}
    </div>
  );
}

interface FigureTableProps {
  /** What a row is, as in "Class". */
  readonly head: string;
  readonly labels: readonly string[];
  readonly figures: readonly Figures[];
}

/** Precision, recall, F1 and support, a row a class or label. */
export function FigureTable({ head, labels, figures }: FigureTableProps) {
  return (
    <ScrollRegion label={`Precision, recall and F1 by ${head.toLowerCase()}`}>
      <table className={tableClasses.table}>
        <thead>
          <tr>
            <th scope="col">{head}</th>
            <NumberHeads heads={["Precision", "Recall", "F1", "Support"]} />
          </tr>
        </thead>
        <tbody>
          {labels.map((label, index) => {
            const own = figures[index];
            return (
              <tr key={label}>
                <th scope="row">{label}</th>
                {(["precision", "recall", "f1"] as const).map((figure) => (
                  <td key={figure} className={tableClasses.number}>
                    {formatScore(own?.[figure] ?? null)}
                  </td>
                ))}
                <td className={tableClasses.number}>{formatWhole(own?.support ?? 0)}</td>
              </tr>
            );
          })}
        </tbody>
      </table>
    </ScrollRegion>
  );
}

function Totals({ name, of }: { readonly name: string; readonly of: ClassReport }) {
  return (
    <tr>
      <th scope="row">{name}</th>
      <td className={tableClasses.number}>{formatScore(of.accuracy)}</td>
      <td className={tableClasses.number}>{formatScore(of.macroF1)}</td>
    </tr>
  );
}
