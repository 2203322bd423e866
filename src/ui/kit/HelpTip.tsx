import { Tooltip, UnstyledButton } from "@mantine/core";
import { CircleHelp } from "lucide-react";
import classes from "./forms.module.css";

/** A question mark that explains: on hover, touch and keyboard focus. */
export function HelpTip({ about, text }: { readonly about: string; readonly text: string }) {
  return (
    <Tooltip label={text} multiline maw={280} withArrow events={{ hover: true, focus: true, touch: true }}>
      <UnstyledButton className={classes.help} aria-label={`About ${about}: ${text}`} type="button">
        <CircleHelp size={14} />
      </UnstyledButton>
    </Tooltip>
  );
}
