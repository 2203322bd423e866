import { ActionIcon, Menu } from "@mantine/core";
import { ChartSpline, Ellipsis, FileDown, FileImage, Table2 } from "lucide-react";
import { useState, type RefObject } from "react";
import { saveFile } from "../../kit/files/save-file.ts";
import type { MethodLook } from "../../kit/palette.ts";
import { Problem } from "../../kit/Problem.tsx";
import { tableCsv, type ChartTable } from "./chart-table.ts";
import { pictureOf, pngOf } from "./picture.ts";

interface ChartMenuProps {
  readonly title: string;
  /** Of the files, without what follows the dot. */
  readonly fileName: string;
  readonly card: RefObject<HTMLElement | null>;
  readonly legend: readonly MethodLook[];
  readonly table: () => ChartTable;
  readonly asTable: boolean;
  readonly onTable: (asTable: boolean) => void;
}

/** Takes a chart along as a picture or as figures, and shows it as a table. */
export function ChartMenu({ title, fileName, card, legend, table, asTable, onTable }: ChartMenuProps) {
  const [problem, setProblem] = useState<string | null>(null);
  const save = (end: string, file: Blob): void => saveFile(`${fileName}.${end}`, file);
  const csv = (): void => save("csv", new Blob([tableCsv(table())], { type: "text/csv" }));
  const draw = (end: "svg" | "png"): void => {
    const { current } = card;
    if (current === null) return;
    setProblem(null);
    const picture = pictureOf(current, legend);
    if (end === "svg") save(end, new Blob([picture.svg], { type: "image/svg+xml" }));
    else
      pngOf(picture).then(
        (file) => save(end, file),
        (thrown: unknown) => setProblem(thrown instanceof Error ? thrown.message : String(thrown)),
      );
  };
  return (
    <div data-picture="none">
      <Menu position="bottom-end" shadow="md" width={190}>
        <Menu.Target>
          <ActionIcon variant="subtle" color="gray" size={28} aria-label={`${title}: save, or show as a table`}>
            <Ellipsis size={16} aria-hidden />
          </ActionIcon>
        </Menu.Target>
        <Menu.Dropdown>
          <Menu.Item
            leftSection={asTable ? <ChartSpline size={14} aria-hidden /> : <Table2 size={14} aria-hidden />}
            onClick={() => onTable(!asTable)}
          >
            {asTable ? "Show as a chart" : "Show as a table"}
          </Menu.Item>
          <Menu.Divider />
          <Menu.Item disabled={asTable} leftSection={<FileImage size={14} aria-hidden />} onClick={() => draw("png")}>
            Save as PNG
          </Menu.Item>
          <Menu.Item disabled={asTable} leftSection={<FileImage size={14} aria-hidden />} onClick={() => draw("svg")}>
            Save as SVG
          </Menu.Item>
          <Menu.Item leftSection={<FileDown size={14} aria-hidden />} onClick={csv}>
            Save as CSV
          </Menu.Item>
        </Menu.Dropdown>
      </Menu>
      {problem !== null && <Problem text={problem} />}
    </div>
  );
}
