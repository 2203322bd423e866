import { CardDialog } from "../setup/model/CardDialog.tsx";
import { Shortcuts } from "./Shortcuts.tsx";
import { StorageWindow } from "../setup/downloads/StoragePanel.tsx";

/** The windows that open above the page. */
export function Dialogs() {
  return (
    <>
      <CardDialog />
      <StorageWindow />
      <Shortcuts />
    </>
  );
}
