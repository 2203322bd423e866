import { Checkbox, UnstyledButton } from "@mantine/core";
import { ExternalLink, RotateCcw } from "lucide-react";
import type { MethodEntry } from "../../../contract/catalog.ts";
import { problemWith } from "../../../contract/fields.ts";
import { useActions, useSelect } from "../../app-context.ts";
import { Facts, type Fact } from "../../kit/Facts.tsx";
import { FieldInput } from "../../kit/FieldInput.tsx";
import { HelpTip } from "../../kit/HelpTip.tsx";
import { formatBytes } from "../../../core/format.ts";
import { useMethodLooks } from "../../kit/palette.ts";
import { Swatch } from "../../kit/Swatch.tsx";
import cardClasses from "../../kit/card.module.css";
import formClasses from "../../kit/forms.module.css";
import textClasses from "../../kit/text.module.css";
import setupClasses from "../setup.module.css";
import classes from "./MethodCard.module.css";

/** A method as the catalog describes it: tick, rule, settings, source, memory. */
export function MethodCard({ entry }: { readonly entry: MethodEntry }) {
  const setting = useSelect((state) => state.settings.methods[entry.id]);
  const looks = useMethodLooks();
  const actions = useActions();
  const included = setting?.included ?? false;
  return (
    <section className={`${cardClasses.box} ${classes.method}`} data-included={included} aria-label={entry.label}>
      <div className={classes.head}>
        <Checkbox
          size="sm"
          checked={included}
          label={<span className={classes.name}>{entry.label}</span>}
          onChange={(event) => actions.settings.includeMethod(entry.id, event.currentTarget.checked)}
        />
        <HelpTip about={entry.label} text={entry.summary} />
        <span className={classes.swatch}>
          <Swatch look={looks(entry.id)} />
        </span>
      </div>
      {included && <Chosen entry={entry} />}
    </section>
  );
}

/** What a ticked method shows: in short, and unfolded its rule, settings, memory and source. */
function Chosen({ entry }: { readonly entry: MethodEntry }) {
  const values = useSelect((state) => state.settings.methods[entry.id]?.values);
  const changed = entry.fields.filter((field) => values?.[field.id] !== field.default).length;
  const wrong = entry.fields.filter((field) => problemWith(field, values?.[field.id]) !== null).length;
  return (
    <>
      <MemoryProblem id={entry.id} />
      <details className={textClasses.details}>
        <summary>
          {entry.fields.length > 0 ? "What it does, settings, source" : "What it does, source"}
          {changed > 0 && <span className={textClasses.tag}>{changed} changed</span>}
          {wrong > 0 && <span className={textClasses.tagBad}>{wrong} to correct</span>}
        </summary>
        <p className={classes.summary}>{entry.summary}</p>
        <Equation text={entry.equation} />
        {entry.fields.length > 0 && <Settings entry={entry} changed={changed > 0} />}
        <Memory id={entry.id} />
        <Origin entry={entry} />
      </details>
    </>
  );
}

/** The rule, line by line: a line too long for the card goes on indented. */
function Equation({ text }: { readonly text: string }) {
  return (
    <div className={classes.equation}>
      {text.split("\n").map((line) => (
        <span key={line} className={classes.equationLine}>
          {line}
        </span>
      ))}
    </div>
  );
}

function Settings({ entry, changed }: { readonly entry: MethodEntry; readonly changed: boolean }) {
  const values = useSelect((state) => state.settings.methods[entry.id]?.values);
  const actions = useActions();
  return (
    <>
      <div className={formClasses.grid}>
        {entry.fields.map((field) => (
          <FieldInput
            key={field.id}
            field={field}
            value={values?.[field.id]}
            onChange={(value) => actions.settings.setMethodValue(entry.id, field.id, value)}
          />
        ))}
      </div>
      {changed && (
        <UnstyledButton className={formClasses.reset} onClick={() => actions.settings.resetMethod(entry)}>
          <RotateCcw size={11} /> all settings as published
        </UnstyledButton>
      )}
    </>
  );
}

function Origin({ entry }: { readonly entry: MethodEntry }) {
  const { source, departs } = entry;
  return (
    <>
      <h3 className={classes.part}>{departs.length > 0 ? "Source and differences" : "Source"}</h3>
      <p className={textClasses.hint}>
        {source.authors} ({source.year}).{" "}
        <a className={classes.link} href={source.url} target="_blank" rel="noreferrer">
          {source.title} <ExternalLink size={11} aria-label="(opens in a new tab)" />
        </a>
        . {source.where}.
      </p>
      {departs.length > 0 && (
        <ul className={setupClasses.lines}>
          {departs.map((sentence) => (
            <li key={sentence}>{sentence}</li>
          ))}
        </ul>
      )}
    </>
  );
}

/** Why a run of the method would not fit; nothing while it would. */
function MemoryProblem({ id }: { readonly id: string }) {
  const problem = useSelect((state) => state.estimates.items.find((one) => one.method === id)?.problem ?? null);
  return problem === null ? null : <p className={textClasses.problem}>{problem}</p>;
}

/** What a run of the method would take, once that is known. */
function Memory({ id }: { readonly id: string }) {
  const estimate = useSelect((state) => state.estimates.items.find((one) => one.method === id));
  if (estimate === undefined || estimate.totalBytes === 0) return null;
  const taken = Object.entries(estimate.bytes).filter(([, bytes]) => bytes > 0);
  const parts = taken.map(([purpose, bytes]): Fact => [purpose, formatBytes(bytes)]);
  return (
    <>
      <h3 className={classes.part}>
        Takes {formatBytes(estimate.totalBytes)} of GPU memory
        {estimate.problem !== null && <span className={textClasses.tagBad}>does not fit</span>}
      </h3>
      <Facts className={classes.bytes} facts={parts} />
    </>
  );
}
