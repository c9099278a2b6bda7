// The API has the page's origin: Next passes its requests on.
/** @type {import("next").NextConfig} */
export default {
  turbopack: { root: import.meta.dirname },
  rewrites: async () => [{ source: "/api/:path*", destination: `${process.env.LANDFALL_ORIGIN}/api/:path*` }],
};
