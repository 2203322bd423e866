import { useEffect, useState } from "react";
import { useActions } from "../app-context.ts";
import { droppedTree } from "../kit/files/dropped-tree.ts";
import classes from "./DropAnywhere.module.css";

/** Files may be dropped anywhere: each finds its place, and none replaces the page. */
export function DropAnywhere() {
  const actions = useActions();
  const [over, setOver] = useState(false);
  useEffect(() => {
    const carriesFiles = (event: DragEvent): boolean => event.dataTransfer?.types.includes("Files") ?? false;
    const drag = (event: DragEvent): void => {
      event.preventDefault();
      setOver(carriesFiles(event) && !hasZone(event));
    };
    const leave = (event: DragEvent): void => {
      if (event.relatedTarget === null) setOver(false);
    };
    const drop = (event: DragEvent): void => {
      event.preventDefault();
      setOver(false);
      if (event.dataTransfer === null || hasZone(event)) return;
      droppedTree(event.dataTransfer).then(actions.takeFiles, (thrown) => actions.notices.report("result", thrown));
    };
    window.addEventListener("dragover", drag);
    window.addEventListener("dragleave", leave);
    window.addEventListener("drop", drop);
    return () => {
      window.removeEventListener("dragover", drag);
      window.removeEventListener("dragleave", leave);
      window.removeEventListener("drop", drop);
    };
  }, [actions]);
  if (!over) return null;
  return (
    <div className={classes.over} aria-hidden>
      <p className={classes.text}>Let go to open: a model, tables, a result or a plan</p>
    </div>
  );
}

/** A place that takes files itself. */
function hasZone({ target }: DragEvent): boolean {
  return target instanceof Element && target.closest("[data-dropzone]") !== null;
}
