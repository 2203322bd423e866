import { SegmentedControl, TextInput } from "@mantine/core";
import { useState } from "react";
import { parseSeeds } from "../../../contract/seeds.ts";
import { presetOf } from "../../../store/setup/settings.ts";
import { useActions, useSelect } from "../../app-context.ts";
import { countOf } from "../../../core/format.ts";
import { readNumber, showNumber } from "../../kit/number-text.ts";
import { MethodCard } from "./MethodCard.tsx";
import { Notices } from "../../frame/Notices.tsx";
import layoutClasses from "../../kit/layout.module.css";
import textClasses from "../../kit/text.module.css";

/** Step 4: which methods, with which settings, over which seeds. */
export function MethodsPanel() {
  const catalog = useSelect((state) => state.engine.catalog);
  if (catalog === null) return <p className={textClasses.hint}>The engine is still loading.</p>;
  return (
    <div className={layoutClasses.stack}>
      <SeedsInput />
      <DropoutPreset />
      <div className={layoutClasses.stackTight}>
        {catalog.methods.map((entry) => (
          <MethodCard key={entry.id} entry={entry} />
        ))}
      </div>
      <Notices place="methods" />
    </div>
  );
}

function SeedsInput() {
  const text = useSelect((state) => state.settings.seedsText);
  const actions = useActions();
  const { seeds, problem } = parseSeeds(text);
  return (
    <TextInput
      size="sm"
      label="Seeds"
      description="As in 1, 2, 3 or 1-5. Each method runs once per seed; methods with the same seed see the same batches and begin with the same head."
      value={text}
      error={problem}
      onChange={(event) => actions.settings.setSeeds(event.currentTarget.value)}
      rightSectionWidth={72}
      rightSection={problem === null ? <span className={textClasses.soft}>{countOf(seeds.length, "seed")}</span> : null}
    />
  );
}

/** Dropout is a confound: published recipes differ in it, so all methods can be given the same. */
function DropoutPreset() {
  const catalog = useSelect((state) => state.engine.catalog);
  const settings = useSelect((state) => state.settings);
  const actions = useActions();
  const [rate, setRate] = useState(0.1);
  const [typed, setTyped] = useState("");
  const methods = catalog?.methods ?? [];
  const preset = presetOf(settings, methods);
  const options = [
    { value: "published", label: "As published" },
    { value: "matched", label: "Matched dropout" },
    ...(preset === "custom" ? [{ value: "custom", label: "Custom" }] : []),
  ];
  return (
    <div className={layoutClasses.stackTight}>
      <SegmentedControl
        fullWidth
        aria-label="Dropout preset"
        data={options}
        value={preset}
        onChange={(value) => {
          if (value === "published") actions.settings.applyPreset(methods, null);
          if (value === "matched") actions.settings.applyPreset(methods, rate);
        }}
      />
      <p className={textClasses.hint}>
        {preset === "published" &&
          "Each method with the dropout its authors used. Differences may partly come from dropout."}
        {preset === "custom" && "Methods differ in dropout, not as published."}
        {preset === "matched" && "All methods with the same dropout: differences are the methods' own."}
      </p>
      {preset === "matched" && (
        <TextInput
          label="Dropout of all methods"
          inputMode="decimal"
          value={showNumber(rate, typed)}
          onChange={(event) => {
            const value = readNumber(event.currentTarget.value);
            setTyped(event.currentTarget.value);
            if (typeof value !== "number" || value < 0 || value >= 1) return;
            setRate(value);
            actions.settings.applyPreset(methods, value);
          }}
        />
      )}
    </div>
  );
}
