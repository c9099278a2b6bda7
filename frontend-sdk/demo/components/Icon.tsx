// The icons of the app, on a 24 x 24 grid, with the stroke of the surrounding text. Icons are decoration: text beside
// the icon or the button's label has the same meaning.

const paths = {
  plus: "M12 5v14M5 12h14",
  menu: "M4 7h16M4 12h16M4 17h10",
  close: "M6 6l12 12M18 6 6 18",
  pencil: "M4.5 19.5l.9-4L16 4.9a1.7 1.7 0 0 1 2.4 0l.7.7a1.7 1.7 0 0 1 0 2.4L8.5 18.6z",
  trash: "M5 7h14M10 7V4.5h4V7M7 7l.8 12.5h8.4L17 7M10.5 11v5M13.5 11v5",
  send: "M5 12l15-7-5 15-3.2-5.8z",
  device:
    "M8 3.5h8a1.5 1.5 0 0 1 1.5 1.5v14a1.5 1.5 0 0 1-1.5 1.5H8A1.5 1.5 0 0 1 6.5 19V5A1.5 1.5 0 0 1 8 3.5zM11 17.5h2",
  sending: "M12 19V6M6.5 11.5 12 6l5.5 5.5",
  check: "M5 12.5l4.5 4.5L19 7.5",
  alert:
    "M12 8v5.5M12 16.8v.1M10.6 4.3 3 17.5A1.6 1.6 0 0 0 4.4 20h15.2a1.6 1.6 0 0 0 1.4-2.5L13.4 4.3a1.6 1.6 0 0 0-2.8 0z",
  offline:
    "M4 4l16 16M8.5 16a5 5 0 0 1 6.6-.3M5.3 12.6A9.7 9.7 0 0 1 9.6 10M2.5 9a14 14 0 0 1 4.7-3M11.8 6.5A14 14 0 0 1 21.5 9M14.6 10.3a9.7 9.7 0 0 1 4.1 2.3M12 19.5v.1",
  pause: "M9 6v12M15 6v12",
  play: "M8 5.5v13l10.5-6.5z",
  refresh: "M19.5 12a7.5 7.5 0 1 1-2.2-5.3L19.5 9M19.5 4.5V9H15",
  down: "M12 5v13M6.5 12.5 12 18l5.5-5.5",
  upload: "M12 15.5V5M7.5 9.5 12 5l4.5 4.5M5 15.5V19h14v-3.5",
  picture: "M4.5 5.5h15v13h-15zM4.5 15l4.5-4.5 5 5 2.5-2.5 3 3M15.2 9.2v.1",
  film: "M4.5 5.5h15v13h-15zM8.5 5.5v13M15.5 5.5v13M4.5 12h15",
  sound:
    "M9.5 17.5V6l9-1.5v11.5M9.5 17.5a2.5 2.2 0 1 1-5 0 2.5 2.2 0 0 1 5 0zM18.5 16a2.5 2.2 0 1 1-5 0 2.5 2.2 0 0 1 5 0z",
  page: "M7 3.5h7l4 4v13H7zM13.5 3.5v4.5H18M9.5 12.5h5M9.5 16h5",
  market:
    "M5.5 11.5v8h13v-8M4 9.5 5.5 4.5h13L20 9.5a2.67 2.4 0 0 1-5.33 0 2.67 2.4 0 0 1-5.34 0A2.67 2.4 0 0 1 4 9.5zM10 19.5v-5h4v5",
  leave: "M14 4.5H6.5v15H14M10.5 12h10M17 8.5l3.5 3.5-3.5 3.5",
} as const;

/** The name of an icon. */
export type IconName = keyof typeof paths;

/** An icon, hidden from screen readers. */
export function Icon({ name }: { name: IconName }) {
  return (
    <svg className="icon" viewBox="0 0 24 24" aria-hidden="true" focusable="false">
      <path d={paths[name]} />
    </svg>
  );
}
