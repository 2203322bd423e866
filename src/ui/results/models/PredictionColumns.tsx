import { NativeSelect } from "@mantine/core";
import type { PredictionInput, TextMapping } from "../../../contract/prediction.ts";
import { countOf } from "../../../core/format.ts";
import { useActions, useSelect } from "../../app-context.ts";
import { ScrollRegion } from "../../kit/ScrollRegion.tsx";
import { ReadingChain } from "../../setup/data/ReadingChain.tsx";
import cardClasses from "../../kit/card.module.css";
import textClasses from "../../kit/text.module.css";
import tableClasses from "../table.module.css";
import classes from "./exports.module.css";

/** How the file was read, its first rows, and which of its columns the model reads. */
export function PredictionColumns({ input }: { readonly input: PredictionInput }) {
  const mapping = useSelect((state) => state.prediction.mapping);
  const choice = useSelect((state) => state.prediction.choice);
  const busy = useSelect(({ prediction }) => prediction.progress !== null || prediction.loading);
  const actions = useActions();
  const columns = Array.from({ length: input.columnCount }, (_, column) => column);
  const name = (column: number): string => columnName(input, column);
  const options = columns.map((column) => ({ value: String(column), label: name(column) }));
  const part = (label: string, key: keyof TextMapping, empty: string | null) => (
    <NativeSelect
      size="xs"
      label={label}
      disabled={busy}
      data={[...(empty === null ? [] : [{ value: "", label: empty }]), ...options]}
      value={String(mapping?.[key] ?? "")}
      onChange={(event) => {
        const { value } = event.currentTarget;
        const { first = 0, second = null, label: labels = null } = mapping ?? {};
        actions.prediction.map({ first, second, label: labels, [key]: value === "" ? null : Number(value) });
      }}
    />
  );
  const used = mapping === null ? columns : columns.filter((column) => Object.values(mapping).includes(column));
  return (
    <section className={`${cardClasses.box} ${classes.input}`} aria-label="File to predict">
      <p className={cardClasses.boxTitle}>
        {input.name} <span className={textClasses.soft}>{countOf(input.rowCount, "row")}</span>
      </p>
      <ReadingChain
        name="file to predict"
        steps={input.reading}
        choice={choice}
        disabled={busy}
        onChoose={(next) => void actions.prediction.readAgain(next)}
      />
      {mapping === null && (
        <p className={textClasses.warning}>
          It is not clear which columns the model should read. Choose{" "}
          {input.pair === true ? "both texts" : input.pair === false ? "the text" : "the text, or both texts"}.
        </p>
      )}
      <div className={classes.columns}>
        {part(input.pair === false ? "Text" : "First text", "first", mapping === null ? "choose …" : null)}
        {input.pair !== false && part("Second text", "second", input.pair === null ? "none" : "choose …")}
        {part("Labels, for a score", "label", "none")}
      </div>
      <ScrollRegion label="First rows of the file to predict">
        <table className={tableClasses.table}>
          <thead>
            <tr>
              {used.map((column) => (
                <th key={column} scope="col">
                  {name(column)}
                </th>
              ))}
            </tr>
          </thead>
          <tbody>
            {input.preview.map((row, index) => (
              // oxlint-disable-next-line react/no-array-index-key -- rows of a file, which never move
              <tr key={index}>
                {used.map((column) => (
                  <td key={column} className={classes.textCell}>
                    {row[column]}
                  </td>
                ))}
              </tr>
            ))}
          </tbody>
        </table>
      </ScrollRegion>
    </section>
  );
}

function columnName({ header }: PredictionInput, column: number): string {
  const name = header?.[column]?.trim() ?? "";
  return name === "" ? `column ${column + 1}` : name;
}
