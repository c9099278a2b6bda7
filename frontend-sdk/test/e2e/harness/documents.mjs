// Twenty realistic texts. Each must be stored byte for byte as it was entered in the composer. Data only.

import { readFileSync } from "node:fs";
import { join } from "node:path";
import { checkout } from "./server.mjs";

const readme = `# Tide tables

Predicts high and low water for **harbours with a reference port**.

## Install

\`\`\`sh
pip install tidetables==2.4.1
tidetables fetch --port NL-HVH --year 2026
\`\`\`

| Port            | Reference | Offset HW | Offset LW |
|-----------------|-----------|-----------|-----------|
| Hoek van Holland| itself    |  00:00    |  00:00    |
| Scheveningen    | NL-HVH    | +00:20    | +00:35    |

1. Offsets are for *mean* tides.
2. Wind from the north-west adds up to 1.5 m: see <https://example.org/surge?port=NL-HVH&unit=m#north-west>.

> Not for navigation.
`;

const letter = `Sehr geehrte Frau Dr. Weißgerber,

herzlichen Dank für Ihren Brief vom 3. März. Die Schlüssel zum Bootshaus liegen – wie besprochen – beim Hafenmeister,
Herrn Öztürk („Haus Möwe“, Süderstraße 12½). Für die Übergabe genügt ein gültiger Ausweis; die Kaution beträgt 250,– €.

Bitte denken Sie daran: Bei Sturmflut müssen die Boote bis spätestens 18 Uhr auf dem Trockenen sein.

Mit freundlichen Grüßen
Jürgen Groß

PS: Das Rezept für die Rote Grütze schicke ich Ihnen später.`;

const json = `{
  "voyage": "2026-11-21T06:40:00.000Z",
  "crew": [{ "name": "Zoë", "watch": [0, 4] }, { "name": "Ægir", "watch": [4, 8] }],
  "position": { "lat": 5.210812e1, "lon": -0.0, "accuracy": 1e-7 },
  "mmsi": 244660000123456789,
  "note": "tab\\t, newline\\n, \\"quotes\\", slash \\/, \\u0000, \\ud83d\\ude80, half \\ud83d",
  "empty": {}, "none": null
}`;

const arabic = `الخَيلُ وَاللَيلُ وَالبَيداءُ تَعرِفُني
وَالسَيفُ وَالرُمحُ وَالقِرطاسُ وَالقَلَمُ

صَحِبتُ في الفَلَواتِ الوَحشَ مُنفَرِداً
حَتّى تَعَجَّبَ مِنّي القورُ وَالأَكَمُ`;

const hebrew = `מִזְמוֹר לְדָוִד: יְהוָה רֹעִי, לֹא אֶחְסָר.
בִּנְאוֹת דֶּשֶׁא יַרְבִּיצֵנִי; עַל-מֵי מְנֻחוֹת יְנַהֲלֵנִי.`;

const rust = `The loop, for review:
\`\`\`rust
fn tide<'a>(hours: &'a [f64]) -> impl Iterator<Item = (usize, f64)> + 'a {
\tlet w = 2.0 * std::f64::consts::PI / 12.42; // M2
\thours.iter().enumerate().map(move |(i, h)| (i, (w * h).cos() * 1.5e0))
}
\`\`\`
and \`tide(&[])\` must be empty.`;

/** A text of 100 KB in UTF-8 with distinct lines. */
function longLog() {
  let log = "";
  for (let line = 1; log.length < 102_400 - 64; line += 1) {
    log += `${String(line).padStart(5, "0")}  course ${(line * 37) % 360}, wind ${(line * 7) % 12} Bft, all well.\n`;
  }
  return log.padEnd(102_400, "=");
}

/** @param {string} path relative to the checkout */
const file = (path) => readFileSync(join(checkout, path), "utf8");

export const documents = [
  "Cast off at first light.",
  "👩‍👩‍👧‍👦 👨🏽‍🚀 🏴󠁧󠁢󠁳󠁣󠁴󠁿 🇳🇱 1️⃣ ❤️‍🔥 🫱🏻‍🫲🏿 🐻‍❄️",
  arabic,
  hebrew,
  "English, then עברית (with \u2067isolates\u2069 and\u200f marks), then عربي 123, then English.",
  rust,
  longLog(),
  readme,
  letter,
  json,
  file("frontend-sdk/src/outbox/schedule.ts"),
  file("migrations/0003_chat/up.sql"),
  `<script>document.title = "broken in"</script><img src=x onerror="document.title='broken in'"> &amp; &#60;b&#62;`,
  "Ame\u0301lie and Am\u00e9lie look alike; Z\u0351\u036b\u0343a\u0334\u0321l\u0327\u0363g\u0337o\u0356 doesn't.",
  "   leading and trailing   \n\n\n\tand a tab, then blank lines, then the end\n\n",
  'name\tqty\tprice\nrope, 12 mm\t40\t3,20\n"quoted ""shackle"""\t2\t11.5',
  "日本語の縦書き、한국어 띄어쓰기, 简体中文和繁體中文, ภาษาไทยไม่มีช่องว่าง, हिन्दी में, Ελληνικά, Русский, ქართული",
  "\ufeffa byte order mark, no\u00a0break, zero\u200bwidth, soft\u00adhyphen, line\u2028separator, 𝕬 𝄞 \u{10fffd} \ufffd",
  "'; DROP TABLE chat_messages; -- \\ \\\\ %s %00 ${HOME} {{7*7}} $1 :name ?",
  "👍",
];
