import type { FigureTable } from "../../analysis/tables/figure-table.ts";
import { formatSpread } from "../../core/format.ts";
import { formatTable } from "./text-table.ts";

/** A table of models and methods: what is bold on paper has a star, a model's name stands in its first row. */
export function modelsTableLines({ caption, heads, rows }: FigureTable): readonly string[] {
  const cells = rows.map(({ group = "", name, figures }, index) => [
    group === rows[index - 1]?.group ? "" : group,
    name,
    ...figures.map((one) => (one === null ? "–" : `${formatSpread(one.mean, one.std)}${one.bold ? " *" : "  "}`)),
  ]);
  // Names stand to the left.
  const width = Math.max(...cells.map(([, name = ""]) => name.length));
  const padded = cells.map(([group = "", name = "", ...figures]) => [group, name.padEnd(width), ...figures]);
  const [group = "", name = "", ...columns] = heads;
  const table = formatTable([group, name.padEnd(width), ...columns.map((head) => `${head}  `)], padded);
  return ["", ...table, caption.replace("Bold", "A star")];
}
