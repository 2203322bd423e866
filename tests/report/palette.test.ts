import { readFile } from "node:fs/promises";
import { expect, test } from "vitest";

/** Every colour of a method in a style sheet, light ones first. */
async function coloursOf(path: string): Promise<readonly string[]> {
  return (await readFile(path, "utf8")).match(/--method-\d: #[0-9a-f]{6}/g) ?? [];
}

/** The colours of the subnetwork in a style sheet, each once, light ones first. */
async function subnetworkColoursOf(path: string): Promise<readonly string[]> {
  const names = "less|more|as-chance|line-first|line-last|line-outside";
  return (await readFile(path, "utf8")).match(new RegExp(`--(${names}): #[0-9a-f]{6}`, "g")) ?? [];
}

test("a subnetwork has the same colours in a report as in the page", async () => {
  const page = await subnetworkColoursOf("src/ui/results/subnetwork/SubnetworkView.module.css");
  expect(page).toHaveLength(12);
  expect(await subnetworkColoursOf("src/report/report.css")).toEqual(page);
});

test("a method has the same colours in a report as in the page", async () => {
  const page = await coloursOf("src/ui/page.css");
  expect(page).toHaveLength(20);
  expect(await coloursOf("src/report/report.css")).toEqual(page);
});
