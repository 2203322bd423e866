import { Button, NativeSelect, Tabs } from "@mantine/core";
import { taskOf } from "../../../store/setup/data.ts";
import type { DataOrigin } from "../../../store/results/view.ts";
import type { TableRole } from "../../../worker/api.ts";
import { useActions, useActive, useSelect } from "../../app-context.ts";
import { Cancel } from "../../frame/Cancel.tsx";
import { tableTypes } from "./file-types.ts";
import { CheckedNumber, isSeed } from "../../kit/CheckedNumber.tsx";
import { DropZone } from "../../kit/files/DropZone.tsx";
import { DataSummary } from "./DataSummary.tsx";
import { HubTask } from "./HubTask.tsx";
import { Notices } from "../../frame/Notices.tsx";
import { SampleTasks } from "./SampleTasks.tsx";
import { TableCard } from "./TableCard.tsx";
import { TrainSample } from "./TrainSample.tsx";
import { TransferSets } from "./TransferSets.tsx";
import layoutClasses from "../../kit/layout.module.css";
import textClasses from "../../kit/text.module.css";
import setupClasses from "../setup.module.css";
import classes from "./data.module.css";

const sides: readonly TableRole[] = ["train", "dev"];
const origins: readonly DataOrigin[] = ["samples", "hub", "files"];

/** Step 2: train and dev tables, what they are for, and what is in them. */
export function DataPanel() {
  const data = useSelect((state) => state.data);
  const actions = useActions();
  return (
    <div className={layoutClasses.stack}>
      <Origins />
      {sides.map((side) => (
        <Loaded key={side} side={side} />
      ))}
      {data.train !== null && <TaskSelect />}
      {data.train !== null && data.dev === null && <SplitFields />}
      {data.train !== null && <TrainSample />}
      {data.train !== null && <TransferSets />}
      <Notices place="data" />
      {data.prepared !== null && <DataSummary data={data.prepared} />}
      {data.preparing && (
        <div className={layoutClasses.buttons}>
          <output className={textClasses.hint}>Tokenizing …</output>
          <Cancel what="data" of="tokenizing" />
        </div>
      )}
      {data.cancelled && (
        <div className={layoutClasses.buttons}>
          <p className={textClasses.hint}>Tokenizing was cancelled, so the tables cannot be used yet.</p>
          <Button onClick={() => void actions.prepare()}>Tokenize the tables</Button>
        </div>
      )}
    </div>
  );
}

/** Where tables come from: what ships with the page, the Hub, or files. */
function Origins() {
  const samples = useSelect((state) => state.samples.items.length > 0);
  const chosen = useSelect((state) => state.view.dataOrigin);
  const origin = chosen === "samples" && !samples ? "files" : chosen;
  const actions = useActions();
  return (
    <Tabs
      value={origin}
      onChange={(value) => actions.view.change({ dataOrigin: origins.find((one) => one === value) ?? "files" })}
    >
      <Tabs.List grow mb={12}>
        {samples && <Tabs.Tab value="samples">Samples</Tabs.Tab>}
        <Tabs.Tab value="hub">GLUE from the Hub</Tabs.Tab>
        <Tabs.Tab value="files">Your files</Tabs.Tab>
      </Tabs.List>
      <Tabs.Panel value="samples">
        <SampleTasks />
      </Tabs.Panel>
      <Tabs.Panel value="hub">
        <HubTask />
      </Tabs.Panel>
      <Tabs.Panel value="files">
        <div className={layoutClasses.stackTight}>
          {sides.map((side) => (
            <TableDrop key={side} side={side} />
          ))}
        </div>
      </Tabs.Panel>
    </Tabs>
  );
}

/** A table that is loaded, and what was wrong with one that is not. */
function Loaded({ side }: { readonly side: TableRole }) {
  const table = useSelect((state) => state.data[side]);
  const busy = useActive();
  return (
    <>
      {table !== null && <TableCard side={side} table={table} disabled={busy} />}
      <Notices place={side} />
    </>
  );
}

function TableDrop({ side }: { readonly side: TableRole }) {
  const loaded = useSelect((state) => state.data[side] !== null);
  const loading = useSelect((state) => (side === "train" ? state.data.loadingTrain : state.data.loadingDev));
  const busy = useActive();
  const actions = useActions();
  if (loaded) return null;
  return (
    <DropZone
      label={side === "train" ? "the training table" : "the dev table"}
      accept={tableTypes}
      busy={loading}
      cancel={<Cancel what={side} of="the reading" />}
      disabled={busy}
      compact
      onFiles={(files) => void (files.length > 1 ? actions.takeFiles(files) : actions.data.load(side, files))}
    >
      <p className={textClasses.hint}>
        {side === "train"
          ? "A TSV, CSV, JSON, Parquet or .xlsx file with one example a row, such as train.tsv of a GLUE task."
          : "dev.tsv, on which scores are measured. Without one, a share of the training table is set aside."}
      </p>
    </DropZone>
  );
}

function TaskSelect() {
  const catalog = useSelect((state) => state.engine.catalog);
  const data = useSelect((state) => state.data);
  const busy = useActive();
  const actions = useActions();
  const task = taskOf(data);
  const entry = catalog?.tasks.find((one) => one.id === task);
  const options = (catalog?.tasks ?? []).map((one) => ({ value: one.id, label: one.label }));
  const recognised = data.task === null && task !== null;
  return (
    <NativeSelect
      label="Task"
      disabled={busy}
      description={recognised ? "Recognised from the file; choose another if that is wrong." : entry?.summary}
      data={task === null ? [{ value: "", label: "Choose what the tables are for" }, ...options] : options}
      value={task ?? ""}
      onChange={(event) => actions.data.setTask(event.currentTarget.value === "" ? null : event.currentTarget.value)}
    />
  );
}

const isShare = (value: number | null): value is number => value !== null && value > 0 && value < 1;

/** How train is split where there is no dev table. */
function SplitFields() {
  const devShare = useSelect((state) => state.settings.devShare);
  const splitSeed = useSelect((state) => state.settings.splitSeed);
  const actions = useActions();
  return (
    <fieldset className={setupClasses.plainFieldset}>
      <legend className={textClasses.hint}>
        No dev table: a stratified share of the training table is set aside, the same for every method and seed.
      </legend>
      <div className={classes.pair}>
        <CheckedNumber
          label="Share set aside"
          value={devShare}
          fits={isShare}
          wanted="A number between 0 and 1."
          onValue={(value) => actions.settings.setRows({ devShare: value })}
        />
        <CheckedNumber
          label="Seed of the split"
          value={splitSeed}
          fits={isSeed}
          wanted="A whole number from 0."
          onValue={(value) => actions.settings.setRows({ splitSeed: value })}
        />
      </div>
    </fieldset>
  );
}
