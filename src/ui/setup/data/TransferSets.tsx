import { CloseButton, TextInput } from "@mantine/core";
import { useState } from "react";
import type { TransferRecord } from "../../../contract/run.ts";
import { problemWithName, type TransferSet } from "../../../store/setup/transfers.ts";
import { useActions, useActive, useSelect } from "../../app-context.ts";
import { Cancel } from "../../frame/Cancel.tsx";
import { tableTypes } from "./file-types.ts";
import { DropZone } from "../../kit/files/DropZone.tsx";
import { ReadingChain } from "./ReadingChain.tsx";
import { countOf } from "../../../core/format.ts";
import { Notices } from "../../frame/Notices.tsx";
import layoutClasses from "../../kit/layout.module.css";
import textClasses from "../../kit/text.module.css";
import classes from "./TransferSets.module.css";

/** Labelled sets of other sources, on which every run is scored at its end: each with its name and what was found. */
export function TransferSets() {
  const sets = useSelect((state) => state.transfers.sets);
  const loading = useSelect((state) => state.transfers.loading);
  const prepared = useSelect((state) => state.data.prepared);
  const busy = useActive();
  const actions = useActions();
  return (
    <details className={textClasses.details}>
      <summary>
        Also score on other sets
        {sets.length > 0 && <span className={textClasses.tag}>{countOf(sets.length, "set")}</span>}
      </summary>
      <div className={`${layoutClasses.stackTight} ${classes.sets}`}>
        <p className={textClasses.hint}>
          Does what was learnt hold elsewhere? Every run is scored on these sets after its last step; nothing is trained
          on them. Where they have other labels, both sides are mapped to what they have in common.
        </p>
        {sets.map((set) => (
          <SetCard
            key={set.name}
            set={set}
            found={prepared?.transfers.find(({ name }) => name === set.name) ?? null}
            others={sets.filter((other) => other !== set).map(({ name }) => name)}
            disabled={busy}
          />
        ))}
        <DropZone
          label="sets of other sources"
          accept={tableTypes}
          several
          compact
          busy={loading}
          cancel={<Cancel what="sets" of="the reading" />}
          disabled={busy}
          onFiles={(files) => void actions.transfers.add(files)}
        />
        <Notices place="transfers" />
      </div>
    </details>
  );
}

interface SetCardProps {
  readonly set: TransferSet;
  /** As it will be used; null until the tables are prepared. */
  readonly found: TransferRecord | null;
  readonly others: readonly string[];
  readonly disabled: boolean;
}

function SetCard({ set, found, others, disabled }: SetCardProps) {
  const actions = useActions();
  const rows = found?.rowCount ?? set.table.rowCount;
  return (
    <section className={classes.set} aria-label={`Set ${set.name}`}>
      <div className={classes.head}>
        <NameInput name={set.name} others={others} disabled={disabled} />
        <CloseButton
          size="sm"
          disabled={disabled}
          aria-label={`Take the set ${set.name} away`}
          onClick={() => void actions.transfers.remove(set.name)}
        />
      </div>
      <p className={textClasses.hint}>
        {set.table.name}, {countOf(rows, "row")}. {found !== null && labelsText(found)}
      </p>
      <ReadingChain
        name={`set ${set.name}`}
        steps={set.table.reading}
        choice={set.choice}
        disabled={disabled}
        onChoose={(choice) => void actions.transfers.readAgain(set.name, choice)}
      />
    </section>
  );
}

function labelsText({ labels, mapping }: TransferRecord): string {
  if (mapping !== null) return mapping;
  return labels.length === 0 ? "Scores as in the training table." : "Labels as in the training table.";
}

interface NameInputProps {
  readonly name: string;
  readonly others: readonly string[];
  readonly disabled: boolean;
}

/** A set's name: it takes hold when the box is left or Enter is pressed, for every score is called by it. */
function NameInput({ name, others, disabled }: NameInputProps) {
  const [typed, setTyped] = useState(name);
  const actions = useActions();
  const wanted = typed.trim();
  const problem = problemWithName(wanted, others);
  const commit = (): void => {
    if (problem === null) void actions.transfers.rename(name, wanted);
  };
  return (
    <TextInput
      aria-label={`Name of the set ${name}`}
      disabled={disabled}
      value={typed}
      error={problem}
      onChange={(event) => setTyped(event.currentTarget.value)}
      onBlur={commit}
      onKeyDown={(event) => {
        if (event.key === "Enter") commit();
      }}
    />
  );
}
