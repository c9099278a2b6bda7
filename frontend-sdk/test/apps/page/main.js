// A page without a build: modules by an import map. The API has another port of the same host.
import { createLandfall, newId } from "@landfall/client";

const landfall = createLandfall({ name: "plain-page", baseUrl: `http://localhost:${await apiPort()}` });
const at = (id) => document.getElementById(id);

landfall.sync.status.subscribe(({ state }) => {
  at("state").textContent = state;
});
landfall.collections.tags.all().subscribe((tags = []) => {
  at("tags").replaceChildren(
    ...tags.map(({ name }) => Object.assign(document.createElement("li"), { textContent: name })),
  );
});
at("sign-in").onclick = () => landfall.auth.devSignIn({ email: "page@apps.example" });
at("add").onclick = () =>
  landfall.collections.tags.put({ id: newId(), name: `Tag ${at("tags").childElementCount + 1}` });

await navigator.serviceWorker.register("/sw.js", { type: "module" });
await landfall.start();

async function apiPort() {
  return (await fetch("/port.txt")).text();
}
