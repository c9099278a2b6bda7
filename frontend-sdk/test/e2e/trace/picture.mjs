// Draws spans as a picture: a line for each, below its parent.

/** @typedef {{ name: string, detail: string, depth: number, start: number, end: number, kind: "page" | "server" | "sql" }} Line */

const [WIDTH, LEFT, ROW, TOP] = [1080, 470, 24, 66];
const COLOURS = { page: "#7c5cff", server: "#1f8a5b", sql: "#c77700" };

/** @param {string} text */
const escaped = (text) => text.replaceAll("&", "&amp;").replaceAll("<", "&lt;").replaceAll(">", "&gt;");

/** @param {string} title @param {string} note @param {Line[]} lines @returns {string} an SVG document */
export function draw(title, note, lines) {
  const begin = Math.min(...lines.map(({ start }) => start));
  const whole = Math.max(...lines.map(({ end }) => end)) - begin;
  const scale = (WIDTH - LEFT - 90) / whole;
  const height = TOP + lines.length * ROW + 30;
  const rows = lines.map(({ name, detail, depth, start, end, kind }, index) => {
    const y = TOP + index * ROW;
    const x = LEFT + (start - begin) * scale;
    const width = Math.max((end - start) * scale, 2);
    const shown = detail.length > 58 - depth * 2 ? `${detail.slice(0, 57 - depth * 2)}…` : detail;
    return `<g><text x="${12 + depth * 16}" y="${y + 15}"><tspan font-weight="600">${escaped(name)}</tspan> <tspan fill="#666" font-size="11">${escaped(shown)}</tspan></text>
<rect x="${x.toFixed(1)}" y="${y + 4}" width="${width.toFixed(1)}" height="14" rx="2" fill="${COLOURS[kind]}"/>
<text x="${(x + width + 5).toFixed(1)}" y="${y + 15}" font-size="11" fill="#444">${(end - start).toFixed(2)} ms</text></g>`;
  });
  const legend = Object.entries({ page: "page", server: "server", sql: "PostgreSQL" }).map(
    ([kind, label], index) =>
      `<rect x="${LEFT + index * 110}" y="38" width="12" height="12" rx="2" fill="${COLOURS[/** @type {Line["kind"]} */ (kind)]}"/><text x="${LEFT + 18 + index * 110}" y="49" font-size="12">${label}</text>`,
  );
  return `<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 ${WIDTH} ${height}" font-family="system-ui, sans-serif" font-size="13" fill="#222">
<title>${escaped(title)}</title>
<rect width="${WIDTH}" height="${height}" fill="#fff"/>
<text x="12" y="26" font-size="16" font-weight="600">${escaped(title)}</text>
<text x="12" y="49" font-size="12" fill="#444">${escaped(note)}</text>
${legend.join("\n")}
${rows.join("\n")}
</svg>
`;
}
