import { Button } from "@mantine/core";
import { RotateCw } from "lucide-react";
import { useEffect, useState } from "react";
import { countOf } from "../../core/format.ts";
import { isBusy } from "../../store/state.ts";
import { useSelect } from "../app-context.ts";
import { followVersions, takeVersion } from "./new-version.ts";
import cardClasses from "../kit/card.module.css";
import classes from "./NewVersion.module.css";

/** Built pages only: the sources change under the page's feet. */
const address = import.meta.env.PROD ? `${import.meta.env.BASE_URL}service-worker.js` : null;

/** A line at the top once a new release of the page is ready. */
export function NewVersion() {
  const [waiting, setWaiting] = useState<ServiceWorker | null>(null);
  const [others, setOthers] = useState(0);
  const busy = useSelect(isBusy);
  useEffect(() => {
    // A browser that refuses it, as for want of room, has the page with the network only, as ever.
    if (address !== null) void followVersions(address, setWaiting).catch(() => undefined);
  }, []);
  if (waiting === null) return null;
  return (
    <output className={`${cardClasses.line} ${classes.place}`}>
      <span>
        A new version of this page is there.{" "}
        {busy
          ? "Reload when what is going on has ended."
          : others > 0 && `It is open in ${countOf(others, "other tab")}: close that first, then reload.`}
      </span>
      <Button
        size="compact-sm"
        disabled={busy}
        leftSection={<RotateCw size={14} aria-hidden />}
        onClick={() => void takeVersion(waiting).then(setOthers)}
      >
        Reload
      </Button>
    </output>
  );
}
