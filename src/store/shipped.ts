import { AppError, type ErrorCode } from "../core/errors.ts";

/** What to say where a file that ships with the page cannot be had. */
interface Failing {
  readonly code: ErrorCode;
  /** What a person can do in place of it: "drop tables of your own". */
  readonly instead: string;
}

/** Fetches a file that ships with the page. Errors: `code`, offline or where this copy of the page lacks the file. */
export async function fetchShipped(url: string, { code, instead }: Failing): Promise<Response> {
  const response = await fetch(url).catch((cause: unknown) => {
    const advice = `Check the connection and try again, or ${instead}.`;
    throw new AppError(code, `${url} could not be fetched. ${advice}`, { cause });
  });
  // A host that answers every address with its index page does not have the file either.
  const type = response.headers.get("content-type") ?? "";
  if (response.ok && !type.includes("html")) return response;
  const found = response.ok ? "a web page" : `status ${response.status}`;
  const advice = `this copy of the page is not complete. Reload it, or ${instead}.`;
  throw new AppError(code, `${url} was answered with ${found}; ${advice}`);
}

/** What an index that ships with the page lists; [] in a copy of the page without one (`url`: ""), which is no error. */
export async function listShipped<T>(
  url: string,
  failing: Failing,
  read: (json: unknown) => readonly T[],
): Promise<readonly T[]> {
  if (url === "") return [];
  try {
    return read(await (await fetchShipped(`${url}index.json`, failing)).json());
  } catch {
    return [];
  }
}
