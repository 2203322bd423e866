import { Button, CloseButton, TextInput } from "@mantine/core";
import { Bookmark, Download, FileJson } from "lucide-react";
import { planNameLimit } from "../../../contract/plan-file.ts";
import { useActions, useActive, useSelect } from "../../app-context.ts";
import { CopyLink } from "../../share/CopyLink.tsx";
import { FileButton } from "../../kit/files/FileButton.tsx";
import { saveFile } from "../../kit/files/save-file.ts";
import layoutClasses from "../../kit/layout.module.css";
import textClasses from "../../kit/text.module.css";
import classes from "./plan.module.css";

/** The plan under a name: saved in this browser or as a file, opened from one. */
export function PlanFiles() {
  const name = useSelect((state) => state.settings.planName);
  const kept = useSelect((state) => state.plans.kept);
  const actions = useActions();
  const known = kept.some((plan) => plan.name === name.trim());
  function save(): void {
    const text = actions.plans.written();
    if (text !== null) saveFile("plan.json", new Blob([text], { type: "application/json" }));
  }
  return (
    <details className={textClasses.details}>
      <summary>
        Save and open plans
        {kept.length > 0 && <span className={textClasses.tag}>{kept.length} saved</span>}
      </summary>
      <div className={`${layoutClasses.stackTight} ${classes.files}`}>
        <TextInput
          label="Name of the plan"
          description="A plan is what stands in this step and in the two below. The terminal runs the same file: dps experiment --plan plan.json"
          maxLength={planNameLimit}
          value={name}
          placeholder="Plan"
          onChange={(event) => actions.settings.setPlanName(event.currentTarget.value)}
        />
        <div className={layoutClasses.buttons}>
          <Button leftSection={<Bookmark size={13} />} onClick={() => actions.plans.keep()}>
            {known ? "Update saved plan" : "Save in this browser"}
          </Button>
          <Button leftSection={<Download size={13} />} onClick={save}>
            plan.json
          </Button>
          <CopyLink of="settings" />
          <OpenPlan />
        </div>
        <KeptPlans />
      </div>
    </details>
  );
}

function OpenPlan() {
  const busy = useActive();
  const actions = useActions();
  return (
    <FileButton
      disabled={busy}
      leftSection={<FileJson size={13} />}
      accept=".json,application/json"
      zone="plan"
      onFiles={([file]) => file !== undefined && void actions.plans.open(file, file.name)}
    >
      Open a plan
    </FileButton>
  );
}

function KeptPlans() {
  const kept = useSelect((state) => state.plans.kept);
  const busy = useActive();
  const actions = useActions();
  if (kept.length === 0) return null;
  return (
    <ul className={classes.kept} aria-label="Plans saved in this browser">
      {kept.map(({ name }) => (
        <li key={name}>
          <span className={classes.keptName}>{name}</span>
          <Button
            variant="subtle"
            size="compact-xs"
            disabled={busy}
            aria-label={`Use the plan ${name}`}
            onClick={() => actions.plans.takeKept(name)}
          >
            Use
          </Button>
          <CloseButton size="sm" aria-label={`Delete the plan ${name}`} onClick={() => actions.plans.forget(name)} />
        </li>
      ))}
    </ul>
  );
}
