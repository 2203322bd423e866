import { UnstyledButton, VisuallyHidden } from "@mantine/core";
import type { AnswerChoice, ClassAnswers } from "../../../store/results/answers.ts";
import { formatShare, formatWhole } from "../../../core/format.ts";
import { useActions, useSelect } from "../../app-context.ts";
import { NumberHeads } from "../MethodTable.tsx";
import { ScrollRegion } from "../../kit/ScrollRegion.tsx";
import cardClasses from "../../kit/card.module.css";
import textClasses from "../../kit/text.module.css";
import tableClasses from "../table.module.css";
import classes from "./answers.module.css";

/** More classes than this make a table that nobody reads. */
const mostClasses = 12;
const mostConfusions = 15;

interface ConfusionMatrixProps {
  readonly of: ClassAnswers;
  readonly choice: AnswerChoice;
}

/** Rows by true and by predicted class. A cell lists its rows in the example browser. */
export function ConfusionMatrix({ of, choice }: ConfusionMatrixProps) {
  const cell = (target: number, said: number) => <Cell of={of} choice={choice} target={target} said={said} />;
  const listed = useSelect((state) => state.experiment.cases.length > 0);
  return (
    <div>
      <h4 className={cardClasses.boxTitle}>Confusion matrix</h4>
      <p className={textClasses.hint}>
        {of.runCount === 1 ? "Rows" : "Rows, mean over the seeds"}, with the share of the true class.
        {listed && " Choose a cell to read its rows below."}
      </p>
      {of.labels.length > mostClasses ? (
        <CommonConfusions of={of} choice={choice} />
      ) : (
        <ScrollRegion label="Confusion matrix">
          <table className={classes.matrix}>
            <thead>
              <tr>
                <td className={textClasses.soft}>true ↓ predicted →</td>
                {of.labels.map((label) => (
                  <th key={label} scope="col">
                    {label}
                  </th>
                ))}
              </tr>
            </thead>
            <tbody>
              {of.labels.map((label, target) => (
                <tr key={label}>
                  <th scope="row">{label}</th>
                  {of.labels.map((other, said) => (
                    <td key={other} className={classes.cell}>
                      {cell(target, said)}
                    </td>
                  ))}
                </tr>
              ))}
            </tbody>
          </table>
        </ScrollRegion>
      )}
    </div>
  );
}

interface CellProps extends ConfusionMatrixProps {
  readonly target: number;
  readonly said: number;
}

function Cell({ of, choice, target, said }: CellProps) {
  const count = of.confusion[target]?.[said] ?? 0;
  const share = count / Math.max(1, of.report.classes[target]?.support ?? 0);
  return (
    <div className={classes.shade} style={{ background: shade(target === said, share) }}>
      <CellButton of={of} choice={choice} target={target} said={said}>
        <b>
          {countText(count, of.runCount)}
          <CellName of={of} target={target} said={said} />
        </b>
        <span>{formatShare(share)}</span>
      </CellButton>
    </div>
  );
}

/** Never so dark that the ink on it would lose its contrast. */
function shade(right: boolean, share: number): string {
  const color = right ? "var(--method-1)" : "var(--method-2)";
  return `color-mix(in oklab, ${color} ${(42 * share).toFixed(1)}%, var(--sunk))`;
}

/** A count, which lists its rows where there is a list. */
function CellButton({ of, choice, target, said, children }: CellProps & { readonly children: React.ReactNode }) {
  const listed = useSelect((state) => state.experiment.cases.length > 0);
  const shown = useSelect(({ cases: { list } }) =>
    list.kind === "cell" && list.method === choice.method && list.run === choice.run
      ? list.target === target && list.said === said
      : false,
  );
  const actions = useActions();
  const count = of.confusion[target]?.[said] ?? 0;
  if (!listed) return <span className={classes.cellText}>{children}</span>;
  return (
    <UnstyledButton
      className={classes.cellText}
      disabled={count === 0}
      aria-pressed={shown}
      onClick={() => {
        void actions.cases.show({ kind: "cell", ...choice, target, said });
        const examples = document.getElementById("examples");
        examples?.scrollIntoView({ block: "nearest" });
        examples?.focus({ preventScroll: true });
      }}
    >
      {children}
    </UnstyledButton>
  );
}

/** What a cell's number counts, for those who do not see its row and column. */
function CellName({ of, target, said }: Omit<CellProps, "choice">) {
  return <VisuallyHidden> {`rows: ${of.labels[target] ?? ""} taken for ${of.labels[said] ?? ""}.`}</VisuallyHidden>;
}

/** What is mixed up most, where there are too many classes for a matrix. */
function CommonConfusions({ of, choice }: ConfusionMatrixProps) {
  const all = of.confusion.flatMap((line, target) => line.map((count, said) => ({ target, said, count })));
  const wrong = all.filter(({ target, said, count }) => target !== said && count > 0);
  const common = wrong.sort((left, right) => right.count - left.count).slice(0, mostConfusions);
  return (
    <ScrollRegion label="Most common confusions">
      <table className={tableClasses.table}>
        <thead>
          <tr>
            <th scope="col">true</th>
            <th scope="col">predicted</th>
            <NumberHeads heads={["rows"]} />
          </tr>
        </thead>
        <tbody>
          {common.map(({ target, said, count }) => (
            <tr key={`${target} ${said}`}>
              <td>{of.labels[target]}</td>
              <td>{of.labels[said]}</td>
              <td className={tableClasses.number}>
                <CellButton of={of} choice={choice} target={target} said={said}>
                  {countText(count, of.runCount)}
                  <CellName of={of} target={target} said={said} />
                </CellButton>
              </td>
            </tr>
          ))}
        </tbody>
      </table>
    </ScrollRegion>
  );
}

function countText(count: number, runCount: number): string {
  return runCount === 1 || Number.isInteger(count) ? formatWhole(count) : count.toFixed(1);
}
