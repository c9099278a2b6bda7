// What a user does: sign in, write, upload a file. And what must be there afterwards.
import assert from "node:assert/strict";
import { randomBytes, randomUUID } from "node:crypto";

/** Calls the API with the token. The answer's JSON. */
async function call(state, method, path, body, status = 200) {
  const headers = { "content-type": "application/json" };
  if (state.token) headers.authorization = `Bearer ${state.token}`;
  const answer = await fetch(`${state.url}${path}`, { method, headers, body: body && JSON.stringify(body) });
  const text = await answer.text();
  assert.equal(answer.status, status, `${method} ${path}: ${text}`);
  return JSON.parse(text);
}

/** Signs in, and stores a chat with a message, a tag as a device pushes it, and a file. What was stored. */
export async function write(url, storageUrl) {
  const state = { url };
  state.token = (await call(state, "POST", "/api/auth/dev/sign-in", { email: "anna@example.com" })).token;
  state.session = randomUUID();
  await call(state, "POST", "/api/chat/sessions", { id: state.session, title: "Harbour" }, 201);
  const message = { tempId: randomUUID(), sessionId: state.session, role: "user", content: "The tide turns at six." };
  await call(state, "POST", "/api/chat/messages/batch", {
    messages: [{ ...message, createdAt: new Date().toISOString() }],
  });
  state.tag = randomUUID();
  const mutation = { id: 1, collection: "tags", op: "put", key: state.tag, baseRevision: 0, value: { name: state.tag } };
  const { results } = await call(state, "POST", "/api/sync", { clientId: randomUUID(), mutations: [mutation], limit: 10 });
  assert.equal(results[0].status, "applied", JSON.stringify(results));
  // A PNG by its first bytes.
  state.bytes = Buffer.concat([Buffer.from("89504e470d0a1a0a0000000d4948445200000001000000010806000000", "hex"), randomBytes(200_000)]);
  state.asset = { id: randomUUID(), fileName: "boat.png", mimeType: "image/png", size: state.bytes.length };
  const { urls } = await call(state, "POST", "/api/assets/presign", { operation: "upload", assets: [state.asset] });
  assert.ok(urls[0].url.startsWith(`${storageUrl}/`), `the link leads to the storage: ${urls[0].url}`);
  await preflight(urls[0].url, url);
  const put = await fetch(urls[0].url, { method: "PUT", headers: urls[0].headers, body: state.bytes });
  assert.equal(put.status, 200, await put.text());
  await call(state, "POST", "/api/assets", state.asset, 201);
  return state;
}

/** Asks the storage as a browser does before an upload from a page of `origin`. */
async function preflight(link, origin) {
  const headers = { origin, "access-control-request-method": "PUT", "access-control-request-headers": "content-type" };
  const answer = await fetch(link, { method: "OPTIONS", headers });
  assert.ok(answer.ok, `the preflight was answered with ${answer.status}`);
  assert.ok(["*", origin].includes(answer.headers.get("access-control-allow-origin")), "the bucket has CORS rules");
}

/** Asserts that everything of `write` is there, for the same session. */
export async function verify(state) {
  const { messages } = await call(state, "GET", `/api/chat/${state.session}/messages`);
  assert.deepEqual(messages.map(({ content }) => content), ["The tide turns at six."]);
  const tag = await call(state, "GET", `/api/collections/tags/${state.tag}`);
  assert.equal(tag.value.name, state.tag);
  const link = await call(state, "GET", `/api/assets/${state.asset.id}/download-url`);
  const file = await fetch(link.url);
  assert.equal(file.status, 200);
  assert.ok(Buffer.from(await file.arrayBuffer()).equals(state.bytes), "the file has the bytes that were uploaded");
  const page = await fetch(state.url);
  assert.match(await page.text(), /<html/i, "the demo is served");
}

/** Four writers send `count` batches each, one after another, and `midway` is called after a third. Every request must succeed at its first attempt. */
export async function load(url, state, count, midway) {
  let started;
  const writer = async () => {
    const session = randomUUID();
    const at = { ...state, url };
    await call(at, "POST", "/api/chat/sessions", { id: session, title: "Under load" }, 201);
    for (let n = 0; n < count; n += 1) {
      if (n === Math.floor(count / 3)) started ??= midway();
      const message = { tempId: `${session}-${n}`, sessionId: session, role: "user", content: String(n) };
      await call(at, "POST", "/api/chat/messages/batch", { messages: [{ ...message, createdAt: new Date().toISOString() }] });
    }
    const { messages } = await call(at, "GET", `/api/chat/${session}/messages?limit=200`);
    assert.deepEqual(messages.map(({ content }) => content), Array.from({ length: count }, (_, n) => String(n)));
  };
  await Promise.all(Array.from({ length: 4 }, writer));
  assert.ok(started, "something happened midway");
  await started;
}
