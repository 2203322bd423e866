import { tableEndings } from "../../../contract/reading.ts";

/** Endings of the tables that can be read, for the window in which a file is chosen. */
export const tableTypes = [...tableEndings, "gz", "zip"].map((ending) => `.${ending}`).join(",");
