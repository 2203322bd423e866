import { Button } from "@mantine/core";
import { FileText } from "lucide-react";
import { useState } from "react";
import { useActions, useApp, useSelect } from "../app-context.ts";
import { saveFile } from "../kit/files/save-file.ts";

/** Saves the result on show as one HTML file; what writes it is fetched when it is first wanted. */
export function ReportButton() {
  const { archive } = useApp();
  const actions = useActions();
  const catalog = useSelect((state) => state.engine.catalog);
  const { config, source, sourceName } = useSelect((state) => state.experiment);
  const [writing, setWriting] = useState(false);
  async function save(): Promise<void> {
    const result = archive.result();
    if (result === null || catalog === null) return;
    setWriting(true);
    try {
      const [{ reportOf }, { programVersion }] = await Promise.all([
        import("../../report/report.ts"),
        import("../../report/version.ts"),
      ]);
      const name = sourceName.replace(/\.json$/i, "") || "result";
      const date = source === "live" ? new Date() : null;
      const page = reportOf({ result, catalog, name, date, version: programVersion });
      saveFile("report.html", new Blob([page], { type: "text/html" }));
    } catch (thrown) {
      actions.notices.report("result", thrown);
    } finally {
      setWriting(false);
    }
  }
  return (
    <Button
      size="xs"
      disabled={config === null || catalog === null}
      loading={writing}
      title="One HTML file with verdict, tables and pictures, to be read and printed without this page"
      leftSection={<FileText size={14} aria-hidden />}
      onClick={() => void save()}
    >
      Report
    </Button>
  );
}
