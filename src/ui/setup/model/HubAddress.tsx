import { Button, TextInput } from "@mantine/core";
import { useState } from "react";
import { defaultHub } from "../../../contract/sources/hub.ts";
import { problemWithHub } from "../../../store/setup/settings.ts";
import { useActions, useSelect } from "../../app-context.ts";
import textClasses from "../../kit/text.module.css";
import setupClasses from "../setup.module.css";

/** Where downloads come from: the Hub, or a mirror of it. An address that cannot be one stays in the box with the reason. */
export function HubAddress() {
  const address = useSelect((state) => state.settings.hub);
  const actions = useActions();
  const [typed, setTyped] = useState(address);
  const trimmed = typed.trim().replace(/\/+$/, "");
  const problem = problemWithHub(trimmed);
  function change(text: string): void {
    setTyped(text);
    const next = text.trim().replace(/\/+$/, "");
    if (problemWithHub(next) === null) actions.settings.setHub(next);
  }
  return (
    <section aria-labelledby="hub-address-title">
      <h3 id="hub-address-title" className={setupClasses.sectionTitle}>
        The Hub
      </h3>
      <TextInput
        label="Address"
        type="url"
        mb={6}
        spellCheck={false}
        value={typed}
        error={problem}
        onChange={(event) => change(event.currentTarget.value)}
        rightSectionWidth={86}
        rightSection={
          address === defaultHub && problem === null ? null : (
            <Button variant="subtle" size="compact-xs" onClick={() => change(defaultHub)}>
              Default
            </Button>
          )
        }
      />
      <p className={textClasses.hint}>
        The Hugging Face Hub, or a mirror of it. It is asked only when you press a button that downloads; it learns
        which files you fetch, and nothing else.
      </p>
    </section>
  );
}
