import { Button, CloseButton } from "@mantine/core";
import { Play, Plus } from "lucide-react";
import { countOf, formatBytes } from "../../../core/format.ts";
import { itemOf, type LineupItem } from "../../../store/setup/lineup.ts";
import { isBusy } from "../../../store/state.ts";
import { useActions, useSelect } from "../../app-context.ts";
import cardClasses from "../../kit/card.module.css";
import textClasses from "../../kit/text.module.css";
import { useFamily } from "./use-family.ts";
import classes from "./ModelLineup.module.css";

/** Models to be compared: the loaded one is taken in, another is loaded and taken in as well; a run trains them all. */
export function ModelLineup() {
  const items = useSelect((state) => state.lineup.items);
  const model = useSelect((state) => state.model.model);
  const busy = useSelect(isBusy);
  const actions = useActions();
  if (model === null && items.length === 0) return null;
  const largest = largestOf(items);
  const among = model === null || itemOf(items, model) !== undefined;
  return (
    <section className={cardClasses.box} aria-label="Models to compare">
      <p className={cardClasses.boxTitle}>Compare models</p>
      <p className={textClasses.hint}>{hintOf(items)}</p>
      {items.length > 0 && (
        <ul className={classes.list}>
          {items.map((item) => (
            <Item key={item.key} item={item} largest={items.length > 1 && item === largest} disabled={busy} />
          ))}
        </ul>
      )}
      {!among && (
        <Button
          variant="light"
          className={classes.add ?? ""}
          disabled={busy}
          leftSection={<Plus size={14} />}
          onClick={() => actions.lineup.add()}
        >
          Add {model.name}
        </Button>
      )}
      <RunRest items={items} busy={busy} />
      {!among && items.length > 1 && (
        <p className={textClasses.hint}>Without it, {model.name} is not among what Run trains.</p>
      )}
    </section>
  );
}

/** Those that are not done, where others are. */
function RunRest({ items, busy }: { readonly items: readonly LineupItem[]; readonly busy: boolean }) {
  const laid = useSelect((state) => state.sweep.models.length > 0);
  const actions = useActions();
  const left = items.filter(({ status }) => status !== "done");
  if (busy || !laid || left.length === 0 || left.length === items.length) return null;
  return (
    <Button className={classes.add ?? ""} leftSection={<Play size={14} />} onClick={() => void actions.runRest()}>
      Run {left.length === 1 ? left[0]?.record.name : `the other ${left.length}`} only
    </Button>
  );
}

function hintOf(items: readonly LineupItem[]): string {
  if (items.length === 0) return "Several models on the same rows: each runs by itself, and one table holds them all.";
  if (items.length === 1) return "Load another model above and add it, too.";
  const largest = largestOf(items);
  const memory =
    largest === null || largest.totalBytes === null
      ? ""
      : ` Memory is that of the largest, ${formatBytes(largest.totalBytes)}.`;
  return `Run trains these ${countOf(items.length, "model")}, one after another.${memory}`;
}

/** Of those whose memory is known, the one that takes most. */
function largestOf(items: readonly LineupItem[]): LineupItem | null {
  return items.reduce<LineupItem | null>((most, item) => {
    return item.totalBytes !== null && item.totalBytes > (most?.totalBytes ?? -1) ? item : most;
  }, null);
}

const statusTexts: Readonly<Record<LineupItem["status"], string>> = {
  waiting: "",
  running: "running",
  done: "done",
  stopped: "stopped",
  failed: "failed",
};

interface ItemProps {
  readonly item: LineupItem;
  readonly largest: boolean;
  readonly disabled: boolean;
}

function Item({ item, largest, disabled }: ItemProps) {
  const { key, record, totalBytes, status, problem } = item;
  const family = useFamily(record);
  const actions = useActions();
  const memory = totalBytes === null ? "" : ` · up to ${formatBytes(totalBytes)} a run`;
  return (
    <li className={classes.item}>
      <div className={classes.about}>
        <span className={classes.name}>{record.name}</span>
        {statusTexts[status] !== "" && (
          <span className={status === "failed" ? textClasses.tagBad : textClasses.tag}>{statusTexts[status]}</span>
        )}
        {largest && <span className={textClasses.tag}>largest</span>}
        <span className={`${textClasses.soft} ${classes.facts}`}>
          {family?.label ?? record.family}
          {memory}
        </span>
        {problem !== null && <p className={textClasses.problem}>{problem}</p>}
      </div>
      <CloseButton
        aria-label={`Take ${record.name} out of the comparison`}
        disabled={disabled}
        onClick={() => actions.lineup.remove(key)}
      />
    </li>
  );
}
