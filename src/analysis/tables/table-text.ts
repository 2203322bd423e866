import { csvOf } from "../../core/csv.ts";
import { namesOf, type FigureTable } from "./figure-table.ts";

/** A way to write a table. */
export interface TableFormat {
  readonly id: string;
  readonly label: string;
  /** Of a file's name. */
  readonly extension: string;
  readonly write: (table: FigureTable) => string;
}

/** Every way to write a table. */
export const tableFormats: readonly TableFormat[] = [
  { id: "markdown", extension: "md", label: "Markdown", write: markdownOf },
  { id: "latex", extension: "tex", label: "LaTeX", write: latexOf },
  { id: "csv", extension: "csv", label: "CSV", write: figuresCsv },
];

function markdownOf({ caption, heads, rows }: FigureTable): string {
  const line = (cells: readonly string[]): string => `| ${cells.join(" | ")} |`;
  const figures = rows.map((row) =>
    line([
      ...namesOf(row).map(markdownText),
      ...row.figures.map((one) => {
        if (one === null) return "–";
        const mean = one.bold ? `**${hundredfold(one.mean)}**` : hundredfold(one.mean);
        return one.std === null ? mean : `${mean} ± ${hundredfold(one.std)}`;
      }),
    ]),
  );
  const rule = heads.map((_, index) => (index < nameCount(rows) ? "---" : "---:"));
  return `${[line(heads.map(markdownText)), line(rule), ...figures, "", markdownText(caption)].join("\n")}\n`;
}

function markdownText(text: string): string {
  return oneLine(text).replace(/[\\`*_{}[\]<>|#&~]/g, (letter) => `\\${letter}`);
}

/** A table for booktabs. */
function latexOf({ caption, heads, rows }: FigureTable): string {
  const line = (cells: readonly string[]): string => `    ${cells.join(" & ")} \\\\`;
  // A group's name stands in its first row, below a line of its own.
  const begins = rows.map(({ group }, index) => group === undefined || group !== rows[index - 1]?.group);
  const figures = rows.flatMap((row, index) => [
    ...(index > 0 && row.group !== undefined && begins[index] === true ? ["    \\midrule"] : []),
    line([
      ...namesOf({ ...row, ...(begins[index] === true ? {} : { group: "" }) }).map(latexText),
      ...row.figures.map((one) => {
        if (one === null) return "--";
        const mean = one.bold ? `\\textbf{${latexNumber(one.mean)}}` : latexNumber(one.mean);
        return one.std === null ? mean : `${mean} $\\pm$ ${latexNumber(one.std)}`;
      }),
    ]),
  ]);
  return [
    "% \\usepackage{booktabs}",
    "\\begin{table}",
    "  \\centering",
    `  \\caption{${latexText(caption)}}`,
    `  \\begin{tabular}{${"l".repeat(nameCount(rows))}${"r".repeat(heads.length - nameCount(rows))}}`,
    "    \\toprule",
    line(heads.map(latexText)),
    "    \\midrule",
    ...figures,
    "    \\bottomrule",
    "  \\end{tabular}",
    "\\end{table}",
    "",
  ].join("\n");
}

const latexWords: Readonly<Record<string, string>> = {
  "\\": "\\textbackslash{}",
  "~": "\\textasciitilde{}",
  "^": "\\textasciicircum{}",
  "×": "$\\times$",
  "−": "$-$",
  "±": "$\\pm$",
};

function latexText(text: string): string {
  return oneLine(text).replace(/[\\~^{}$&#_%×−±]/g, (letter) => latexWords[letter] ?? `\\${letter}`);
}

function latexNumber(score: number): string {
  return hundredfold(score).replace("-", "$-$");
}

/** Means and deviations in columns of their own, × 100. */
function figuresCsv({ heads, rows }: FigureTable): string {
  const names = nameCount(rows);
  const scores = heads.slice(names).flatMap((one) => [`${one}, mean`, `${one}, std`]);
  const head = [...heads.slice(0, names), ...scores];
  const cells = rows.map((row) => [
    ...namesOf(row),
    ...row.figures.flatMap((one) =>
      [one?.mean ?? null, one?.std ?? null].map((value) => (value === null ? null : hundredfold(value))),
    ),
  ]);
  return csvOf([head, ...cells]);
}

/** Columns before the figures. */
function nameCount([row]: FigureTable["rows"]): number {
  return row === undefined ? 1 : namesOf(row).length;
}

function hundredfold(score: number): string {
  return (score * 100).toFixed(2);
}

function oneLine(text: string): string {
  return text.replace(/\s+/g, " ");
}
