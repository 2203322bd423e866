import { Alert, Button, Group } from "@mantine/core";
import { Hourglass } from "lucide-react";
import { silentAfterMs } from "../../worker/vitals.ts";
import { useActions, useSelect } from "../app-context.ts";
import classes from "./Notices.module.css";

/** The engine answers nothing: it may be busy, or hang, and a person decides which. */
export function Silence() {
  const silent = useSelect((state) => state.engine.silent);
  const actions = useActions();
  if (!silent) return null;
  return (
    <Alert variant="light" color="yellow" icon={<Hourglass size={16} />} classNames={{ body: classes.body ?? "" }}>
      The engine has not answered for {silentAfterMs / 1000} seconds. It may be busy with something large: then wait. To
      stop what it does, start it again: results stay, and model and tables are loaded anew; models that were trained
      and not saved are lost.
      <Group mt={8}>
        <Button onClick={() => void actions.renew()}>Stop and start the engine again</Button>
      </Group>
    </Alert>
  );
}
