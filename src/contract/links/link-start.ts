/** What stands before the packed set-up in an address's fragment. */
export const linkStart = "#plan=";
