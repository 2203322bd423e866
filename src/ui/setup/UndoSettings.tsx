import { Button } from "@mantine/core";
import { Undo2 } from "lucide-react";
import { undoable } from "../../store/state.ts";
import { useActions, useActive, useSelect } from "../app-context.ts";
import cardClasses from "../kit/card.module.css";
import classes from "./setup.module.css";

/** After many settings were changed at once, and until one is changed again: the way back. */
export function UndoSettings() {
  const what = useSelect(undoable);
  const active = useActive();
  const actions = useActions();
  if (what === null) return null;
  return (
    <output className={`${cardClasses.line} ${classes.undo}`}>
      <span>{what}</span>
      <Button
        size="compact-sm"
        disabled={active}
        leftSection={<Undo2 size={14} aria-hidden />}
        onClick={() => actions.settings.undo()}
      >
        Undo
      </Button>
    </output>
  );
}
