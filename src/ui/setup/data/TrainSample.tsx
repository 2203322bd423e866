import { Button } from "@mantine/core";
import { useActions, useActive, useSelect } from "../../app-context.ts";
import { formatWhole } from "../../../core/format.ts";
import { CheckedNumber, isSeed } from "../../kit/CheckedNumber.tsx";
import layoutClasses from "../../kit/layout.module.css";
import textClasses from "../../kit/text.module.css";
import setupClasses from "../setup.module.css";
import classes from "./data.module.css";

/** The sizes of the paper's low-resource experiments. */
const sizes = [null, 500, 1000] as const;

const isSize = (value: number | null): value is number | null =>
  value === null || (Number.isInteger(value) && value >= 1 && value <= 2_000_000);

/** How many rows of train are used, and by which seed they are drawn. */
export function TrainSample() {
  const count = useSelect((state) => state.settings.sampleCount);
  const seed = useSelect((state) => state.settings.sampleSeed);
  const busy = useActive();
  const sample = useSelect((state) => state.data.prepared?.sample ?? null);
  const actions = useActions();
  return (
    <fieldset className={setupClasses.plainFieldset} disabled={busy}>
      <legend className={textClasses.hint}>
        Rows to train on. A sample keeps every label’s share and is the same for every method and seed.
      </legend>
      <div className={`${layoutClasses.buttons} ${classes.sizes}`}>
        {sizes.map((size) => (
          <Button
            key={size}
            variant={count === size ? "light" : "default"}
            aria-pressed={count === size}
            onClick={() => actions.settings.setRows({ sampleCount: size })}
          >
            {size === null ? "All" : formatWhole(size)}
          </Button>
        ))}
      </div>
      <div className={classes.pair}>
        <CheckedNumber
          label="Rows"
          value={count}
          fits={isSize}
          wanted="A whole number from 1, or nothing for all."
          placeholder="all"
          onValue={(value) => actions.settings.setRows({ sampleCount: value })}
        />
        <CheckedNumber
          label="Seed of the sample"
          value={seed}
          fits={isSeed}
          wanted="A whole number from 0."
          disabled={count === null}
          onValue={(value) => actions.settings.setRows({ sampleSeed: value })}
        />
      </div>
      {sample !== null && (
        <output className={textClasses.hint}>
          {formatWhole(sample.count)} of {formatWhole(sample.of)} rows, drawn by seed {sample.seed}.
        </output>
      )}
    </fieldset>
  );
}
