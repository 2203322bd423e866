import { Button } from "@mantine/core";
import { Download, FileJson, RotateCcw } from "lucide-react";
import type { ExperimentResult } from "../../../contract/run.ts";
import { writeComparisonsCsv, writeRunsCsv } from "../../../store/results/files/result-csv.ts";
import { writeResult } from "../../../analysis/result-text.ts";
import { useActions, useActive, useApp, useSelect } from "../../app-context.ts";
import { FileButton } from "../../kit/files/FileButton.tsx";
import { saveFile } from "../../kit/files/save-file.ts";
import { CopyLink } from "../../share/CopyLink.tsx";
import { ReportButton } from "../../share/ReportButton.tsx";
import { DemoButton } from "../../demo/DemoButton.tsx";
import layoutClasses from "../../kit/layout.module.css";

/** Takes the result away as a file. */
function SaveButtons() {
  const { archive } = useApp();
  const config = useSelect((state) => state.experiment.config);
  function save(name: string, type: string, write: (result: ExperimentResult) => string): void {
    const result = archive.result();
    if (result !== null) saveFile(name, new Blob([write(result)], { type }));
  }
  const look = {
    size: "xs",
    disabled: config === null,
    leftSection: <Download size={14} />,
  };
  return (
    <>
      <Button {...look} onClick={() => save("result.json", "application/json", writeResult)}>
        result.json
      </Button>
      <Button {...look} onClick={() => save("runs.csv", "text/csv", writeRunsCsv)}>
        runs.csv
      </Button>
      <Button {...look} onClick={() => save("comparisons.csv", "text/csv", writeComparisonsCsv)}>
        comparisons.csv
      </Button>
    </>
  );
}

/** A link to what the result on show was run with. */
function ShareButton() {
  const config = useSelect((state) => state.experiment.config);
  return <CopyLink of="result" size="xs" disabled={config === null} />;
}

/** Opens a result from a file, from this page or from the terminal; several are laid side by side. */
export function OpenButton() {
  const busy = useActive();
  const actions = useActions();
  return (
    <FileButton
      size="xs"
      disabled={busy}
      title="Several results of one task and model are laid side by side, by the setting that differs"
      leftSection={<FileJson size={14} />}
      several
      accept=".json,application/json"
      zone="result"
      onFiles={(files) => {
        const [file] = files;
        if (files.length > 1) void actions.openResults(files.map((one) => ({ file: one, name: one.name })));
        else if (file !== undefined) void actions.openResult(file, file.name);
      }}
    >
      Open a result
    </FileButton>
  );
}

/** Shows the run that ships with the page. */
export function RecordedButton() {
  const busy = useActive();
  const actions = useActions();
  return (
    <Button variant="light" size="xs" disabled={busy} onClick={() => void actions.openRecorded()}>
      Look at a recorded run
    </Button>
  );
}

/** Sets the page to what an opened result was run with. */
function AgainButton() {
  const opened = useSelect(({ experiment }) => experiment.source === "file" || experiment.source === "recorded");
  const actions = useActions();
  if (!opened) return null;
  return (
    <Button
      variant="default"
      size="xs"
      title="Sets plan, rows and kernels as they were; load its model and data, and Run gives its numbers again"
      leftSection={<RotateCcw size={14} aria-hidden />}
      onClick={() => void actions.takeSettings()}
    >
      Use its settings
    </Button>
  );
}

/** The row of both, where there is a result on show. */
export function ResultFiles() {
  return (
    <div className={layoutClasses.buttons}>
      <ReportButton />
      <SaveButtons />
      <ShareButton />
      <OpenButton />
      <AgainButton />
      <DemoButton size="xs" variant="light" label="Run the demo" />
    </div>
  );
}
