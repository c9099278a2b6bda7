// What the types catch. `tsc` fails where a mistake below passes.
import { createLandfall } from "@landfall/client";

declare module "@landfall/client" {
  interface RowMembers {
    tags: { colour?: string };
  }
}

export async function mistakes(): Promise<void> {
  const landfall = createLandfall({ name: "types" });
  await landfall.collections.tags.put({ id: "t", name: "Sea", colour: "blue" });
  // @ts-expect-error `color` is no member of a tag
  await landfall.collections.tags.put({ id: "t", name: "Sea", color: "blue" });
  // @ts-expect-error a rule has no member of its own
  await landfall.collections.rules.put({ id: "r", name: "Rule", content: "", colour: "blue" });
  const [rule] = await landfall.collections.rules.list();
  // @ts-expect-error `contents` is no member of a rule
  rule?.contents;
  // @ts-expect-error there is no such collection
  landfall.collections.todos;
  // @ts-expect-error the option is `baseUrl`
  createLandfall({ name: "types", baseURL: "" });
}
