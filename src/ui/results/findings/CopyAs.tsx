import { Button, Menu } from "@mantine/core";
import { Check, Copy } from "lucide-react";
import { useEffect, useState } from "react";
import type { FigureTable } from "../../../analysis/tables/figure-table.ts";
import { tableFormats, type TableFormat } from "../../../analysis/tables/table-text.ts";
import { saveFile } from "../../kit/files/save-file.ts";

/** How long the button says that it did as it was told. */
const thanksMs = 2500;

/** Copies tables in a format of one's choice; where the browser refuses, they are saved as a file. */
export function CopyAs({ tables }: { readonly tables: () => readonly FigureTable[] }) {
  const [done, setDone] = useState<string | null>(null);
  useEffect(() => {
    if (done === null) return;
    const timer = setTimeout(() => setDone(null), thanksMs);
    return () => clearTimeout(timer);
  }, [done]);
  async function copy({ label, extension, write }: TableFormat): Promise<void> {
    const text = tables().map(write).join("\n");
    try {
      await navigator.clipboard.writeText(text);
      setDone(`Copied as ${label}`);
    } catch {
      saveFile(`table.${extension}`, new Blob([text], { type: "text/plain" }));
      setDone(`Saved as ${label}`);
    }
  }
  return (
    <Menu position="bottom-end" shadow="md" withinPortal>
      <Menu.Target>
        <Button leftSection={done === null ? <Copy size={13} aria-hidden /> : <Check size={13} aria-hidden />}>
          <span aria-live="polite">{done ?? "Copy as"}</span>
        </Button>
      </Menu.Target>
      <Menu.Dropdown>
        {tableFormats.map((format) => (
          <Menu.Item key={format.id} onClick={() => void copy(format)}>
            {format.label}
          </Menu.Item>
        ))}
      </Menu.Dropdown>
    </Menu>
  );
}
