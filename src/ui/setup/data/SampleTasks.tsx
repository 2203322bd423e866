import { Button } from "@mantine/core";
import type { SampleRecord } from "../../../contract/sources/samples.ts";
import { useActions, useActive, useSelect } from "../../app-context.ts";
import { formatWhole } from "../../../core/format.ts";
import { Notices } from "../../frame/Notices.tsx";
import layoutClasses from "../../kit/layout.module.css";
import textClasses from "../../kit/text.module.css";
import classes from "./data.module.css";

/** Small tables that ship with the page, one click each. */
export function SampleTasks() {
  const { items, loading } = useSelect((state) => state.samples);
  const busy = useActive();
  const actions = useActions();
  if (items.length === 0) return null;
  return (
    <section className={layoutClasses.stackTight} aria-label="Sample tasks">
      <div className={layoutClasses.buttons}>
        {items.map(({ id, label }) => (
          <Button key={id} disabled={busy} loading={loading === id} onClick={() => void actions.samples.load(id)}>
            Sample: {label.toLowerCase()}
          </Button>
        ))}
      </div>
      <About items={items} />
      <Notices place="samples" />
    </section>
  );
}

function About({ items }: { readonly items: readonly SampleRecord[] }) {
  return (
    <details className={textClasses.details}>
      <summary>What they are, and what they are not</summary>
      <p className={textClasses.hint}>
        These sentences were written for this project, one by one; they are in the public domain (CC0). The dev rows are
        on subjects that the training rows do not have. They are good for trying things out within minutes. They are not
        a benchmark: scores on them say how methods compare on them, and cannot be set beside published ones.
      </p>
      <dl className={classes.samples}>
        {items.map(({ id, label, description, train, dev }) => (
          <div key={id}>
            <dt>Sample: {label.toLowerCase()}</dt>
            <dd>
              {description} {formatWhole(train)} rows to train on, {formatWhole(dev)} to test.
            </dd>
          </div>
        ))}
      </dl>
    </details>
  );
}
