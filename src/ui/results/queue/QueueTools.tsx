import { Button, NativeSelect } from "@mantine/core";
import { Plus } from "lucide-react";
import { useActions, useSelect } from "../../app-context.ts";
import { countOf } from "../../../core/format.ts";
import classes from "./queue.module.css";

/** Adds to the experiment that is going on: the next seeds for all its methods, or a method for all its seeds. */
export function QueueTools() {
  const plan = useSelect((state) => state.experiment.config?.plan ?? null);
  const stopping = useSelect((state) => state.experiment.status === "stopping");
  const methods = useSelect((state) => state.engine.catalog?.methods);
  const settings = useSelect((state) => state.settings.methods);
  const actions = useActions();
  if (plan === null) return null;
  const others = (methods ?? []).filter(({ id }) => !plan.methods.some((choice) => choice.id === id));
  const next = Math.max(...plan.seeds) + 1;
  return (
    <div className={classes.tools}>
      {[1, 5].map((count) => (
        <Button
          key={count}
          disabled={stopping}
          leftSection={<Plus size={13} />}
          title={`Queues seed ${next}${count > 1 ? ` to ${next + count - 1}` : ""} of every method`}
          onClick={() => {
            const seeds = Array.from({ length: count }, (_, index) => next + index);
            void actions.experiment.extend({ methods: [], seeds });
          }}
        >
          {countOf(count, "seed")}
        </Button>
      ))}
      {others.length > 0 && (
        <NativeSelect
          aria-label="Add a method to the experiment, with its settings as they stand"
          disabled={stopping}
          data={[{ value: "", label: "Add a method …" }, ...others.map(({ id, label }) => ({ value: id, label }))]}
          value=""
          onChange={(event) => {
            const id = event.currentTarget.value;
            const values = settings[id]?.values ?? {};
            void actions.experiment.extend({ methods: [{ id, values }], seeds: [] });
          }}
        />
      )}
    </div>
  );
}
