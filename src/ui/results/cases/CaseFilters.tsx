import { NativeSelect, TextInput } from "@mantine/core";
import { Search } from "lucide-react";
import { useActions, useSelect } from "../../app-context.ts";
import { useMethodLooks } from "../../kit/palette.ts";
import classes from "./cases.module.css";

/** Narrows the list: by who got a row right or wrong, and by what its texts hold. */
export function CaseFilters() {
  const { verdict, text } = useSelect((state) => state.cases.filter);
  const cases = useSelect((state) => state.experiment.cases);
  const live = useSelect((state) => state.experiment.source === "live");
  const looks = useMethodLooks();
  const actions = useActions();
  const choices = cases.flatMap(({ method }) => [
    { value: `right ${method}`, label: `${looks(method).label}: right` },
    { value: `wrong ${method}`, label: `${looks(method).label}: wrong` },
  ]);
  const chosen = verdict === null ? "" : `${verdict.right ? "right" : "wrong"} ${verdict.method}`;
  return (
    <div className={classes.filters}>
      <NativeSelect
        aria-label="Show rows that most seeds of a method got right or wrong"
        data={[{ value: "", label: "Right and wrong" }, ...choices]}
        value={chosen}
        onChange={(event) => {
          const [word, method] = event.currentTarget.value.split(" ");
          void actions.cases.narrow({ verdict: method === undefined ? null : { method, right: word === "right" } });
        }}
      />
      {live && (
        <TextInput
          type="search"
          aria-label="Search the texts"
          placeholder="Search the texts"
          leftSection={<Search size={14} />}
          value={text}
          onChange={(event) => void actions.cases.narrow({ text: event.currentTarget.value })}
        />
      )}
    </div>
  );
}
