/** Calls `save` whenever a page is hidden, which may be the last that it hears. Returns how to leave off. */
export function saveWhenHidden(page: Document, save: () => void): () => void {
  const whenHidden = (): void => {
    if (page.visibilityState === "hidden") save();
  };
  page.addEventListener("visibilitychange", whenHidden);
  // Some browsers tell of a closed tab in this way only.
  page.defaultView?.addEventListener("pagehide", save);
  return () => {
    page.removeEventListener("visibilitychange", whenHidden);
    page.defaultView?.removeEventListener("pagehide", save);
  };
}
