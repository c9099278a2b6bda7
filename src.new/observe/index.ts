// `@landfall/client/observe`: figures and traces of a client, and the room that it has, for those who run an application. Apart from the core, since most pages need none.

export type { FileMetric, Metric, RequestMetric, SyncMetric } from "./metric";
export { type ObserveOptions, type Observer, observe } from "./observe";
export { type Quota, type QuotaLevel, type QuotaOptions, type QuotaWatch, watchQuota } from "./quota";
export { type SentryLike, toSentry } from "./sentry";
export { newTraceparent, type TraceRequest } from "./trace";
