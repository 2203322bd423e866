import { CloseButton, NativeSelect } from "@mantine/core";
import { useState } from "react";
import type { ColumnMapping, SkippedLine, SplitRecord, TableRecord } from "../../../contract/run.ts";
import { mappingOf } from "../../../store/setup/data.ts";
import type { TableRole } from "../../../worker/api.ts";
import { useActions, useSelect } from "../../app-context.ts";
import { Cancel } from "../../frame/Cancel.tsx";
import { countOf, formatWhole } from "../../../core/format.ts";
import { ScrollRegion } from "../../kit/ScrollRegion.tsx";
import { Chip } from "../Chain.tsx";
import { ReadingChain } from "./ReadingChain.tsx";
import chainClasses from "./ReadingChain.module.css";
import cardClasses from "../../kit/card.module.css";
import textClasses from "../../kit/text.module.css";
import setupClasses from "../setup.module.css";
import classes from "./TableCard.module.css";

interface TableCardProps {
  readonly side: TableRole;
  readonly table: TableRecord;
  readonly disabled: boolean;
}

/** A table that was read: its first rows, how it was read, the part each column plays, and lines of no use. */
export function TableCard({ side, table, disabled }: TableCardProps) {
  const mapping = useSelect((state) => mappingOf(state.data, side));
  const choice = useSelect((state) => (side === "train" ? state.data.trainChoice : state.data.devChoice));
  const loading = useSelect((state) => (side === "train" ? state.data.loadingTrain : state.data.loadingDev));
  const unlabelled = useSelect((state) => unlabelledText(state.data.prepared?.[side] ?? null));
  const [editing, setEditing] = useState(false);
  const actions = useActions();
  const title = side === "train" ? "Train" : "Dev";
  return (
    <section className={cardClasses.box} aria-label={`${title} table`}>
      <div className={classes.head}>
        <p className={`${cardClasses.boxTitle} ${classes.name}`}>
          <span className={textClasses.soft}>{title}</span> {table.name}
        </p>
        <span className={textClasses.soft}>{countOf(table.rowCount, "row")}</span>
        <CloseButton
          size="sm"
          disabled={disabled}
          aria-label={`Take the ${side} table away`}
          onClick={() => void actions.data.remove(side)}
        />
      </div>
      {loading && (
        <div>
          <Cancel what={side} of="the reading" />
        </div>
      )}
      <Preview table={table} mapping={mapping} title={title} />
      <ReadingChain
        name={`${side} table`}
        steps={table.reading}
        choice={choice}
        disabled={disabled || loading}
        onChoose={(next) => void actions.data.readAgain(side, next)}
      >
        {mapping !== null && (
          <li>
            <button
              type="button"
              className={chainClasses.edit}
              disabled={disabled}
              aria-expanded={editing}
              aria-label={`${labelText(mapping)}: use other columns`}
              onClick={() => setEditing(!editing)}
            >
              {labelText(mapping)}
            </button>
          </li>
        )}
        {unlabelled !== null && <Chip>{unlabelled}</Chip>}
      </ReadingChain>
      {(mapping === null || editing) && (
        <ColumnChooser side={side} table={table} mapping={mapping} disabled={disabled} />
      )}
      <SkippedLines of={`the ${title} table`} lines={table.skipped} count={table.skippedCount} />
    </section>
  );
}

/** Which column holds the label; by its number, as it is often called label. */
function labelText({ label }: ColumnMapping): string {
  return `column ${label + 1} is the label`;
}

/** How many rows have no label, as far as they are listed; null where none is. */
function unlabelledText(split: SplitRecord | null): string | null {
  if (split === null) return null;
  const count = split.skipped.filter(({ reason }) => /^no label|^the label is missing$/.test(reason)).length;
  if (count === 0) return null;
  const more = split.skippedCount > split.skipped.length && count === split.skipped.length ? " or more" : "";
  return `${countOf(count, "row")}${more} without a label`;
}

function columnName(table: TableRecord, column: number): string {
  const name = table.header?.[column];
  return name === undefined || name === "" ? `column ${column + 1}` : name;
}

/** The columns in use first, so that they are in sight; then the others, as many as make sense. */
function shownColumns(table: TableRecord, mapping: ColumnMapping | null): readonly number[] {
  const used = mapping === null ? [] : [mapping.first, mapping.second, mapping.label].filter((one) => one !== null);
  const all = Array.from({ length: Math.min(table.columnCount, 20) }, (_, column) => column);
  return [...new Set([...used, ...all])];
}

function partOf(mapping: ColumnMapping | null, column: number): string | null {
  if (mapping === null) return null;
  if (column === mapping.label) return "label";
  if (column === mapping.first) return mapping.second === null ? "text" : "text 1";
  return column === mapping.second ? "text 2" : null;
}

/** A cell of so many characters, such as a date, stays on one line. */
const shortLength = 12;

function Preview({
  table,
  mapping,
  title,
}: {
  readonly table: TableRecord;
  readonly mapping: ColumnMapping | null;
  readonly title: string;
}) {
  const columns = shownColumns(table, mapping);
  return (
    <ScrollRegion label={`First rows of the ${title} table`}>
      <table className={classes.preview}>
        <thead>
          <tr>
            {columns.map((column) => (
              <th key={column} scope="col" data-part={partOf(mapping, column) ?? undefined}>
                {columnName(table, column)}
                {partOf(mapping, column) !== null && <span className={classes.part}>{partOf(mapping, column)}</span>}
              </th>
            ))}
          </tr>
        </thead>
        <tbody>
          {table.preview.slice(0, 3).map((row, index) => (
            <tr key={index}>
              {columns.map((column) => (
                <td key={column} data-part={partOf(mapping, column) ?? undefined}>
                  <span className={classes.clip} data-short={(row[column] ?? "").length <= shortLength || undefined}>
                    {(row[column] ?? "").slice(0, 200)}
                  </span>
                </td>
              ))}
            </tr>
          ))}
        </tbody>
      </table>
    </ScrollRegion>
  );
}

interface ColumnChooserProps extends TableCardProps {
  readonly mapping: ColumnMapping | null;
}

function ColumnChooser({ side, table, mapping, disabled }: ColumnChooserProps) {
  const [draft, setDraft] = useState<Partial<ColumnMapping>>(mapping ?? { second: null });
  const actions = useActions();
  const columns = Array.from({ length: table.columnCount }, (_, column) => ({
    value: String(column),
    label: columnName(table, column),
  }));
  function change(patch: Partial<ColumnMapping>): void {
    const next = { ...draft, ...patch };
    setDraft(next);
    const { first, second = null, label } = next;
    if (first !== undefined && label !== undefined) actions.data.setMapping(side, { first, second, label });
  }
  const parts = [
    { key: "first", label: "First text", none: "choose", value: draft.first },
    { key: "second", label: "Second text", none: "none", value: draft.second ?? undefined },
    { key: "label", label: "Label", none: "choose", value: draft.label },
  ] as const;
  return (
    <fieldset className={`${setupClasses.plainFieldset} ${classes.columns}`} disabled={disabled}>
      <legend className={textClasses.hint}>Which columns hold what?</legend>
      <div className={classes.triple}>
        {parts.map((part) => (
          <NativeSelect
            key={part.key}
            label={part.label}
            data={[{ value: "", label: part.none }, ...columns]}
            value={part.value === undefined ? "" : String(part.value)}
            onChange={(event) => {
              const text = event.currentTarget.value;
              if (text !== "") change({ [part.key]: Number(text) });
              else if (part.key === "second") change({ second: null });
            }}
          />
        ))}
      </div>
    </fieldset>
  );
}

interface SkippedLinesProps {
  /** What they are lines of, as in "the Train table". */
  readonly of: string;
  readonly lines: readonly SkippedLine[];
  readonly count: number;
}

/** Lines that were left out, by number and reason; nothing where none was. */
export function SkippedLines({ of, lines, count }: SkippedLinesProps) {
  if (count === 0) return null;
  const more = count - lines.length;
  return (
    <details className={textClasses.details}>
      <summary>
        {countOf(count, "line")} {count === 1 ? "was" : "were"} skipped
      </summary>
      <ScrollRegion label={`Lines skipped of ${of}`} tall>
        <ul className={setupClasses.lines}>
          {lines.map((line) => (
            <li key={line.line}>
              line {line.line}: {line.reason}
            </li>
          ))}
          {more > 0 && <li>and {formatWhole(more)} more</li>}
        </ul>
      </ScrollRegion>
    </details>
  );
}
