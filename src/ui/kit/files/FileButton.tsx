import { Button, type ButtonProps } from "@mantine/core";
import { useRef } from "react";

interface FileButtonProps extends ButtonProps {
  readonly "aria-label"?: string;
  readonly title?: string;
  /** Endings and types that can be chosen; undefined: all. */
  readonly accept?: string | undefined;
  /** A whole folder is chosen, with all that is in it. */
  readonly folder?: boolean;
  readonly several?: boolean;
  /** Name of its input. */
  readonly zone?: string;
  readonly onFiles: (files: readonly File[]) => void;
}

/** A button that opens the browser's window for choosing files. */
export function FileButton({ accept, folder = false, several = false, zone, onFiles, ...look }: FileButtonProps) {
  const input = useRef<HTMLInputElement>(null);
  // Its type lacks the attribute, which every browser with WebGPU has.
  const whole = folder ? { webkitdirectory: "" } : {};
  return (
    <>
      <Button {...look} onClick={() => input.current?.click()} />
      <input
        {...whole}
        ref={input}
        type="file"
        hidden
        multiple={several || folder}
        accept={accept}
        data-zone={zone}
        onChange={(event) => {
          onFiles([...(event.currentTarget.files ?? [])]);
          // The same file may be chosen again after it was corrected.
          event.currentTarget.value = "";
        }}
      />
    </>
  );
}
