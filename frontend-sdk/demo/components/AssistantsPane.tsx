// The assistants: the market, the user's own, and for administrators the review and the audit trail.
import type { User } from "@landfall/client";
import { hashOfPart, type MarketPart, partOf, useHash } from "../lib/openView";
import { AuditTrail } from "./AuditTrail";
import { ExpiredBanner } from "./ExpiredBanner";
import { MyAssistants } from "./MyAssistants";
import { PaneHead } from "./PaneHead";
import { PublicAssistants } from "./PublicAssistants";
import { ReviewQueue } from "./ReviewQueue";

const names: Record<MarketPart, string> = { market: "Market", mine: "Mine", review: "Review", audit: "Audit trail" };

type Props = { user: User; inert: boolean; onOpenDrawer: (() => void) | undefined };

/** Fills the space beside the sidebar. */
export default function AssistantsPane({ user, inert, onOpenDrawer }: Props) {
  const parts: MarketPart[] = user.role === "admin" ? ["market", "mine", "review", "audit"] : ["market", "mine"];
  const named = partOf(useHash());
  const part = parts.includes(named) ? named : "market";
  return (
    <main className="pane" inert={inert} data-testid="assistants-pane">
      <PaneHead onOpenDrawer={onOpenDrawer}>
        <h1 className="pane-title">Assistants</h1>
      </PaneHead>
      <ExpiredBanner />
      <nav className="parts" aria-label="Parts of the assistants">
        {parts.map((each) => (
          <a
            key={each}
            className="part"
            href={hashOfPart(each)}
            data-testid={`part-${each}`}
            aria-current={each === part ? "page" : undefined}
          >
            {names[each]}
          </a>
        ))}
      </nav>
      <div className="assistants">
        {part === "market" && <PublicAssistants />}
        {part === "mine" && <MyAssistants />}
        {part === "review" && <ReviewQueue />}
        {part === "audit" && <AuditTrail />}
      </div>
    </main>
  );
}
