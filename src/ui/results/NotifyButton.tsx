import { Button } from "@mantine/core";
import { Bell, BellRing } from "lucide-react";
import { useEffect, useRef, useState } from "react";
import { useActions, useActive, useSelect } from "../app-context.ts";

/** Asks for a notification of the system when the runs are done; the browser is asked only then. */
export function NotifyButton() {
  const wanted = useSelect((state) => state.view.notify);
  const [refused, setRefused] = useState(false);
  const actions = useActions();
  if (typeof Notification === "undefined") return null;
  async function ask(): Promise<void> {
    const answer = wanted ? "default" : await Notification.requestPermission();
    actions.view.change({ notify: answer === "granted" });
    setRefused(answer === "denied");
  }
  return (
    <Button
      aria-pressed={wanted}
      leftSection={wanted ? <BellRing size={14} /> : <Bell size={14} />}
      onClick={() => void ask()}
      title={refused ? "This browser refuses notifications for this page: allow them in its settings" : undefined}
    >
      {wanted ? "You will be notified" : refused ? "Notifications are blocked" : "Notify me when done"}
    </Button>
  );
}

/** Notifies when the runs have ended, if that was asked for and nobody looks at the page. */
export function Notifier() {
  const wanted = useSelect((state) => state.view.notify);
  const status = useSelect((state) => state.experiment.status);
  const active = useActive();
  const wasActive = useRef(false);
  useEffect(() => {
    const ended = wasActive.current && !active;
    wasActive.current = active;
    if (!ended || !wanted || document.visibilityState !== "hidden") return;
    const body = status === "finished" ? "All runs are done." : "The runs ended early.";
    const notification = new Notification("DPS Playground", { body });
    notification.addEventListener("click", () => window.focus());
  }, [wanted, active, status]);
  return null;
}
