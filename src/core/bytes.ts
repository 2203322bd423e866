import { AppError, messageOf, type ErrorCode } from "./errors.ts";

/**
 * Reads bytes [begin, end) of a blob.
 *
 * Errors: `code` where the blob cannot be read (a directory dropped in place of a file, a file moved meanwhile).
 */
export async function readBytes(
  blob: Blob,
  begin: number,
  end: number,
  name: string,
  code: ErrorCode,
): Promise<ArrayBuffer> {
  try {
    return await blob.slice(begin, end).arrayBuffer();
  } catch (cause) {
    throw new AppError(
      code,
      `${name} cannot be read (${messageOf(cause)}). Is it a folder, or was it moved? A file is wanted here: choose it again.`,
      { cause },
    );
  }
}
