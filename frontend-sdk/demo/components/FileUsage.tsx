// The storage that files use on this device, and the part that is not uploaded yet.
import { useFileUsage } from "@landfall/client/react";
import { sizeText } from "../lib/fileText";

/** One line, or nothing without files on the device. */
export function FileUsage() {
  const usage = useFileUsage();
  if (!usage || usage.bytes === 0) return null;
  const { bytes, unsentBytes, budgetBytes } = usage;
  return (
    <p className="note" data-testid="file-room">
      {sizeText(bytes)} of {sizeText(budgetBytes)} on this device
      {unsentBytes > 0 && `, ${sizeText(unsentBytes)} of it on no other`}
    </p>
  );
}
