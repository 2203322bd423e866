import { Button, Checkbox, CloseButton, TextInput } from "@mantine/core";
import { Columns2, Pin, PinOff, Undo2 } from "lucide-react";
import { useState } from "react";
import { nameLimit, type KeptItem } from "../../../store/results/kept/kept-list.ts";
import { standingText } from "../../../store/results/kept/standing.ts";
import { formatBytes } from "../../../core/format.ts";
import { useActions, useActive, useSelect } from "../../app-context.ts";
import cardClasses from "../../kit/card.module.css";
import textClasses from "../../kit/text.module.css";
import { StorageFull } from "./StorageFull.tsx";
import classes from "./KeptResults.module.css";

/** Results that this browser keeps: to be shown again, compared, named, pinned, deleted. */
export function KeptResults() {
  const items = useSelect((state) => state.kept.items);
  const deleted = useSelect((state) => state.kept.deleted);
  const refusal = useSelect((state) => state.kept.refusal);
  if (items.length === 0 && deleted === null) return refusal === null ? null : <Refusal text={refusal} />;
  const total = items.reduce((sum, item) => sum + bytesOf(item), 0);
  return (
    <section className={cardClasses.card} aria-labelledby="kept-results">
      <h3 id="kept-results" className={cardClasses.title}>
        Your results
      </h3>
      {refusal === null ? (
        <p className={textClasses.hint}>
          Saved in this browser after each run, {formatBytes(total)} in all. Nothing is sent anywhere.
        </p>
      ) : (
        <Refusal text={refusal} />
      )}
      <StorageFull />
      <List items={items} />
      <Deleted />
    </section>
  );
}

/** With its runs under way. */
function bytesOf({ sizeBytes, runs }: KeptItem): number {
  return runs.reduce((sum, run) => sum + run.sizeBytes, sizeBytes);
}

function Refusal({ text }: { readonly text: string }) {
  return <p className={textClasses.hint}>{text}</p>;
}

function List({ items }: { readonly items: readonly KeptItem[] }) {
  const [chosen, setChosen] = useState<readonly string[]>([]);
  const active = useActive();
  const actions = useActions();
  const there = chosen.filter((id) => items.some((item) => item.id === id && !item.broken));
  return (
    <>
      <ul className={classes.list}>
        {items.map((item) => (
          <Item
            key={item.id}
            item={item}
            chosen={there.includes(item.id)}
            onChoose={(on) => setChosen(on ? [...there, item.id] : there.filter((id) => id !== item.id))}
          />
        ))}
      </ul>
      {items.length > 1 && (
        <Button
          mt={8}
          disabled={active || there.length < 2}
          leftSection={<Columns2 size={14} aria-hidden />}
          title="Results of one task and model are laid side by side, by the setting that differs"
          onClick={() => void actions.kept.compare(there)}
        >
          {there.length < 2 ? "Compare: tick two or more" : `Compare these ${there.length}`}
        </Button>
      )}
    </>
  );
}

interface ItemProps {
  readonly item: KeptItem;
  /** To be compared. */
  readonly chosen: boolean;
  readonly onChoose: (on: boolean) => void;
}

function Item({ item, chosen, onChoose }: ItemProps) {
  const { id, name, pinned, broken } = item;
  const actions = useActions();
  const remove = (
    <CloseButton
      size="sm"
      disabled={item.held}
      aria-label={broken ? "Delete this entry" : `Delete ${name}`}
      onClick={() => void actions.kept.remove(id)}
    />
  );
  if (broken) {
    return (
      <li className={classes.item}>
        <span className={classes.about}>{name === "" ? "An entry" : name} that cannot be read</span>
        {remove}
      </li>
    );
  }
  return (
    <li className={classes.item}>
      <Checkbox
        aria-label={`Compare ${name}`}
        checked={chosen}
        onChange={(event) => onChoose(event.currentTarget.checked)}
      />
      <Name key={name} item={item} />
      <About item={item} />
      <span className={classes.tools}>
        <ShowButton item={item} />
        <Button
          aria-pressed={pinned}
          aria-label={`Pin ${name}`}
          title={pinned ? "Pinned: it stays when storage is short" : "Pin, so that it stays when storage is short"}
          variant={pinned ? "light" : "default"}
          onClick={() => void actions.kept.change(id, { pinned: !pinned })}
        >
          {pinned ? <PinOff size={14} /> : <Pin size={14} />}
        </Button>
        {remove}
      </span>
    </li>
  );
}

/** Written when a person has done with it. */
function Name({ item: { id, name } }: Pick<ItemProps, "item">) {
  const [text, setText] = useState(name);
  const actions = useActions();
  function save(): void {
    const wanted = text.trim();
    if (wanted === "") setText(name);
    else if (wanted !== name) void actions.kept.change(id, { name: wanted });
  }
  return (
    <TextInput
      className={classes.name ?? ""}
      aria-label={`Name of ${name}`}
      value={text}
      maxLength={nameLimit}
      onChange={(event) => setText(event.currentTarget.value)}
      onBlur={save}
      onKeyDown={(event) => {
        if (event.key === "Enter") event.currentTarget.blur();
      }}
    />
  );
}

/** Model, methods and seeds; date, size, and how far it came. */
function About({ item }: Pick<ItemProps, "item">) {
  const { about, savedAt, runs, completed, planned, over } = item;
  const date = new Date(savedAt);
  return (
    <span className={classes.about}>
      {about}
      <br />
      <time dateTime={date.toISOString()}>
        {date.toLocaleString("en", { dateStyle: "medium", timeStyle: "short" })}
      </time>
      {` · ${formatBytes(bytesOf(item))}`}
      {completed < planned &&
        ` · ${completed} of ${planned} runs finished${standingText(runs)}${over || item.held ? "" : ", cut off"}`}
    </span>
  );
}

function ShowButton({ item: { id, held, name } }: Pick<ItemProps, "item">) {
  const shown = useSelect((state) => state.kept.shown === id);
  const active = useActive();
  const actions = useActions();
  const text = shown ? "On show" : held ? "In another tab" : "Show";
  return (
    <Button
      disabled={active || shown || held}
      aria-label={`${text}: ${name}`}
      onClick={() => void actions.kept.show(id)}
    >
      {text}
    </Button>
  );
}

/** The way back. */
function Deleted() {
  const name = useSelect((state) => state.kept.deleted?.head.name);
  const actions = useActions();
  if (name === undefined) return null;
  return (
    <output className={classes.deleted}>
      <span>“{name}” was deleted.</span>
      <Button leftSection={<Undo2 size={14} aria-hidden />} onClick={() => void actions.kept.restore()}>
        Undo
      </Button>
    </output>
  );
}
