import { Button, TextInput } from "@mantine/core";
import { Check, Link } from "lucide-react";
import { useEffect, useState } from "react";
import { useActions } from "../app-context.ts";
import classes from "./share.module.css";

interface CopyLinkProps {
  /** What the link leads to: the settings as they stand, or what the result on show was run with. */
  readonly of: "settings" | "result";
  readonly size?: "xs";
  readonly disabled?: boolean;
}

/** How long the button says that it did as it was told. */
const thanksMs = 2500;

/** Copies a link that restores plan, task and model on another machine; where the browser refuses, shows it. */
export function CopyLink({ of, ...look }: CopyLinkProps) {
  const actions = useActions();
  const [copied, setCopied] = useState(false);
  const [shown, setShown] = useState<string | null>(null);
  useEffect(() => {
    if (!copied) return;
    const timer = setTimeout(() => setCopied(false), thanksMs);
    return () => clearTimeout(timer);
  }, [copied]);
  async function copy(): Promise<void> {
    const fragment = await (of === "settings" ? actions.link.ofSettings() : actions.link.ofResult());
    if (fragment === null) return;
    const address = new URL(fragment, window.location.href).href;
    try {
      await navigator.clipboard.writeText(address);
      setShown(null);
      setCopied(true);
    } catch {
      setShown(address);
    }
  }
  return (
    <>
      <Button
        {...look}
        title="Plan, task and model as an address: no rows, no weights, and nothing is sent anywhere"
        leftSection={copied ? <Check size={14} aria-hidden /> : <Link size={14} aria-hidden />}
        onClick={() => void copy()}
      >
        <span aria-live="polite">{copied ? "Copied" : "Copy link"}</span>
      </Button>
      {shown !== null && (
        <TextInput
          className={classes.shown ?? ""}
          label="This browser does not let the page copy: copy the link from here"
          readOnly
          value={shown}
          onFocus={(event) => event.currentTarget.select()}
        />
      )}
    </>
  );
}
