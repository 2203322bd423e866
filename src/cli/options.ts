import { parseArgs } from "node:util";
import { AppError } from "../core/errors.ts";
import { adviceFor } from "./suggest.ts";

/** One --option of a command. */
export interface Option {
  /** As it is typed, without the dashes. */
  readonly name: string;
  /** What its value looks like, for the help; null: the option is a switch and takes none. */
  readonly value: string | null;
  readonly help: string;
  /** Heading it stands under in the help. */
  readonly group: string;
  /** Takes several values, one behind the other; Given holds them with line breaks between. */
  readonly many?: true;
  /** Its value may be left out; Given holds "" then. */
  readonly optional?: true;
  /** A letter that stands for it after a single dash. */
  readonly short?: string;
  /** Its value may stand without its name: what the command is about. */
  readonly bare?: true;
}

/** Makes options that stand under one heading. */
export function optionsUnder(group: string): (name: string, value: string | null, help: string) => Option {
  return (name, value, help) => ({ name, value, help, group });
}

/** What was typed: option name to its text, "" for a switch. */
export type Given = ReadonlyMap<string, string>;

/** Refuses what was typed. The caller ends with exit code 2. */
export function wrongUsage(message: string): AppError {
  return new AppError("bad-settings", message);
}

/**
 * Reads a command's arguments: --name value or --name=value, each at most once; --name value value … where an option
 * takes many, --name alone where it may.
 *
 * Errors: bad-settings for an unknown option (with the likeliest name), a missing value, a stray word, an option twice.
 */
export function readOptions(argv: readonly string[], options: readonly Option[]): Given {
  const { tokens } = parseArgs({
    args: [...argv],
    strict: false,
    allowPositionals: true,
    tokens: true,
    options: Object.fromEntries(
      options.map(({ name, value, optional, short }) => [
        name,
        { type: value === null || optional === true ? "boolean" : "string", ...(short === undefined ? {} : { short }) },
      ]),
    ),
  });
  const given = new Map<string, string>();
  // The option that takes the values to come.
  let open: Option | null = null;
  for (const token of tokens) {
    if (token.kind === "positional") {
      if (open !== null) {
        const before = given.get(open.name) ?? "";
        given.set(open.name, before === "" ? token.value : `${before}\n${token.value}`);
        if (open.many !== true) open = null;
        continue;
      }
      const bare = options.find((option) => option.bare === true && !given.has(option.name));
      if (bare !== undefined) {
        given.set(bare.name, token.value);
        continue;
      }
      throw wrongUsage(`"${token.value}" stands alone; every value follows an option, as in --seeds 1,2,3.`);
    }
    if (token.kind !== "option") continue;
    const option = options.find(({ name, short }) => [`--${name}`, `-${short ?? "-"}`].includes(token.rawName));
    if (option === undefined) throw unknownOption(token.rawName, options);
    if (given.has(option.name)) throw wrongUsage(`--${option.name} was given twice; once is enough.`);
    const alone = option.optional === true && token.value === undefined;
    const text = option.value === null ? switchText(option, token.value) : alone ? "" : valueText(option, token);
    given.set(option.name, text);
    open = option.many === true || alone ? option : null;
  }
  return given;
}

function unknownOption(rawName: string, options: readonly Option[]): AppError {
  const names = options.map(({ name }) => `--${name}`);
  return wrongUsage(`There is no option ${rawName}. ${adviceFor(rawName, names, "--help lists the options.")}`);
}

function switchText(option: Option, value: string | undefined): string {
  if (value !== undefined) throw wrongUsage(`--${option.name} takes no value, but "${value}" was given.`);
  return "";
}

function valueText(
  option: Option,
  token: { readonly value?: string | undefined; readonly inlineValue?: boolean | undefined },
): string {
  const { value, inlineValue } = token;
  const swallowed = inlineValue !== true && value !== undefined && /^--?[a-z]/i.test(value);
  if (value === undefined || value === "" || swallowed) {
    throw wrongUsage(`--${option.name} needs a value: --${option.name} ${option.value ?? ""}.`);
  }
  return value;
}

/** What has an id that was typed. Errors: bad-settings, with the likeliest id, or all of them. */
export function knownEntry<T extends { readonly id: string }>(what: string, id: string, entries: readonly T[]): T {
  const found = entries.find((entry) => entry.id === id);
  if (found !== undefined) return found;
  const ids = entries.map((entry) => entry.id);
  throw wrongUsage(`There is no ${what} "${id}". ${adviceFor(id, ids, `Known are ${ids.join(", ")}.`)}`);
}
