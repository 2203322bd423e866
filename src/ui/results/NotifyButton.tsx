import { Button } from "@mantine/core";
import { Bell, BellRing } from "lucide-react";
import { useEffect, useState } from "react";
import { useActive, useSelect } from "../app-context.ts";

/** Tells by a notification of the system when the runs are done, if a person asks for it; asks the browser only then. */
export function NotifyButton() {
  const active = useActive();
  const [wanted, setWanted] = useState(false);
  const [refused, setRefused] = useState(false);
  const status = useSelect((state) => state.experiment.status);
  const offered = typeof Notification !== "undefined";
  useEffect(() => {
    if (!wanted || active || (status !== "finished" && status !== "failed")) return;
    setWanted(false);
    // A person who looks at the page sees it.
    if (document.visibilityState === "hidden") {
      new Notification("DPS Playground", {
        body: status === "finished" ? "All runs are done." : "The runs ended early.",
      });
    }
  }, [wanted, active, status]);
  if (!offered || !active) return null;
  async function ask(): Promise<void> {
    const answer = wanted ? "default" : await Notification.requestPermission();
    setWanted(answer === "granted");
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
