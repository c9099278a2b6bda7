import { createLandfall, newId } from "@landfall/client";
import { enableBackgroundSync } from "@landfall/client/sw";
import { options } from "./options";

const landfall = createLandfall(options);
const at = (id: string) => document.getElementById(id) as HTMLElement;

landfall.sync.status.subscribe(({ state }) => {
  at("state").textContent = state;
});
landfall.collections.tags.all().subscribe((tags = []) => {
  at("tags").replaceChildren(
    ...tags.map(({ name }) => Object.assign(document.createElement("li"), { textContent: name })),
  );
});
at("sign-in").onclick = () => landfall.auth.devSignIn({ email: "vite@apps.example" });
at("add").onclick = () =>
  landfall.collections.tags.put({ id: newId(), name: `Tag ${at("tags").childElementCount + 1}` });

void navigator.serviceWorker.register("/sw.js");
enableBackgroundSync(landfall);
void landfall.start();
