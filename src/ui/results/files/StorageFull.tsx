import { Button } from "@mantine/core";
import { Trash2 } from "lucide-react";
import { goingFirst } from "../../../store/results/kept/kept.ts";
import { useActions, useSelect } from "../../app-context.ts";
import classes from "./KeptResults.module.css";

/** Names listed before "and others". */
const mostNames = 3;

/** Asks before anything goes: a result found no room. */
export function StorageFull() {
  const kept = useSelect((state) => state.kept);
  const actions = useActions();
  if (kept.waiting.length === 0) return null;
  const goes = goingFirst(kept);
  const names = goes.slice(0, mostNames).map(({ name }) => `“${name}”`);
  return (
    <div className={classes.full} role="alert">
      <p>
        This browser’s storage is full, so {kept.waiting.map(({ name }) => `“${name}”`).join(", ")} will be gone when
        the page is closed.{" "}
        {goes.length === 0
          ? "All others are pinned or in use: delete one, free space in Downloads, or save result.json."
          : `The oldest that are not pinned can make room: ${names.join(", ")}${goes.length > mostNames ? " and others" : ""}.`}
      </p>
      {goes.length > 0 && (
        <Button leftSection={<Trash2 size={14} aria-hidden />} onClick={() => void actions.kept.makeRoom()}>
          Delete the oldest until it fits
        </Button>
      )}
    </div>
  );
}
