import { Button, CloseButton, TextInput } from "@mantine/core";
import { Pin, PinOff, Undo2 } from "lucide-react";
import { useActions, useActive, useSelect } from "../../app-context.ts";
import cardClasses from "../../kit/card.module.css";
import textClasses from "../../kit/text.module.css";
import classes from "./PastResults.module.css";

/** Results of this visit that gave way to others: to be shown again, named, pinned, deleted. */
export function PastResults() {
  const { items, shown } = useSelect((state) => state.past);
  const active = useActive();
  const actions = useActions();
  if (items.length === 0) return null;
  return (
    <section className={cardClasses.card} aria-labelledby="past-results">
      <h3 id="past-results" className={cardClasses.title}>
        Results of this visit
      </h3>
      <p className={textClasses.hint}>
        Kept until the page is closed, the latest eight; a pinned one stays. To keep one for longer, show it and save
        its result.json.
      </p>
      <ul className={classes.list}>
        {items.map(({ id, name, about, pinned }) => (
          <li key={id} className={classes.item}>
            <TextInput
              className={classes.name ?? ""}
              aria-label={`Name of result ${id}`}
              value={name}
              maxLength={80}
              onChange={(event) => actions.past.change(id, { name: event.currentTarget.value })}
            />
            <span className={classes.about}>{about}</span>
            <Button disabled={active || shown === id} onClick={() => void actions.past.show(id)}>
              {shown === id ? "On show" : "Show"}
            </Button>
            <Button
              aria-pressed={pinned}
              aria-label={`Pin ${name}`}
              title={pinned ? "Pinned: it stays" : "Pin, so that it stays"}
              variant={pinned ? "light" : "default"}
              onClick={() => actions.past.change(id, { pinned: !pinned })}
            >
              {pinned ? <PinOff size={14} /> : <Pin size={14} />}
            </Button>
            <CloseButton size="sm" aria-label={`Delete ${name}`} onClick={() => actions.past.remove(id)} />
          </li>
        ))}
      </ul>
    </section>
  );
}

/** While a run goes on that took a result's place: the way back. */
export function UndoRun() {
  const active = useActive();
  const name = useSelect(({ past }) => past.items.find(({ id }) => id === past.replaced)?.name);
  const stopping = useSelect((state) => state.experiment.status === "stopping");
  const actions = useActions();
  if (!active || name === undefined) return null;
  return (
    <p className={classes.undo}>
      <span>“{name}” gave way to this run and is kept below.</span>
      <Button disabled={stopping} leftSection={<Undo2 size={14} />} onClick={() => void actions.past.undo()}>
        Undo: stop, and show it again
      </Button>
    </p>
  );
}
