import { useSelect } from "../app-context.ts";
import { later } from "../kit/later.tsx";
import { Notices } from "../frame/Notices.tsx";

const LinkNote = later(async () => (await import("./LinkNote.tsx")).LinkNote);

/** Where the page tells of a link that it was opened with; nothing without one. */
export function LinkPlace() {
  const shown = useSelect((state) => state.link.setup !== null);
  return (
    <>
      <Notices place="link" />
      {shown && <LinkNote />}
    </>
  );
}
