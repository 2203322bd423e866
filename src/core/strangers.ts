const pointer = /^version https:\/\/git-lfs\.github\.com\//;
const page = /^\s*(?:<!doctype html|<html|<head|<\?xml[^>]*>\s*<!doctype html)/i;

/** What often stands in the place of a download, by a file's first characters, and what to do; null for neither. */
export function placeholderIn(start: string): string | null {
  if (pointer.test(start)) return "a Git LFS pointer and not the file itself: fetch it with git lfs pull";
  if (page.test(start)) {
    return "an HTML page, most often what a site shows in place of a download: open the address and download the file itself";
  }
  return null;
}
