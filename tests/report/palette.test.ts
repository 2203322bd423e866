import { readFile } from "node:fs/promises";
import { expect, test } from "vitest";

const report = "src/report/styles/colors.css";

/** Every colour of these names in a style sheet, light ones first. */
async function coloursOf(path: string, names: string): Promise<readonly string[]> {
  return (await readFile(path, "utf8")).match(new RegExp(`--(${names}): #[0-9a-f]{6}`, "g")) ?? [];
}

test.each([
  [
    "a subnetwork",
    "src/ui/results/subnetwork/SubnetworkView.module.css",
    "less|more|as-chance|line-first|line-last|line-outside",
    12,
  ],
  ["a method", "src/ui/page.css", "method-\\d", 20],
  // Grounds and the lines on them are a report's own: it has no cards.
  ["text, a line and a verdict", "src/ui/page.css", "ink|ink-soft|line|accent|good|bad", 12],
])("%s has the same colours in a report as in the page", async (_, sheet, names, count) => {
  const page = await coloursOf(sheet, names);
  expect(page).toHaveLength(count);
  expect(await coloursOf(report, names)).toEqual(page);
});
