import { expect, it } from "vitest";
import {
  chartFileName,
  columnFormat,
  tableCsv,
  tableRowLimit,
  thinnedRows,
} from "../../../../src/ui/charts/card/chart-table.ts";

it("thins long tables evenly, ends included, and leaves short ones", () => {
  const rows = Array.from({ length: 1000 }, (_, index) => [index]);
  const thinned = thinnedRows({ columns: ["x"], rows });
  expect(thinned).toHaveLength(tableRowLimit);
  expect([thinned[0], thinned.at(-1)]).toEqual([[0], [999]]);
  expect(thinnedRows({ columns: ["x"], rows: rows.slice(0, 7) })).toEqual(rows.slice(0, 7));
});

it("writes all rows as CSV, numbers in full, with quotes where RFC 4180 wants them", () => {
  const table = {
    columns: ["Method", "a, b"],
    rows: [
      ['say "x"', 1 / 3],
      ["y", null],
    ],
  };
  expect(tableCsv(table)).toBe(`Method,"a, b"\r\n"say ""x""",${1 / 3}\r\ny,\r\n`);
});

it("writes the figures of a column alike", () => {
  const write = (column: readonly (string | number | null)[]) => column.map(columnFormat(column));
  expect(write([1, 1.04, 1.009, null])).toEqual(["1.000", "1.040", "1.009", "–"]);
  expect(write([21, 42, 63])).toEqual(["21", "42", "63"]);
  expect(write([328.87, 342.07, 99])).toEqual(["328.9", "342.1", "99.0"]);
  expect(write([3e-4, 1.5e-4])).toEqual(["3.000e-4", "1.500e-4"]);
  expect(write(["a", 0, 0])).toEqual(["a", "0", "0"]);
});

it("names files by what is in them, in letters that every system takes", () => {
  expect(chartFileName(["sst2", "google/bert_uncased L-2", "Dev Accuracy"])).toBe(
    "sst2-google-bert-uncased-l-2-dev-accuracy",
  );
  expect(chartFileName(["", "../../x", "Cost"])).toBe("x-cost");
});
