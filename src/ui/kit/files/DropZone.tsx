import { Loader } from "@mantine/core";
import { FolderOpen, Upload } from "lucide-react";
import type { ReactNode } from "react";
import { useDropzone } from "react-dropzone";
import type { DroppedFile } from "../../../worker/api.ts";
import { droppedFiles } from "./dropped-files.ts";
import { FileButton } from "./FileButton.tsx";
import classes from "../forms.module.css";

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
  /** Ends the reading. */
  readonly cancel: ReactNode;
  readonly onFiles: (files: readonly DroppedFile[]) => void;
}

/** A place to drop files on, with buttons that do the same for the keyboard. */
export function DropZone(props: DropZoneProps) {
  const {
    label,
    children,
    folders = false,
    several = false,
    accept,
    busy,
    disabled,
    compact = false,
    cancel,
    onFiles,
  } = props;
  const resting = disabled || busy;
  const take = (files: readonly File[]): void => onFiles(droppedFiles(files));
  const zone = useDropzone({
    noClick: true,
    noKeyboard: true,
    disabled: resting,
    onDrop: take,
  });
  return (
    <div
      {...zone.getRootProps({ role: "group", "aria-label": `Drop zone for ${label}`, tabIndex: -1 })}
      className={classes.zone}
      // It would be said of the way out of a reading, too; the other buttons say it of themselves.
      aria-disabled={undefined}
      data-dropzone
      data-over={zone.isDragActive}
      data-compact={compact}
    >
      <p className={classes.zoneTitle}>
        {busy ? <Loader size={14} aria-label="Reading" /> : <Upload size={16} />}
        <span>{busy ? "Reading …" : zone.isDragActive ? "Let go to read it" : `Drop ${label} here`}</span>
      </p>
      {children}
      <div className={classes.zoneButtons}>
        <FileButton
          disabled={resting}
          several={several}
          accept={accept}
          zone={label}
          aria-label={`Choose ${several ? "files" : "a file"}: ${label}`}
          onFiles={take}
        >
          {several ? "Choose files" : "Choose a file"}
        </FileButton>
        {busy && cancel}
        {folders && (
          <FileButton
            folder
            disabled={resting}
            leftSection={<FolderOpen size={14} />}
            aria-label={`Choose a folder: ${label}`}
            onFiles={take}
          >
            Choose a folder
          </FileButton>
        )}
      </div>
    </div>
  );
}
