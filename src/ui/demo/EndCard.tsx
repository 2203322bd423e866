import { Button, NativeSelect } from "@mantine/core";
import { FastForward, MessageSquareText, Plus } from "lucide-react";
import { verdictTitle } from "../../analysis/comparison/verdict.ts";
import { asShown, type NumberField } from "../../contract/fields.ts";
import { countOf, formatShare } from "../../core/format.ts";
import { problemWithGrowing } from "../../store/state.ts";
import { useActions, useSelect } from "../app-context.ts";
import { aboutTime } from "../kit/about-time.ts";
import { useMethodLooks } from "../kit/palette.ts";
import { useMetric } from "../results/use-metric.ts";
import { trainedModelsAnchor } from "../results/models/anchor.ts";
import { CopyLink } from "../share/CopyLink.tsx";
import cardClasses from "../kit/card.module.css";
import layoutClasses from "../kit/layout.module.css";
import textClasses from "../kit/text.module.css";
import classes from "./EndCard.module.css";

/** Seeds that one press adds. */
const moreSeeds = 3;

/** After a run of one's own: what it amounts to, and what to do next. */
export function EndCard() {
  const shown = useSelect(
    ({ experiment: { status, source, config } }) =>
      status === "finished" && source === "live" && config !== null && config.plan.grid.length === 0,
  );
  const comparisons = useSelect((state) => state.experiment.comparisons);
  const { metric } = useMetric();
  const looks = useMethodLooks();
  const records = comparisons.filter(({ score, seeds }) => score === metric.id && seeds.length > 0);
  const [first] = records;
  if (!shown || first === undefined) return null;
  return (
    <section className={cardClasses.told} aria-labelledby="end-card">
      <h3 id="end-card" className={textClasses.headline}>
        {verdictTitle(records, first.reference, (id) => looks(id).label)}
      </h3>
      {records.map(({ method, sentence }) => (
        <p key={method} className={classes.sentence}>
          {sentence}
        </p>
      ))}
      <Next />
    </section>
  );
}

function Next() {
  const seeds = useSelect((state) => state.experiment.config?.plan.seeds);
  const rest = useSelect((state) => state.demo.rest);
  const growing = useSelect((state) => problemWithGrowing(state) === null);
  const models = useSelect((state) => state.exports.runs.length > 0);
  const actions = useActions();
  const next = Math.max(0, ...(seeds ?? [])) + 1;
  return (
    <div className={`${layoutClasses.row} ${classes.next}`}>
      {rest !== null && (
        <Button
          variant="filled"
          disabled={!growing}
          leftSection={<FastForward size={14} />}
          onClick={() => void actions.continueDemo()}
        >
          Continue to the full demo, {aboutTime(rest.timeMs)}
        </Button>
      )}
      <Button
        variant={rest === null ? "filled" : "default"}
        disabled={!growing}
        leftSection={<Plus size={14} />}
        onClick={() => {
          const added = Array.from({ length: moreSeeds }, (_, index) => next + index);
          void actions.grow.extend({ methods: [], seeds: added });
        }}
      >
        Add {countOf(moreSeeds, "seed")}
      </Button>
      <TrainedShare />
      {models && (
        <Button component="a" href={`#${trainedModelsAnchor}`} leftSection={<MessageSquareText size={14} />}>
          Try a sentence
        </Button>
      )}
      <CopyLink of="result" />
    </div>
  );
}

/** Shares to choose from, as people are shown them. */
const shares = [0.9, 0.7, 0.5, 0.3, 0.1];

/** Runs the same again with another share of each matrix trained, for the methods that have such a setting. */
function TrainedShare() {
  const catalog = useSelect((state) => state.engine.catalog);
  const plan = useSelect((state) => state.experiment.config?.plan);
  const settings = useSelect((state) => state.settings.methods);
  const actions = useActions();
  const found = (catalog?.methods ?? []).flatMap((entry) => {
    const field = entry.fields.find((one): one is NumberField => one.kind === "number" && one.leftOut === true);
    const ran = plan?.methods.find(({ id }) => id === entry.id);
    const open = settings[entry.id]?.included === true;
    return field === undefined || ran === undefined || !open
      ? []
      : [{ method: entry.id, field, value: ran.values[field.id] }];
  });
  const [first] = found;
  if (first === undefined) return null;
  const now = asShown(first.field, first.value);
  return (
    <NativeSelect
      aria-label={`Change the ${first.field.label.toLowerCase()} and run again`}
      data={[
        { value: "", label: `Change the ${first.field.label.toLowerCase()} …` },
        ...shares.map((share) => ({
          value: String(share),
          label: share === now ? `${formatShare(share)}, as now` : `${formatShare(share)}: run again`,
          disabled: share === now,
        })),
      ]}
      value=""
      onChange={(event) => {
        const share = Number(event.currentTarget.value);
        for (const { method, field } of found) actions.settings.setMethodValue(method, field.id, asShown(field, share));
        void actions.run();
      }}
    />
  );
}
