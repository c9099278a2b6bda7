// A drawing of the sea between two coasts with a low sun, or a moon and stars in the dark theme. It is decoration. Its
// colours are tokens of the theme.

const stars = [
  [62, 22],
  [96, -140],
  [158, 74],
  [205, -34],
  [262, 92],
  [318, 32],
  [352, -108],
  [402, 82],
  [468, -20],
  [520, -150],
  [548, 66],
  [600, 8],
] as const;

/** Fills its box. The horizon stays visible if the box crops the drawing. */
export function Scene() {
  return (
    <svg
      className="scene"
      viewBox="0 -230 640 604"
      preserveAspectRatio="xMidYMax slice"
      aria-hidden="true"
      focusable="false"
    >
      <defs>
        <linearGradient id="scene-sky" x1="0" y1="0" x2="0" y2="1">
          <stop className="scene-stop-top" offset="0" />
          <stop className="scene-stop-low" offset="1" />
        </linearGradient>
        <linearGradient id="scene-beam">
          <stop className="scene-stop-beam" offset="0" stopOpacity="0.5" />
          <stop className="scene-stop-beam" offset="1" stopOpacity="0" />
        </linearGradient>
      </defs>
      <rect y="-230" width="640" height="520" fill="url(#scene-sky)" />
      {stars.map(([x, y], index) => (
        <circle key={x} className="scene-star" cx={x} cy={y} r={index % 3 === 0 ? 1.7 : 1.1} />
      ))}
      <circle className="scene-sun" cx="446" cy="196" r="36" />
      <path className="scene-far" d="M180 290c40-20 60-34 92-40s44-34 72-36 42 26 70 30 60-16 92-8 74 40 134 54z" />
      <path className="scene-near" d="M0 290v-62c34-8 52-34 84-36s46 30 78 40 56 4 84 24 44 24 76 34z" />
      <path className="scene-tower" d="M101 193l3-42h12l3 42z" />
      <path className="scene-lamp" d="M104 149v-9l6-6 6 6v9z" />
      <path className="scene-beam" d="M117 143.5l300-38v76z" fill="url(#scene-beam)" />
      <rect className="scene-sea" y="286" width="640" height="114" />
      <path className="scene-wave" d="M392 304h108M414 318h64M430 332h34" />
      <path
        className="scene-wave faint"
        d="M36 322q14-8 28 0t28 0t28 0M216 356q14-8 28 0t28 0t28 0M516 352q14-8 28 0t28 0t28 0M96 362q14-8 28 0t28 0"
      />
    </svg>
  );
}
