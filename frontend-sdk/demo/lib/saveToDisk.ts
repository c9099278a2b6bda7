// Hands a file to the person, as browsers do with downloads. It must not know where the file comes from.

/** Time for the browser to open the address; it reads from there as long as it needs. */
const openMs = 60_000;

export function saveToDisk(file: File): void {
  const link = document.createElement("a");
  link.href = URL.createObjectURL(file);
  link.download = file.name;
  link.click();
  setTimeout(() => URL.revokeObjectURL(link.href), openMs);
}
