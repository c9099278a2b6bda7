// How much room files take on this device, and how much of that nobody else has yet.
import { useFileUsage } from "@landfall/client/react";
import { sizeWords } from "../lib/fileWords";

/** One line; nothing while there is nothing here. */
export function FileRoom() {
  const usage = useFileUsage();
  if (!usage || usage.bytes === 0) return null;
  const { bytes, unsentBytes, budgetBytes } = usage;
  return (
    <p className="note" data-testid="file-room">
      {sizeWords(bytes)} of {sizeWords(budgetBytes)} on this device
      {unsentBytes > 0 && `, ${sizeWords(unsentBytes)} of it on no other`}
    </p>
  );
}
