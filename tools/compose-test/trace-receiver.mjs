// Stands in for Jaeger: takes traces by OTLP over HTTP, and answers the two questions of its API that the test asks.
import { createServer } from "node:http";
import { serviceOf, spansOf } from "./otlp.mjs";

const services = new Set();
/** The spans of each trace. */
const traces = new Map();

createServer(async (request, response) => {
  const chunks = [];
  for await (const chunk of request) chunks.push(chunk);
  const body = Buffer.concat(chunks);
  services.add(serviceOf(body));
  for (const span of spansOf(body)) traces.set(span.trace, [...(traces.get(span.trace) ?? []), span]);
  response.end();
}).listen(4318);

createServer((request, response) => {
  const { pathname, searchParams } = new URL(request.url, "http://localhost");
  const named = (spans) => spans.some(({ name }) => name === searchParams.get("operation"));
  const found = [...traces].filter(([, spans]) => named(spans));
  const data = {
    "/api/services": () => [...services],
    "/api/traces": () => found.map(([traceID, spans]) => ({ traceID, spans: spans.map(({ name }) => ({ operationName: name })) })),
  };
  response.end(JSON.stringify({ data: data[pathname]?.() ?? [] }));
}).listen(16686);
