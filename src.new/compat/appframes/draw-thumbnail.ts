// Draws a small copy of a picture, in the browser.

/** The longer side of a thumbnail, in pixels. */
const SIDE = 320;

export interface Drawn {
  /** A data URL of a WebP picture. */
  url: string;
  /** Of the picture itself, in pixels. */
  width: number;
  height: number;
}

/** `null` where the browser can't read the picture, and where it has no OffscreenCanvas. */
export async function drawThumbnail(file: Blob): Promise<Drawn | null> {
  if (typeof OffscreenCanvas === "undefined") return null;
  const picture = await createImageBitmap(file).catch(() => null);
  if (!picture) return null;
  try {
    const { width, height } = picture;
    const scale = Math.min(1, SIDE / Math.max(width, height));
    const canvas = new OffscreenCanvas(Math.max(1, Math.round(width * scale)), Math.max(1, Math.round(height * scale)));
    canvas.getContext("2d")?.drawImage(picture, 0, 0, canvas.width, canvas.height);
    const small = await canvas.convertToBlob({ type: "image/webp", quality: 0.8 });
    return { url: await toDataUrl(small), width, height };
  } finally {
    picture.close();
  }
}

function toDataUrl(blob: Blob): Promise<string> {
  return new Promise((resolve, reject) => {
    const reader = new FileReader();
    reader.onload = () => resolve(String(reader.result));
    reader.onerror = () => reject(reader.error);
    reader.readAsDataURL(blob);
  });
}
