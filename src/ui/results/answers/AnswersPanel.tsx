import { NativeSelect } from "@mantine/core";
import { useMemo, useState } from "react";
import { countOf, formatWhole } from "../../../core/format.ts";
import {
  answeringMethods,
  answersAt,
  type AnswerChoice,
  type AnsweringMethod,
} from "../../../store/results/answers.ts";
import { isActive } from "../../../store/experiment.ts";
import { useApp, useSelect } from "../../app-context.ts";
import { useMethodLooks } from "../../kit/palette.ts";
import { useShownSetting } from "../use-shown.ts";
import { Calibration } from "./Calibration.tsx";
import { ClassScores } from "./ClassScores.tsx";
import { ConfusionMatrix } from "./ConfusionMatrix.tsx";
import { LabelScores } from "./LabelScores.tsx";
import { Residuals } from "./Residuals.tsx";
import { Thresholds } from "./Thresholds.tsx";
import cardClasses from "../../kit/card.module.css";
import textClasses from "../../kit/text.module.css";
import classes from "./answers.module.css";

/** What a method said of the dev rows: which classes it mixes up, how sure it is, how far its scores are off. */
export function AnswersPanel() {
  const { archive } = useApp();
  const version = useSelect((state) => state.experiment.version);
  const over = useSelect((state) => !isActive(state.experiment.status));
  const setting = useShownSetting();
  const { methods } = useMemo(
    () => ({ version, methods: over ? answeringMethods(archive, setting) : [] }),
    [version, over, archive, setting],
  );
  const [wanted, setWanted] = useState<AnswerChoice | null>(null);
  const choice = choiceAmong(methods, wanted);
  const { found } = useMemo(
    () => ({ version, found: choice === null ? null : answersAt(archive, setting, choice) }),
    [version, archive, setting, choice],
  );
  if (choice === null || found === null) return null;
  return (
    <section className={`${cardClasses.card} ${classes.panel}`} aria-label="Look into the answers">
      <div className={classes.head}>
        <div>
          <h3 className={cardClasses.title}>Look into the answers</h3>
          <p className={textClasses.hint}>
            {formatWhole(found.rowCount)} dev rows,{" "}
            {found.runCount === 1 ? "one run" : `mean over ${countOf(found.runCount, "seed")}`}, after the last step.
          </p>
        </div>
        <Chooser methods={methods} choice={choice} onChoice={setWanted} />
      </div>
      {found.kind === "scores" && <Residuals of={found} method={choice.method} />}
      {found.kind === "sets" && <LabelScores of={found} />}
      {found.kind === "classes" && (
        <>
          <div className={classes.pair}>
            <ConfusionMatrix of={found} choice={choice} />
            <ClassScores of={found} />
          </div>
          {found.calibration === null ? (
            <p className={`${textClasses.hint} ${classes.part}`}>
              Decision threshold and calibration need the probabilities of every run, which this result does not hold:
              it is of an earlier version, or there was no room for them.
            </p>
          ) : (
            <div className={`${classes.pair} ${classes.part}`}>
              {found.thresholds !== null && <Thresholds of={found.thresholds} labels={found.labels} />}
              <Calibration of={found.calibration} method={choice.method} />
            </div>
          )}
        </>
      )}
    </section>
  );
}

/** What was chosen, as long as it is there; else all runs of the first method. */
function choiceAmong(methods: readonly AnsweringMethod[], wanted: AnswerChoice | null): AnswerChoice | null {
  const method = methods.find((one) => one.method === wanted?.method);
  const there = wanted?.run === null || method?.runs.some(({ run }) => run === wanted?.run) === true;
  if (wanted !== null && method !== undefined && there) return wanted;
  const [first] = methods;
  return first === undefined ? null : { method: (method ?? first).method, run: null };
}

interface ChooserProps {
  readonly methods: readonly AnsweringMethod[];
  readonly choice: AnswerChoice;
  readonly onChoice: (choice: AnswerChoice) => void;
}

function Chooser({ methods, choice, onChoice }: ChooserProps) {
  const looks = useMethodLooks();
  const runs = methods.find(({ method }) => method === choice.method)?.runs ?? [];
  return (
    <div className={classes.chooser}>
      <NativeSelect
        aria-label="Method"
        data={methods.map(({ method }) => ({ value: method, label: looks(method).label }))}
        value={choice.method}
        onChange={(event) => onChoice({ method: event.currentTarget.value, run: null })}
      />
      <NativeSelect
        aria-label="Seed"
        data={[
          { value: "", label: runs.length === 1 ? "the only seed" : `all ${runs.length} seeds` },
          ...(runs.length === 1 ? [] : runs.map(({ run, seed }) => ({ value: run, label: `seed ${seed}` }))),
        ]}
        value={choice.run ?? ""}
        onChange={(event) => {
          const run = event.currentTarget.value;
          onChoice({ method: choice.method, run: run === "" ? null : run });
        }}
      />
    </div>
  );
}
