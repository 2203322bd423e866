import { Button } from "@mantine/core";
import { Search, Square } from "lucide-react";
import { suggestedRate } from "../../../analysis/rates/rate-finder.ts";
import { rateSteps } from "../../../contract/engine/rates.ts";
import { formatNumber } from "../../../core/format.ts";
import { planOf } from "../../../store/setup/plan.ts";
import { isBusy, rateKey } from "../../../store/state.ts";
import { useActions, useApp, useSelect } from "../../app-context.ts";
import { Notices } from "../../frame/Notices.tsx";
import { later } from "../../kit/later.tsx";
import layoutClasses from "../../kit/layout.module.css";
import textClasses from "../../kit/text.module.css";
import classes from "./RateFinder.module.css";

const RateCurve = later(async () => (await import("./RateCurve.tsx")).RateCurve);

/** Tries learning rates on the loaded model and data, draws the loss over the rate, and offers what it speaks for. */
export function RateFinder() {
  const { store } = useApp();
  const key = useSelect(rateKey);
  const { searching, trials, of } = useSelect((state) => state.rates);
  const busy = useSelect(isBusy);
  const actions = useActions();
  if (key === null) return null;
  const current = of === key && trials.length > 0;
  function find(): void {
    const { settings, engine } = store.getState();
    const plan = engine.catalog === null ? null : planOf(settings, engine.catalog).plan;
    if (plan !== null && key !== null) void actions.rates.find(plan, key);
  }
  return (
    <div className={classes.finder}>
      <div className={layoutClasses.buttons}>
        {searching ? (
          <Button size="xs" leftSection={<Square size={12} />} onClick={() => void actions.rates.stop()}>
            Stop the search
          </Button>
        ) : (
          <Button size="xs" leftSection={<Search size={13} />} disabled={busy} onClick={find}>
            {current ? "Find a rate again" : "Find a learning rate"}
          </Button>
        )}
        <span className={textClasses.hint}>
          {searching
            ? `Step ${trials.length} of at most ${rateSteps}`
            : `At most ${rateSteps} steps of plain fine-tuning; nothing is kept.`}
        </span>
      </div>
      <Notices place="rates" />
      {current && <RateCurve trials={trials} />}
      {current && !searching && <Suggestion rate={suggestedRate(trials)} />}
    </div>
  );
}

function Suggestion({ rate }: { readonly rate: number | null }) {
  const used = useSelect((state) => state.settings.training["learningRate"]);
  const actions = useActions();
  if (rate === null) {
    return (
      <p className={textClasses.hint}>The loss fell at no rate: the batches may be too small, or the task too hard.</p>
    );
  }
  return (
    <p className={classes.suggestion} aria-live="polite">
      This search speaks for <b>{formatNumber(rate)}</b>: where the loss falls most steeply or, if that is lower, a
      tenth of the rate at which it is lowest (Smith 2017).{" "}
      {used === rate ? (
        "It is used."
      ) : (
        <Button
          size="compact-xs"
          variant="light"
          onClick={() => actions.settings.setTrainingValue("learningRate", rate)}
        >
          Use it
        </Button>
      )}
    </p>
  );
}
