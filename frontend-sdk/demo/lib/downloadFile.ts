// Downloads a file through the browser.

/** The time for the browser to open the URL. A download that has started is not affected. */
const openMs = 60_000;

export function downloadFile(file: File): void {
  const link = document.createElement("a");
  link.href = URL.createObjectURL(file);
  link.download = file.name;
  link.click();
  setTimeout(() => URL.revokeObjectURL(link.href), openMs);
}
