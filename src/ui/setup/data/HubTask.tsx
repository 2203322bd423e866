import { Button, NativeSelect } from "@mantine/core";
import { Download } from "lucide-react";
import type { HubFile, TaskEntry } from "../../../contract/catalog.ts";
import { isBusy } from "../../../store/state.ts";
import { useActions, useSelect } from "../../app-context.ts";
import { formatBytes, formatWhole } from "../../../core/format.ts";
import { DownloadCard } from "../downloads/DownloadCard.tsx";
import { Notices } from "../../frame/Notices.tsx";
import layoutClasses from "../../kit/layout.module.css";
import textClasses from "../../kit/text.module.css";
import setupClasses from "../setup.module.css";

/** A task's own tables from the Hub. */
export function HubTask() {
  const tasks = useSelect((state) => state.engine.catalog?.tasks);
  const { task: chosen, devPath, download, remark } = useSelect((state) => state.hub);
  const running = useSelect(isBusy);
  const reading = useSelect((state) => state.data.loadingTrain || state.data.loadingDev);
  const actions = useActions();
  const offered = (tasks ?? []).flatMap((task) => (task.hub === null ? [] : [{ task, hub: task.hub }]));
  if (offered.length === 0) return null;
  const { task, hub } = offered.find((one) => one.task.id === chosen) ?? { task: null, hub: null };
  const dev = hub?.dev.find(({ path }) => path === devPath) ?? hub?.dev[0];
  return (
    <section className={layoutClasses.stackTight} aria-label="GLUE from the Hub">
      <div className={layoutClasses.row}>
        <NativeSelect
          className={setupClasses.grow}
          aria-label="Task from the Hub"
          value={task?.id ?? ""}
          data={[{ value: "", label: "Choose a task" }, ...offered.map((one) => optionOf(one.task))]}
          onChange={(event) => actions.hub.setTask(event.currentTarget.value === "" ? null : event.currentTarget.value)}
        />
        <Button
          size="xs"
          leftSection={<Download size={14} />}
          disabled={task === null || download !== null || running || reading}
          onClick={() => task !== null && void actions.hub.downloadTask(task)}
        >
          Download
        </Button>
      </div>
      {task !== null && hub.dev.length > 1 && (
        <NativeSelect
          label="Scored on"
          value={dev?.path ?? ""}
          data={hub.dev.map(({ path, split }) => ({ value: path, label: split.replaceAll("_", " ") }))}
          onChange={(event) => actions.hub.setTask(task.id, event.currentTarget.value)}
        />
      )}
      {hub !== null && dev !== undefined && <p className={textClasses.hint}>{sizeOf(hub.train, dev)}</p>}
      <DownloadCard aim="data" />
      {remark?.aim === "data" && <p className={textClasses.hint}>{remark.text}</p>}
      <Notices place="hub-data" />
    </section>
  );
}

function optionOf({ id, label }: TaskEntry): { readonly value: string; readonly label: string } {
  return { value: id, label };
}

function sizeOf(train: HubFile, dev: HubFile): string {
  const rows = (file: HubFile): string => formatWhole(file.rowCount);
  const bytes = formatBytes(train.sizeBytes + dev.sizeBytes);
  return `${rows(train)} rows to train on and ${rows(dev)} to score on: ${bytes} of Parquet.`;
}
