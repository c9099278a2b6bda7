// Passes figures on to the application's Sentry: faults as messages, everything else as breadcrumbs. The package does not depend on Sentry.

import type { Metric } from "./metric";

/** What is used of `@sentry/browser` and its relatives. */
export interface SentryLike {
  addBreadcrumb(breadcrumb: {
    category: string;
    message: string;
    level: "info" | "warning";
    data: Record<string, string | number | boolean>;
  }): void;
  captureMessage(
    message: string,
    context: { level: "error" | "warning"; tags: Record<string, string | number>; fingerprint: string[] },
  ): unknown;
}

/**
 * A hook for `observe`. Answers of 500 and above other than 503, and changes that could not be sent, are messages of their own.
 *
 * @example
 * const observer = observe({ onMetric: toSentry(Sentry) });
 */
export function toSentry(sentry: SentryLike): (metric: Metric) => void {
  let failed = 0;
  return (metric) => {
    if (metric.name === "request" && metric.status >= 500 && metric.status !== 503) {
      const { route, status } = metric;
      const message = `Landfall: ${route} answered ${status}`;
      sentry.captureMessage(message, {
        level: "error",
        tags: { route, status },
        fingerprint: ["landfall", route, `${status}`],
      });
      return;
    }
    const { name, ...data } = metric;
    const isBad =
      metric.name === "request"
        ? metric.status === 0 || metric.status >= 400
        : metric.name === "sync" && metric.failed > 0;
    const message = metric.name === "request" ? metric.route : metric.name === "sync" ? metric.state : metric.name;
    sentry.addBreadcrumb({ category: `landfall.${name}`, message, level: isBad ? "warning" : "info", data });
    if (metric.name !== "sync") return;
    if (metric.failed > failed) {
      const tags = { failed: metric.failed };
      sentry.captureMessage("Landfall: changes could not be sent", {
        level: "warning",
        tags,
        fingerprint: ["landfall", "failed"],
      });
    }
    failed = metric.failed;
  };
}
