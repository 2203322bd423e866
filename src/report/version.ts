import { version } from "../../package.json";

/** The program's, as a report names it. */
export const programVersion: string = version;
