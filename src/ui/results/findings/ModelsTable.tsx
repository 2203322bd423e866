import { NativeSelect } from "@mantine/core";
import { useMemo } from "react";
import { settingWords } from "../../../analysis/grids/setting-text.ts";
import type { Place } from "../../../analysis/grids/cells.ts";
import type { Figure, FigureTable } from "../../../analysis/tables/figure-table.ts";
import { modelsTable } from "../../../analysis/tables/models-table.ts";
import { formatScore } from "../../../core/format.ts";
import type { LaidResult } from "../../../store/results/sweep.ts";
import { useActions, useActive, useSelect } from "../../app-context.ts";
import { useMethodLooks, type MethodLook, type MethodLooks } from "../../kit/palette.ts";
import { ScrollRegion } from "../../kit/ScrollRegion.tsx";
import { MethodName } from "../../kit/Swatch.tsx";
import { NumberHeads } from "../MethodTable.tsx";
import { CopyAs } from "./CopyAs.tsx";
import cardClasses from "../../kit/card.module.css";
import textClasses from "../../kit/text.module.css";
import tableClasses from "../table.module.css";
import classes from "./ModelsTable.module.css";

/** Results of several models or tasks as the paper's table has them, and which of them all other views show. */
export function ModelsTable() {
  const results = useSelect((state) => state.sweep.models);
  const looks = useMethodLooks();
  const { table, lookOf } = useMemo(() => tableOf(results, looks), [results, looks]);
  if (table.rows.length === 0) return null;
  return (
    <section className={cardClasses.card} aria-label="Models and methods">
      <div className={tableClasses.head}>
        <h3 className={cardClasses.title}>Models and methods</h3>
        <CopyAs tables={() => [table]} />
      </div>
      <p className={textClasses.hint}>
        Dev scores × 100 after the last step, mean ± standard deviation over seeds. Bold: the highest of a model's
        methods over the seeds that all completed, five or more, by more than luck (95 % interval of the paired
        difference to each other method).
      </p>
      <Progress />
      <ScrollRegion label="Scores by model and method">
        <table className={tableClasses.table}>
          <thead>
            <tr>
              <th scope="col">Model</th>
              <th scope="col">Method</th>
              <NumberHeads heads={table.heads.slice(2)} />
            </tr>
          </thead>
          {groupsOf(table).map(({ model, rows }) => (
            <tbody key={model} className={classes.group ?? ""}>
              {rows.map(({ name, figures }, index) => (
                <tr key={name}>
                  {index === 0 && (
                    <th scope="rowgroup" rowSpan={rows.length} className={classes.model}>
                      {model}
                    </th>
                  )}
                  <th scope="row">
                    <MethodName look={lookOf(name)} />
                  </th>
                  {figures.map((figure, column) => (
                    <FigureCell key={table.heads[column + 2] ?? column} figure={figure} />
                  ))}
                </tr>
              ))}
            </tbody>
          ))}
        </table>
      </ScrollRegion>
      <ShownModel results={results} />
    </section>
  );
}

/** Which of several models' experiments runs, and what came of those without a place in the table. */
function Progress() {
  const { items, running } = useSelect((state) => state.lineup);
  const place = items.findIndex(({ status }) => status === "running");
  const failed = items.filter(({ problem }) => problem !== null);
  const item = items[place];
  return (
    <>
      {running && item !== undefined && (
        <p className={textClasses.hint}>
          Model {place + 1} of {items.length} is being trained: {item.record.name}.
        </p>
      )}
      {failed.map(({ key, record, problem }) => (
        <p key={key} className={textClasses.problem}>
          {record.name}: {problem}
        </p>
      ))}
    </>
  );
}

/** Chooses whose curves, answers and runs stand below. */
function ShownModel({ results }: { readonly results: readonly LaidResult[] }) {
  const shown = useSelect(({ kept, experiment }) => kept.shown ?? experiment.sourceName);
  const active = useActive();
  const actions = useActions();
  const several = new Set(results.map(({ task }) => task)).size > 1;
  const known = results.some(({ key }) => key === shown);
  const data = results.map(({ key, model, task }) => ({ value: key, label: several ? `${model}, ${task}` : model }));
  return (
    <NativeSelect
      className={classes.shown ?? ""}
      label="Model shown below"
      description={active ? "While a model is trained, it is the one shown." : undefined}
      disabled={active}
      data={known ? data : [{ value: shown, label: active ? "the one that is trained" : "another result" }, ...data]}
      value={shown}
      onChange={(event) => void actions.showLaid(event.currentTarget.value)}
    />
  );
}

function FigureCell({ figure }: { readonly figure: Figure | null }) {
  return (
    <td className={tableClasses.number} data-top={figure?.bold === true}>
      {formatScore(figure?.mean ?? null)}
      {figure !== null && figure.std !== null && <span className={textClasses.soft}> ± {formatScore(figure.std)}</span>}
    </td>
  );
}

interface DrawnTable {
  readonly table: FigureTable;
  /** How a row's method looks, under the row's name. */
  readonly lookOf: (name: string) => MethodLook;
}

function tableOf(results: readonly LaidResult[], looks: MethodLooks): DrawnTable {
  const named = new Map<string, MethodLook>();
  const nameOf = ({ method, setting }: Place): string => {
    const look = looks(method);
    const at = settingWords(setting);
    const name = at === "" ? look.label : `${look.label}, ${at}`;
    named.set(name, { ...look, label: name });
    return name;
  };
  const table = modelsTable(results, nameOf);
  return { table, lookOf: (name) => named.get(name) ?? looks(name) };
}

/** The rows of a table by model. */
function groupsOf({ rows }: FigureTable): readonly { readonly model: string; readonly rows: FigureTable["rows"] }[] {
  const models = [...new Set(rows.map(({ group = "" }) => group))];
  return models.map((model) => ({ model, rows: rows.filter(({ group }) => group === model) }));
}
