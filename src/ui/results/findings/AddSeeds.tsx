import { Button } from "@mantine/core";
import { Plus } from "lucide-react";
import type { ComparisonRecord } from "../../../contract/comparison.ts";
import { nextSeeds } from "../../../contract/seeds.ts";
import { countOf, formatDuration } from "../../../core/format.ts";
import { seedsToAdd } from "../../../store/results/seeds-to-add.ts";
import { planTimeMs } from "../../../store/setup/plan-time.ts";
import { problemWithGrowing } from "../../../store/state.ts";
import { useActions, useSelect } from "../../app-context.ts";
import textClasses from "../../kit/text.module.css";
import classes from "./comparison.module.css";

/** What would settle a comparison, as a button: so many more seeds of every method, and about how long they take. */
export function AddSeeds({ record }: { readonly record: ComparisonRecord }) {
  const config = useSelect((state) => state.experiment.config);
  const runs = useSelect((state) => state.experiment.runs);
  const catalog = useSelect((state) => state.engine.catalog);
  const open = useSelect((state) => problemWithGrowing(state) === null);
  const actions = useActions();
  const { count, more } = seedsToAdd(record, runs);
  if (!open || config === null || catalog === null || count === 0) return null;
  const { plan, rows, trainCount } = config;
  const seeds = nextSeeds(plan.seeds, count);
  const time = planTimeMs({ ...plan, seeds }, catalog, runs, { count: trainCount, of: rows?.sample?.of ?? trainCount });
  return (
    <span className={classes.add}>
      <Button
        size="compact-xs"
        variant="light"
        leftSection={<Plus size={12} aria-hidden />}
        title={`Runs every method with seed ${seeds.join(", ")}`}
        onClick={() => void actions.grow.extend({ methods: [], seeds })}
      >
        Add {countOf(count, "seed")}
      </Button>
      <span className={textClasses.soft}>
        {more > count && `of about ${more} more`}
        {more > count && time !== null && ", "}
        {time !== null && `about ${formatDuration(time)}`}
      </span>
    </span>
  );
}
