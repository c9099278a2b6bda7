// Runs in the page: an application that imports files. What its requests send is kept as text.

import { importFile } from "../../../src/compat/transfer";
import { createLandfall } from "../../../src/index";
import { createSealing } from "../../../src/sealing";
import { pageClient } from "./page-client.mjs";

/** @type {string[]} */
const wire = [];
const sealing = createSealing();
const landfall = createLandfall({
  name: "imports",
  sealing,
  fetch: async (input, init) => {
    const { body } = init ?? {};
    if (body) wire.push(body instanceof Blob ? await body.text() : String(body));
    return fetch(input, init);
  },
});

const { signIn, sync } = pageClient(landfall);

/** @param {string} text @param {import("../../../src/compat/transfer").ImportFileOptions} [options] */
const take = (text, options) => importFile(landfall, new Blob([text]), options);

/** The code with which an import is refused. @param {string} text @param {import("../../../src/compat/transfer").ImportFileOptions} [options] */
const refused = (text, options) =>
  take(text, options).then(
    () => null,
    (/** @type {{ code?: string }} */ { code }) => code,
  );

/** The rows of a collection. @param {string} name */
const list = (name) => landfall.collections[/** @type {"tags"} */ (name)].list();

Object.assign(window, { app: { landfall, sealing, wire, signIn, sync, take, refused, list } });
