import { UnstyledButton, VisuallyHidden } from "@mantine/core";
import type { CaseRecord } from "../../../contract/answers.ts";
import type { CaseList } from "../../../store/results/cases.ts";
import { useActions, useSelect } from "../../app-context.ts";
import { formatScore } from "../../../core/format.ts";
import { useMethodLooks, type MethodLook } from "../../kit/palette.ts";
import { ScrollRegion } from "../../kit/ScrollRegion.tsx";
import { CaseBrowser } from "./CaseBrowser.tsx";
import { MethodHead, NumberHeads } from "../MethodTable.tsx";
import cardClasses from "../../kit/card.module.css";
import textClasses from "../../kit/text.module.css";
import tableClasses from "../table.module.css";
import classes from "./cases.module.css";

/** Dev rows by how many seeds got them right: easy and hard ones of every method, its wins and losses, and the texts. */
export function Cases() {
  const cases = useSelect((state) => state.experiment.cases);
  const kind = useSelect(
    ({ engine, experiment }) => engine.catalog?.tasks.find(({ id }) => id === experiment.config?.task)?.kind,
  );
  const devCount = useSelect((state) => state.experiment.config?.devCount ?? 0);
  const looks = useMethodLooks();
  const [first] = cases;
  if (first === undefined) return null;
  const reference = looks(first.reference).label;
  return (
    <section className={`${cardClasses.card} ${classes.cases}`}>
      <h3 className={cardClasses.title}>Easy and hard examples</h3>
      <p className={textClasses.hint}>
        A dev row is easy for a method where more than half of its seeds got it right, hard where more than half did
        not.
        {kind === "regression" && " Right: within a tenth of the range of the scores."}
        {kind === "multi-label" && " Right: all of the row's labels, and no other."} A method wins a row that is easy
        for it and hard for {reference}, and loses one the other way round. With few seeds, some of both is luck.
      </p>
      <ScrollRegion label="Easy and hard examples by method">
        <table className={tableClasses.table}>
          <thead>
            <tr>
              <th scope="col">Method</th>
              <th scope="col">
                <span className={`${classes.key} ${classes.keyEasy}`} aria-hidden />
                easy
                <span className={`${classes.key} ${classes.keyDivided}`} aria-hidden />
                divided
                <span className={`${classes.key} ${classes.hard}`} aria-hidden />
                hard
              </th>
              <NumberHeads heads={["Right on easy", "Right on hard", "Wins", "Losses"]} />
            </tr>
          </thead>
          <tbody>
            {cases.map((one) => (
              <MethodRow key={one.method} of={one} look={looks(one.method)} devCount={devCount} />
            ))}
          </tbody>
        </table>
      </ScrollRegion>
      <p className={textClasses.hint}>
        “Right on easy” and “hard”: share of right answers × 100 on the rows that are so for {reference}.
      </p>
      <p className={classes.shared}>
        Other lists
        <ListButton list={{ kind: "easy" }} text="easy for all" />
        <ListButton list={{ kind: "hard" }} text="hard for all" />
        <ListButton list={{ kind: "all" }} text="all dev rows" />
      </p>
      <CaseBrowser />
    </section>
  );
}

interface MethodRowProps {
  readonly of: CaseRecord;
  readonly look: MethodLook;
  readonly devCount: number;
}

function MethodRow({ of, look, devCount }: MethodRowProps) {
  const { method, easyCount, hardCount, wins, losses, rightOnEasy, rightOnHard } = of;
  const divided = devCount - easyCount - hardCount;
  const parts = `${easyCount} easy, ${divided} divided, ${hardCount} hard`;
  const isReference = of.method === of.reference;
  return (
    <tr>
      <MethodHead look={look} />
      <td>
        <VisuallyHidden>{parts}</VisuallyHidden>
        <div className={classes.shares} title={parts} aria-hidden>
          <span className={classes.easy} style={{ flex: easyCount, background: look.color }} />
          <span style={{ flex: divided }} />
          <span className={classes.hard} style={{ flex: hardCount }} />
        </div>
      </td>
      <td className={tableClasses.number}>{formatScore(rightOnEasy)}</td>
      <td className={tableClasses.number}>{formatScore(rightOnHard)}</td>
      <td className={tableClasses.number}>
        {isReference ? "–" : <ListButton list={{ kind: "wins", method }} count={wins.length} name={look.label} />}
      </td>
      <td className={tableClasses.number}>
        {isReference ? "–" : <ListButton list={{ kind: "losses", method }} count={losses.length} name={look.label} />}
      </td>
    </tr>
  );
}

type ListButtonProps =
  | { readonly list: CaseList; readonly text: string }
  | { readonly list: CaseList; readonly count: number; readonly name: string };

/** Lists rows below. */
function ListButton(props: ListButtonProps) {
  const { list } = props;
  const shown = useSelect((state) => state.cases.list);
  const actions = useActions();
  const counted = "count" in props;
  return (
    <UnstyledButton
      className={classes.count}
      disabled={counted && props.count === 0}
      aria-pressed={isSame(list, shown)}
      aria-label={counted ? `${props.count} ${list.kind} of ${props.name}` : undefined}
      onClick={() => void actions.cases.show(list)}
    >
      {counted ? props.count : props.text}
    </UnstyledButton>
  );
}

function isSame(one: CaseList, other: CaseList): boolean {
  const method = (list: CaseList): string => ("method" in list ? list.method : "");
  return one.kind === other.kind && method(one) === method(other);
}
