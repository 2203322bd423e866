import { Button, Textarea } from "@mantine/core";
import { useState, type ReactNode } from "react";
import { Problem } from "../../kit/Problem.tsx";
import textClasses from "../../kit/text.module.css";
import classes from "./exports.module.css";

interface AskFormProps {
  readonly button: string;
  /** Whether two texts are wanted; null: the second may be left out. */
  readonly pair: boolean | null;
  readonly busy: boolean;
  readonly asking: boolean;
  readonly error: string | null;
  /** What the answers are on. */
  readonly asked: { readonly first: string; readonly second: string | null } | null;
  /** What stands over the texts: who is asked. */
  readonly above?: ReactNode;
  /** The answers. */
  readonly children: ReactNode;
  readonly onAsk: (first: string, second: string | null) => void;
}

/** Type a sentence or a pair; the answers come below. */
export function AskForm({ button, pair, busy, asking, error, asked, above, children, onAsk }: AskFormProps) {
  const [first, setFirst] = useState("");
  const [second, setSecond] = useState("");
  const given = pair === false || (pair === null && second.trim() === "") ? null : second;
  const empty = first.trim() === "" || given?.trim() === "";
  return (
    <form
      className={classes.tryIt}
      aria-label="Try it"
      onSubmit={(event) => {
        event.preventDefault();
        if (!empty) onAsk(first, given);
      }}
    >
      <h4 className={classes.tryTitle}>Try it</h4>
      {above}
      <div className={classes.texts}>
        <TextBox label={pair === false ? "Text" : "First text"} value={first} onValue={setFirst} />
        {pair !== false && (
          <TextBox
            label={pair === null ? "Second text, where the task has one" : "Second text"}
            value={second}
            onValue={setSecond}
          />
        )}
      </div>
      <Button variant="filled" type="submit" size="xs" disabled={empty || busy} loading={asking}>
        {button}
      </Button>
      {error !== null && <Problem text={error} />}
      <div aria-live="polite">
        {asked !== null && (
          <>
            <p className={textClasses.hint}>
              “{asked.first}”{asked.second !== null && <> · “{asked.second}”</>}
            </p>
            <div className={classes.answers}>{children}</div>
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
