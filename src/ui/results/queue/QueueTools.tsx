import { Button, NativeSelect } from "@mantine/core";
import { Plus } from "lucide-react";
import { useActions, useSelect } from "../../app-context.ts";
import { nextSeeds } from "../../../contract/seeds.ts";
import { countOf } from "../../../core/format.ts";
import { problemWithGrowing } from "../../../store/state.ts";
import textClasses from "../../kit/text.module.css";
import classes from "./queue.module.css";

/** Adds to the experiment, during it and after its end: the next seeds for all its methods, or a method for all its seeds. */
export function QueueTools() {
  const plan = useSelect((state) => state.experiment.config?.plan ?? null);
  const problem = useSelect(problemWithGrowing);
  const methods = useSelect((state) => state.engine.catalog?.methods);
  const settings = useSelect((state) => state.settings.methods);
  const actions = useActions();
  if (plan === null) return null;
  if (problem !== null && problem !== "") return <p className={textClasses.hint}>{problem}</p>;
  const closed = problem !== null;
  const others = (methods ?? []).filter(({ id }) => !plan.methods.some((choice) => choice.id === id));
  return (
    <div className={classes.tools}>
      {[1, 5].map((count) => (
        <Button
          key={count}
          disabled={closed}
          leftSection={<Plus size={13} />}
          title={`Queues seed ${nextSeeds(plan.seeds, count).join(", ")} of every method`}
          onClick={() => void actions.grow.extend({ methods: [], seeds: nextSeeds(plan.seeds, count) })}
        >
          {countOf(count, "seed")}
        </Button>
      ))}
      {others.length > 0 && (
        <NativeSelect
          aria-label="Add a method to the experiment, with its settings as they stand"
          disabled={closed}
          data={[{ value: "", label: "Add a method …" }, ...others.map(({ id, label }) => ({ value: id, label }))]}
          value=""
          onChange={(event) => {
            const id = event.currentTarget.value;
            const values = settings[id]?.values ?? {};
            void actions.grow.extend({ methods: [{ id, values }], seeds: [] });
          }}
        />
      )}
    </div>
  );
}
