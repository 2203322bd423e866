import type { FileMetaData, SchemaElement } from "hyparquet";
import { parquetSchema } from "hyparquet/src/metadata.js";
import type { ParquetType, SchemaTree } from "hyparquet/src/types.js";

/** What a column's values mean, beside their physical type: a number of 16 bits, one with so many decimals, or neither. */
type Meaning = "plain" | "half" | { readonly scale: number };

/** A column with one value a row, as its pages are read. */
export interface FlatColumn {
  /** Of a field of a struct, with the struct's name: "translation.en". */
  readonly name: string;
  /** As the file's footer names it. */
  readonly path: readonly string[];
  /** From the outermost to the value: which of them may be missing, and which could hold several. */
  readonly repetitions: readonly NonNullable<SchemaElement["repetition_type"]>[];
  readonly type: ParquetType;
  /** Bytes of a value of the type FIXED_LEN_BYTE_ARRAY. */
  readonly typeLength: number | undefined;
  readonly meaning: Meaning;
  /** Whether a row has a list of values, and not one. */
  readonly list: boolean;
}

/** The columns of a file that make cells, and the others, each with what it holds. */
export interface FlatColumns {
  readonly columns: readonly FlatColumn[];
  readonly leftOut: readonly string[];
  /** Structs whose fields are columns. */
  readonly structs: readonly string[];
}

/** Column types that make a cell. */
const cellTypes: ReadonlySet<ParquetType | undefined> = new Set(["BOOLEAN", "INT32", "INT64", "FLOAT", "DOUBLE"]);
const decimalTypes: ReadonlySet<ParquetType | undefined> = new Set([
  "INT32",
  "INT64",
  "BYTE_ARRAY",
  "FIXED_LEN_BYTE_ARRAY",
]);
/** Bytes of a decimal number, and digits behind its point. */
const [mostDecimalBytes, mostDecimals] = [32, 76];

/**
 * Columns of texts, numbers and truth values, lists with one value in every row, and the fields of structs that are such;
 * lists: columns of which lists of several values are read.
 *
 * Errors: Error where there is none; the walk over the schema throws for one that contradicts itself.
 */
export function flatColumns(footer: FileMetaData, lists: (name: string) => boolean = () => false): FlatColumns {
  const { children } = parquetSchema(footer);
  const leftOut: string[] = [];
  const structs: string[] = [];
  const columns = children.flatMap((tree): readonly FlatColumn[] => {
    const alone = columnOf([tree], footer, lists);
    if (typeof alone !== "string") return [alone];
    const fields = isStruct(tree) ? tree.children.map((field) => columnOf([tree, field], footer, lists)) : [];
    const found = fields.flatMap((field) => (typeof field === "string" ? [] : [field]));
    if (found.length === 0) leftOut.push(`${tree.element.name} (${alone})`);
    else structs.push(tree.element.name);
    return found;
  });
  if (columns.length > 0) return { columns, leftOut, structs };
  const found = children.map(({ element }) => element.name).join(", ");
  throw new Error(`no column holds texts or numbers (found: ${found === "" ? "none" : found})`);
}

const isStruct = ({ element, children }: SchemaTree): boolean =>
  children.length > 0 &&
  element.repetition_type !== "REPEATED" &&
  !["MAP", "LIST", "MAP_KEY_VALUE"].includes(element.converted_type ?? "");

/** The column at the end of a path, through a list where that holds one value a row; else what it holds, in words. */
function columnOf(
  outer: readonly SchemaTree[],
  footer: FileMetaData,
  lists: (name: string) => boolean,
): FlatColumn | string {
  const trees = [...outer];
  for (let last = trees.at(-1); last !== undefined && isList(last); last = trees.at(-1)) trees.push(...last.children);
  const element = trees.at(-1)?.element;
  const repetitions = trees.map((tree) => tree.element.repetition_type ?? "REQUIRED");
  const repeated = repetitions.filter((one) => one === "REPEATED").length;
  if (element?.type === undefined || (trees.at(-1)?.children.length ?? 0) > 0 || repeated > 1) {
    return "nested values: a list or a struct";
  }
  const path = trees.map((tree) => tree.element.name);
  const name = outer.map((tree) => tree.element.name).join(".");
  const list = repeated > 0 && !holdsOneEach(footer, path);
  if (list && !lists(name)) return "lists of several values";
  const meaning = meaningOf(element);
  if (meaning === null) return (element.logical_type?.type ?? element.converted_type ?? element.type).toLowerCase();
  return { name, path, list, repetitions, type: element.type, typeLength: element.type_length, meaning };
}

/** A list as Parquet nests it: the list, what is repeated in it, the value. */
function isList({ element, children }: SchemaTree): boolean {
  return children.length === 1 && (element.converted_type === "LIST" || element.repetition_type === "REPEATED");
}

/** Whether there are as many values as rows; a row has one at the least, if only to say that its list is empty. */
function holdsOneEach(footer: FileMetaData, path: readonly string[]): boolean {
  return footer.row_groups.every(({ columns, num_rows: rows }) => {
    const chunk = columns.find(({ meta_data: about }) => about?.path_in_schema.join("\0") === path.join("\0"));
    return Number(chunk?.meta_data?.num_values) === Number(rows);
  });
}

/** null: what makes no cell, as dates and bytes. */
function meaningOf(element: SchemaElement): Meaning | null {
  const { type, converted_type: converted, logical_type: logical, type_length: length = 0 } = element;
  if (converted === "DECIMAL" || logical?.type === "DECIMAL") {
    const scale = element.scale ?? (logical?.type === "DECIMAL" ? logical.scale : 0);
    const fits = decimalTypes.has(type) && length <= mostDecimalBytes && Number.isInteger(scale);
    return fits && scale >= 0 && scale <= mostDecimals ? { scale } : null;
  }
  if (logical?.type === "FLOAT16") return type === "FIXED_LEN_BYTE_ARRAY" && length === 2 ? "half" : null;
  const text = type === "BYTE_ARRAY" && [undefined, "UTF8", "ENUM", "JSON"].includes(converted);
  const plain = cellTypes.has(type) && (converted === undefined || /^U?INT_/.test(converted));
  const known = logical === undefined || ["STRING", "ENUM", "JSON", "INTEGER"].includes(logical.type);
  return known && (text || plain) ? "plain" : null;
}
