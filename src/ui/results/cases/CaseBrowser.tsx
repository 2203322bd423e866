import { ActionIcon } from "@mantine/core";
import { ChevronLeft, ChevronRight } from "lucide-react";
import { casesPerPage, type CaseCell, type CaseList, type CaseRow } from "../../../store/results/cases.ts";
import { useActions, useSelect } from "../../app-context.ts";
import { countOf } from "../../../core/format.ts";
import { useMethodLooks, type MethodLooks } from "../../kit/palette.ts";
import { Problem } from "../../kit/Problem.tsx";
import { CaseFilters } from "./CaseFilters.tsx";
import { MethodName } from "../../kit/Swatch.tsx";
import cardClasses from "../../kit/card.module.css";
import textClasses from "../../kit/text.module.css";
import classes from "./cases.module.css";

/** The rows of the list that was chosen, a page at a time, with what every method made of them. */
export function CaseBrowser() {
  const { list, page, rowCount, rows, textsError } = useSelect((state) => state.cases);
  const live = useSelect((state) => state.experiment.source === "live");
  const reference = useSelect((state) => state.experiment.cases[0]?.reference ?? "");
  const looks = useMethodLooks();
  const labels = useSelect((state) => state.experiment.config?.labels ?? noLabels);
  const title = list.kind === "cell" ? cellTitle(list, looks, labels) : titleOf(list, looks, looks(reference).label);
  return (
    <section aria-label="Examples" id="examples" tabIndex={-1}>
      <div className={classes.browserHead}>
        <h4 className={cardClasses.boxTitle} aria-live="polite">
          {title} <span className={textClasses.soft}>{countOf(rowCount, "row")}</span>
        </h4>
        <Turn page={page} rowCount={rowCount} list={list} />
      </div>
      <CaseFilters />
      {!live && (
        <p className={textClasses.hint}>
          A result file holds no texts, so they cannot be searched: the numbers are those of the dev rows.
        </p>
      )}
      {textsError !== null && <Problem text={textsError} />}
      <ol className={classes.rows}>
        {rows.map((row) => (
          <Row key={row.row} of={row} looks={looks} />
        ))}
      </ol>
    </section>
  );
}

const noLabels: readonly string[] = [];

function cellTitle({ method, run, target, said }: CaseCell, looks: MethodLooks, labels: readonly string[]): string {
  const whose =
    run === null ? `some seed of ${looks(method).label}` : run.replace(/^.*-seed/, `${looks(method).label}, seed `);
  return `“${labels[target] ?? target}” that ${whose} ${target === said ? "found" : `took for “${labels[said] ?? said}”`}`;
}

function titleOf(list: Exclude<CaseList, CaseCell>, looks: MethodLooks, reference: string): string {
  switch (list.kind) {
    case "wins":
      return `What ${looks(list.method).label} wins over ${reference}`;
    case "losses":
      return `What ${looks(list.method).label} loses to ${reference}`;
    case "easy":
      return "Easy for every method";
    case "hard":
      return "Hard for every method";
    case "all":
      return "All dev rows";
  }
}

function Turn({ page, rowCount, list }: { readonly page: number; readonly rowCount: number; readonly list: CaseList }) {
  const actions = useActions();
  const pageCount = Math.max(1, Math.ceil(rowCount / casesPerPage));
  if (pageCount === 1) return null;
  const turn = (by: number) => ({
    size: "md",
    disabled: page + by < 0 || page + by >= pageCount,
    onClick: () => void actions.cases.show(list, page + by),
  });
  return (
    <div className={classes.turn}>
      <ActionIcon {...turn(-1)} aria-label="Earlier rows">
        <ChevronLeft size={16} />
      </ActionIcon>
      <span>
        {page + 1} of {pageCount}
      </span>
      <ActionIcon {...turn(1)} aria-label="Later rows">
        <ChevronRight size={16} />
      </ActionIcon>
    </div>
  );
}

function Row({ of, looks }: { readonly of: CaseRow; readonly looks: MethodLooks }) {
  const { row, text, target, answers } = of;
  return (
    <li className={classes.row}>
      <div>
        {text !== null && <p className={classes.text}>{text.first}</p>}
        {text !== null && text.second !== null && <p className={`${classes.text} ${classes.second}`}>{text.second}</p>}
        <p className={classes.about}>
          {text === null ? `Row ${row + 1}` : `Line ${text.line}`}: <b>{target}</b>
        </p>
      </div>
      <ul className={classes.answers}>
        {answers.map((answer) => (
          <li key={answer.method}>
            <MethodName look={looks(answer.method)} />
            <span className={classes.seeds} data-easy={answer.easy}>
              {answer.right} of {answer.seedCount} right
            </span>
            <span className={classes.said}>{answer.said}</span>
          </li>
        ))}
      </ul>
    </li>
  );
}
