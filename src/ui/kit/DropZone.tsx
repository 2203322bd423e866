import { Button, Loader } from "@mantine/core";
import { FolderOpen, Upload } from "lucide-react";
import { useCallback, useRef } from "react";
import type { ChangeEvent, ReactNode } from "react";
import { useDropzone } from "react-dropzone";
import type { DroppedFile } from "../../worker/api.ts";
import { droppedFiles } from "./dropped-files.ts";
import classes from "./forms.module.css";

interface DropZoneProps {
  /** What is wanted, as a noun: "a model folder". */
  readonly label: string;
  readonly children?: ReactNode;
  /** Offers a button for a whole folder too. */
  readonly folders?: boolean;
  readonly several?: boolean;
  readonly accept?: string;
  readonly busy: boolean;
  readonly disabled: boolean;
  readonly compact?: boolean;
  readonly onFiles: (files: readonly DroppedFile[]) => void;
}

/** A place to drop files on, with buttons that do the same for the keyboard. */
export function DropZone(props: DropZoneProps) {
  const { label, children, folders = false, several = false, accept, busy, disabled, compact = false, onFiles } = props;
  const resting = disabled || busy;
  const filesInput = useRef<HTMLInputElement>(null);
  const folderInput = useRef<HTMLInputElement>(null);
  const keepFolderInput = useCallback((input: HTMLInputElement | null) => {
    // React does not know the attribute; every browser with WebGPU does.
    input?.setAttribute("webkitdirectory", "");
    folderInput.current = input;
  }, []);
  const zone = useDropzone({
    noClick: true,
    noKeyboard: true,
    disabled: resting,
    onDrop: (files) => onFiles(droppedFiles(files)),
  });
  function choose(event: ChangeEvent<HTMLInputElement>): void {
    onFiles(droppedFiles([...(event.currentTarget.files ?? [])]));
    // The same file may be chosen again after it was corrected.
    event.currentTarget.value = "";
  }
  return (
    <div
      {...zone.getRootProps({ role: "group", "aria-label": `Drop zone for ${label}`, tabIndex: -1 })}
      className={classes.zone}
      data-over={zone.isDragActive}
      data-compact={compact}
    >
      <p className={classes.zoneTitle}>
        {busy ? <Loader size={14} aria-label="Reading" /> : <Upload size={16} />}
        <span>{busy ? "Reading …" : zone.isDragActive ? "Let go to read it" : `Drop ${label} here`}</span>
      </p>
      {children}
      <div className={classes.zoneButtons}>
        <Button
          disabled={resting}
          onClick={() => filesInput.current?.click()}
          aria-label={`Choose ${several ? "files" : "a file"}: ${label}`}
        >
          {several ? "Choose files" : "Choose a file"}
        </Button>
        {folders && (
          <Button
            disabled={resting}
            leftSection={<FolderOpen size={14} />}
            onClick={() => folderInput.current?.click()}
            aria-label={`Choose a folder: ${label}`}
          >
            Choose a folder
          </Button>
        )}
      </div>
      <input
        ref={filesInput}
        type="file"
        hidden
        multiple={several}
        accept={accept}
        onChange={choose}
        data-zone={label}
      />
      {folders && <input ref={keepFolderInput} type="file" hidden multiple onChange={choose} />}
    </div>
  );
}
