import { ScrollRegion } from "../../kit/ScrollRegion.tsx";
import { columnFormat, thinnedRows, type ChartTable } from "./chart-table.ts";
import textClasses from "../../kit/text.module.css";
import classes from "./ChartTableView.module.css";

interface ChartTableViewProps {
  readonly title: string;
  readonly table: ChartTable;
}

/** What a chart draws, in figures: for those who cannot see it, and those who want to read it off. */
export function ChartTableView({ title, table }: ChartTableViewProps) {
  const rows = thinnedRows(table);
  const formats = table.columns.map((_, column) => columnFormat(table.rows.map((row) => row[column] ?? null)));
  return (
    <>
      <ScrollRegion label={`${title}, as a table`} tall>
        <table className={classes.table}>
          <thead>
            <tr>
              {table.columns.map((column) => (
                <th key={column} scope="col">
                  {column}
                </th>
              ))}
            </tr>
          </thead>
          <tbody>
            {rows.map((row, index) => (
              // oxlint-disable-next-line react/no-array-index-key -- a row is its place: two may hold the same figures
              <tr key={index}>
                {row.map((value, column) => {
                  const text = formats[column]?.(value) ?? "";
                  const key = table.columns[column];
                  return column === 0 ? (
                    <th key={key} scope="row">
                      {text}
                    </th>
                  ) : (
                    <td key={key}>{text}</td>
                  );
                })}
              </tr>
            ))}
          </tbody>
        </table>
      </ScrollRegion>
      {rows.length < table.rows.length && (
        <p className={textClasses.hint}>
          {rows.length} of {table.rows.length} rows; the CSV file has all.
        </p>
      )}
    </>
  );
}
