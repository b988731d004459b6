/** Scenes as files: names for what is saved, and giving a file to the browser's downloads. */

/** The most that the box takes, bytes. */
export const MOST_BYTES = 32 << 20

/** A scene's name as a file's: what no file system minds. */
export function fileName(name: string, ending: string): string {
  const plain = name
    .normalize('NFC')
    // eslint-disable-next-line no-control-regex
    .replace(/[\u0000-\u001f<>:"/\\|?*\u007f]+/g, ' ')
    .replace(/\s+/g, ' ')
    .replace(/^[ .]+|[ .]+$/g, '')
    .slice(0, 80)
  return `${plain || 'scene'}.${ending}`
}

/** Has the browser save what is at an address, or a file that this page made. */
export function saveAs(what: string | Blob, name: string): void {
  const url = typeof what === 'string' ? what : URL.createObjectURL(what)
  const link = document.createElement('a')
  link.href = url
  link.download = name
  document.body.append(link)
  link.click()
  link.remove()
  // The download has begun when the click has been handled; give slow browsers a moment.
  if (typeof what !== 'string') setTimeout(() => URL.revokeObjectURL(url), 10_000)
}
