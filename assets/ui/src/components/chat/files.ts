/** Has the browser save what is at an address of the box, under the name that the box gives it. */
export function save(url: string): void {
  const a = document.createElement('a')
  a.href = url
  a.download = ''
  a.click()
}
