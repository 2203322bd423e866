import { Button, Textarea } from "@mantine/core";
import { useState } from "react";
import type { Answer } from "../../contract/exports.ts";
import { useActions, useSelect } from "../app-context.ts";
import { formatNumber, formatShare } from "../format.ts";
import { useMethodLooks } from "../palette.ts";
import classes from "./exports.module.css";
import panelClasses from "./panels.module.css";
import { Problem } from "./Problem.tsx";
import { Swatch } from "./Swatch.tsx";

/** Type a sentence or a pair; every exported model answers. */
export function TryIt() {
  const task = useSelect(({ engine, experiment }) =>
    engine.catalog?.tasks.find((entry) => entry.id === experiment.config?.task),
  );
  const asking = useSelect((state) => state.exports.asking);
  const busy = useSelect((state) => state.exports.busy !== null || state.experiment.status !== "finished");
  const error = useSelect((state) => state.exports.askError);
  const asked = useSelect((state) => state.exports.asked);
  const actions = useActions();
  const [first, setFirst] = useState("");
  const [second, setSecond] = useState("");
  const pair = task?.pair ?? false;
  const empty = first.trim() === "" || (pair && second.trim() === "");
  return (
    <form
      className={classes.tryIt}
      aria-label="Try it"
      onSubmit={(event) => {
        event.preventDefault();
        if (!empty) void actions.exports.ask(first, pair ? second : null);
      }}
    >
      <h4 className={classes.tryTitle}>Try it</h4>
      <div className={classes.texts}>
        <TextBox label={pair ? "First text" : "Text"} value={first} onValue={setFirst} />
        {pair && <TextBox label="Second text" value={second} onValue={setSecond} />}
      </div>
      <Button type="submit" size="xs" disabled={empty || busy} loading={asking}>
        Ask the exported models
      </Button>
      {error !== null && <Problem text={error} />}
      <div aria-live="polite">
        {asked !== null && (
          <>
            <p className={panelClasses.hint}>
              “{asked.first}”{asked.second !== null && <> · “{asked.second}”</>}
            </p>
            <div className={classes.answers}>
              {asked.answers.map((answer) => (
                <AnswerCard key={answer.run} answer={answer} />
              ))}
            </div>
          </>
        )}
      </div>
    </form>
  );
}

interface TextBoxProps {
  readonly label: string;
  readonly value: string;
  readonly onValue: (value: string) => void;
}

function TextBox({ label, value, onValue }: TextBoxProps) {
  return (
    <Textarea
      size="sm"
      label={label}
      autosize
      minRows={2}
      maxRows={6}
      value={value}
      onChange={(event) => onValue(event.currentTarget.value)}
    />
  );
}

function AnswerCard({ answer }: { readonly answer: Answer }) {
  const looks = useMethodLooks();
  const look = looks(answer.method);
  const best = Math.max(...answer.probabilities.map(({ probability }) => probability));
  return (
    <div className={panelClasses.fact}>
      <p className={panelClasses.named}>
        <Swatch look={look} /> {look.label} <span className={panelClasses.soft}>seed {answer.seed}</span>
      </p>
      {answer.score !== null && <p className={classes.score}>{formatNumber(answer.score)}</p>}
      <dl className={classes.bars}>
        {answer.probabilities.map(({ label, probability }) => (
          <div key={label} data-best={probability === best}>
            <dt>{label}</dt>
            <dd>{formatShare(probability)}</dd>
            <dd className={classes.track} aria-hidden>
              <span style={{ width: `${probability * 100}%`, background: look.color }} />
            </dd>
          </div>
        ))}
      </dl>
    </div>
  );
}
