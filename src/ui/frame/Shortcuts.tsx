import { Modal } from "@mantine/core";
import { useEffect, useState } from "react";
import { isActive } from "../../store/experiment.ts";
import { missingForRun } from "../../store/state.ts";
import { useApp } from "../app-context.ts";
import textClasses from "../kit/text.module.css";
import classes from "./Shortcuts.module.css";

/** What keys do, for the list. */
const keys = [
  ["?", "This list"],
  ["r", "Run"],
  ["p", "Pause, or resume"],
  ["s", "Go to the set-up"],
  ["g", "Go to the results"],
  ["h", "Back to the first screen"],
  ["Esc", "Close what lies over the page"],
] as const;

/** Single keys for what is done often; not while typing, and not with Ctrl, Alt or Cmd. */
export function Shortcuts() {
  const { store, actions } = useApp();
  const [open, setOpen] = useState(false);
  useEffect(() => {
    function press(event: KeyboardEvent): void {
      const busyElsewhere = event.defaultPrevented || event.ctrlKey || event.metaKey || event.altKey;
      if (busyElsewhere || isTyping(event.target) || document.querySelector("[role=dialog]") !== null) return;
      const { status } = store.getState().experiment;
      switch (event.key) {
        case "?":
          setOpen(true);
          break;
        case "r":
          if (!isActive(status) && missingForRun(store.getState()).length === 0) void actions.run();
          break;
        case "p":
          if (status === "running") void actions.experiment.pause();
          if (status === "paused") void actions.experiment.resume();
          break;
        case "s":
          actions.view.change({ setupOpen: true });
          goTo("setup");
          break;
        case "g":
          actions.view.change({ setupOpen: false });
          goTo("results");
          break;
        case "h":
          actions.home();
      }
    }
    window.addEventListener("keydown", press);
    return () => window.removeEventListener("keydown", press);
  }, [store, actions]);
  return (
    <Modal
      opened={open}
      onClose={() => setOpen(false)}
      title="Keys"
      classNames={{ title: textClasses.headline ?? "" }}
      closeButtonProps={{ "aria-label": "Close" }}
    >
      <dl className={classes.keys}>
        {keys.map(([key, does]) => (
          <div key={key}>
            <dt>
              <kbd>{key}</kbd>
            </dt>
            <dd>{does}</dd>
          </div>
        ))}
      </dl>
      <p className={classes.hint}>They do nothing while you type.</p>
    </Modal>
  );
}

/** Whether keys are letters of a text, or steps of a control, just now. */
function isTyping(target: EventTarget | null): boolean {
  return target instanceof Element && target.closest("input, textarea, select, [contenteditable]") !== null;
}

function goTo(id: string): void {
  const place = document.getElementById(id);
  place?.scrollIntoView();
  place?.focus({ preventScroll: true });
}
