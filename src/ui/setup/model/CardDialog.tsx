import { Modal } from "@mantine/core";
import { useMemo } from "react";
import { readMarkdown } from "../../../core/markdown.ts";
import { useActions, useSelect } from "../../app-context.ts";
import { Markdown } from "./Markdown.tsx";
import textClasses from "../../kit/text.module.css";
import classes from "./CardDialog.module.css";

/** A bundled model's card, as it stands in its README.md. */
export function CardDialog() {
  const card = useSelect((state) => state.bundled.card);
  const actions = useActions();
  const text = useMemo(() => readMarkdown(card?.text ?? ""), [card]);
  const license = text.matter.get("license");
  // The dialog's own title says it already.
  const [first, ...rest] = text.blocks;
  const blocks = first?.kind === "heading" ? rest : text.blocks;
  return (
    <Modal
      opened={card !== null}
      onClose={() => actions.bundled.closeCard()}
      title={card?.label ?? ""}
      size="xl"
      padding="lg"
      closeButtonProps={{ "aria-label": "Close the model card" }}
      classNames={{ title: textClasses.headline ?? "" }}
    >
      {license !== undefined && <p className={classes.license}>Licence of the weights: {license}</p>}
      <Markdown blocks={blocks} />
    </Modal>
  );
}
