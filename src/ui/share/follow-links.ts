import { linkStart } from "../../contract/links/link-start.ts";
import type { LinkActions } from "../../store/link.ts";

/**
 * Opens the set-up in the page's address, now and whenever the address gets another one. The address is cleaned at once:
 * a reload would otherwise undo what was changed since, and a bookmark would keep an old set-up.
 */
export function followLinks(link: Pick<LinkActions, "open">): void {
  function take(): void {
    const { hash, pathname, search } = window.location;
    if (!hash.startsWith(linkStart)) return;
    window.history.replaceState(window.history.state, "", pathname + search);
    void link.open(hash);
  }
  take();
  window.addEventListener("hashchange", take);
}
