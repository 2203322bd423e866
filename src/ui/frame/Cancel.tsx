import { Button } from "@mantine/core";
import type { Cancellable } from "../../worker/api.ts";
import { useActions } from "../app-context.ts";

/** Ends what the engine is busy with. `of`: that, in words. */
export function Cancel({ what, of }: { readonly what: Cancellable; readonly of: string }) {
  const actions = useActions();
  return (
    <Button aria-label={`Cancel ${of}`} onClick={() => void actions.cancel(what)}>
      Cancel
    </Button>
  );
}
