import type { Option } from "./options.ts";

/** Breaks a text into lines of at most `width` characters; a longer word stands alone. */
export function wrap(text: string, width: number): readonly string[] {
  const lines: string[] = [];
  let line = "";
  for (const word of text.split(" ")) {
    if (line !== "" && line.length + 1 + word.length > width) {
      lines.push(line);
      line = word;
    } else {
      line = line === "" ? word : `${line} ${word}`;
    }
  }
  return [...lines, line];
}

/** Options under their headings: name and value on one line, the explanation indented below. */
export function optionHelp(options: readonly Option[], width: number): readonly string[] {
  const groups = [...new Set(options.map(({ group }) => group))];
  return groups.flatMap((group) => [
    "",
    `${group}:`,
    ...options
      .filter((option) => option.group === group)
      .flatMap(({ name, value, help, short }) => [
        `  ${short === undefined ? "" : `-${short}, `}--${name}${value === null ? "" : ` ${value}`}`,
        ...wrap(help, width - 6).map((line) => `      ${line}`),
      ]),
  ]);
}
