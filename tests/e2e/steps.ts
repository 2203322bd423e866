import { mkdir, mkdtemp, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import type { Locator, Page } from "playwright-core";
import { tinyFolder } from "../models/tiny-folder.ts";

/** Writes the tiny model into a fresh folder, which the caller removes; the model lies in its folder tiny. */
export async function writeTinyModel(): Promise<string> {
  const folder = await mkdtemp(join(tmpdir(), "dps-page-"));
  for (const { path, file } of tinyFolder()) {
    await mkdir(dirname(join(folder, path)), { recursive: true });
    await writeFile(join(folder, path), Buffer.from(await file.arrayBuffer()));
  }
  return folder;
}

/** Presses a button that asks for files, and gives it some. */
export async function choose(
  page: Page,
  button: string,
  files: Parameters<Locator["setInputFiles"]>[0],
): Promise<void> {
  const asked = page.waitForEvent("filechooser");
  await page.getByRole("button", { name: button }).click();
  await (await asked).setFiles(files);
}

/** Types into a box. */
export const fill = (page: Page, label: string, value: string): Promise<void> =>
  page.getByRole("textbox", { name: label, exact: true }).fill(value);
