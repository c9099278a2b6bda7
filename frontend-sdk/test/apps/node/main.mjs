// A program in Node: it writes, waits until the server has it, and prints what it knows. `node main.mjs ORIGIN EMAIL`
import { createLandfall, newId } from "@landfall/client";

const [baseUrl, email] = process.argv.slice(2);

const bare = createLandfall({ name: "node-app", baseUrl });
const refused = await bare.start().then(
  () => null,
  ({ code, message }) => ({ code, message }),
);

const { IDBFactory, IDBKeyRange } = await import("fake-indexeddb");
let token = null;
const landfall = createLandfall({
  name: "node-app",
  baseUrl,
  storage: { indexedDB: new IDBFactory(), IDBKeyRange },
  sessionToken: {
    get: () => token,
    set: (next) => {
      token = next;
    },
  },
});
await landfall.start();
await landfall.auth.devSignIn({ email });
await landfall.collections.tags.put({ id: newId(), name: "From Node" });
const { state } = await landfall.sync.awaitInSync({ signal: AbortSignal.timeout(20_000) });
const tags = await landfall.collections.tags.list();
await landfall.auth.signOut();
await landfall.close();

process.stdout.write(JSON.stringify({ refused, state, tags: tags.map(({ name }) => name) }));
