import { Alert, Button, Group } from "@mantine/core";
import { TriangleAlert } from "lucide-react";
import type { Place } from "../../store/slot.ts";
import { useActions, useSelect } from "../app-context.ts";
import layoutClasses from "../kit/layout.module.css";
import classes from "./Notices.module.css";

/** The errors that belong here, each until it is dismissed or its cause is gone. */
export function Notices({ place }: { readonly place: Place }) {
  const all = useSelect((state) => state.notices.items);
  const needsRestart = useSelect((state) => state.experiment.needsRestart);
  const status = useSelect((state) => state.engine.status);
  const actions = useActions();
  const items = all.filter((item) => item.place === place);
  if (items.length === 0) return null;
  return (
    <div className={layoutClasses.stack}>
      {items.map((item) => (
        <Alert
          key={item.id}
          variant="light"
          color="red"
          icon={<TriangleAlert size={16} />}
          withCloseButton
          closeButtonLabel="Dismiss this message"
          onClose={() => actions.notices.dismiss(item.id)}
          classNames={{ body: classes.body ?? "" }}
        >
          {item.message}
          {place === "run" && needsRestart && (
            <Group mt={8}>
              <Button variant="filled" onClick={() => void actions.startAgain()}>
                Start again on a fresh device
              </Button>
            </Group>
          )}
          {place === "engine" && status === "failed" && (
            <Group mt={8}>
              <Button onClick={() => void actions.renew()}>Try again</Button>
            </Group>
          )}
        </Alert>
      ))}
    </div>
  );
}
