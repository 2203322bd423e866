/** Endings of the tables that can be read, for the window in which a file is chosen. */
export const tableTypes = ".tsv,.csv,.txt,.json,.jsonl,.ndjson,.parquet,.xlsx,.arrow,.feather,.gz,.zip";
