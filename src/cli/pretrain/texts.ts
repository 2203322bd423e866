import type { NamedFile } from "../../experiment/workspace.ts";
import { openTextPaths } from "../files.ts";
import { wrongUsage, type Given, type Option } from "../options.ts";

/** --text: what a model goes on to learn from. */
export const textOption: Option = {
  name: "text",
  value: "FILE …",
  help:
    "Plain UTF-8 text, one paragraph a line, an empty line between documents; packed with gzip or not. A folder stands " +
    "for its .txt and .txt.gz files.",
  group: "Files",
  many: true,
};

/** Opens the files of --text. Errors: bad-settings. */
export async function openTexts(given: Given): Promise<readonly NamedFile[]> {
  return await openTextPaths(textOption.name, requiredOption(given, textOption).split("\n"));
}

/** The text of an option that must be there. Errors: bad-settings. */
export function requiredOption(given: Given, option: Option): string {
  const text = given.get(option.name);
  if (text === undefined) throw wrongUsage(`--${option.name} is missing: --${option.name} ${option.value ?? ""}.`);
  return text;
}
