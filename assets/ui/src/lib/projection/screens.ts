/**
 * Opens the projector's page on the second display where the browser can tell displays apart (Window
 * Management API: Chromium, over HTTPS or on the box itself), else in a window of its own that the
 * person drags over.
 */

/** What came of it: on the second display, in a window to be dragged over, or not at all. */
export type Opened = 'second' | 'window' | 'blocked'

interface ScreenArea {
  left: number
  top: number
  width: number
  height: number
  availLeft: number
  availTop: number
  availWidth: number
  availHeight: number
}
interface Displays {
  screens: readonly ScreenArea[]
  currentScreen: ScreenArea
}
export interface Host {
  screen: { isExtended?: boolean }
  getScreenDetails?: () => Promise<Displays>
  open(url: string, name: string, features: string): unknown
}

export function projectorUrl(output = 'main'): string {
  return output === 'main' ? '/projector' : `/projector?output=${encodeURIComponent(output)}`
}

/** Where the second display is; null where there is none or nobody may know. */
async function second(host: Host): Promise<ScreenArea | null> {
  if (!host.getScreenDetails || host.screen.isExtended === false) return null
  try {
    const { screens, currentScreen } = await host.getScreenDetails()
    return screens.find((s) => s !== currentScreen) ?? null
  } catch {
    // Refused: then a plain window it is.
    return null
  }
}

/** Call it from a click: browsers open windows for nothing else. */
export async function openProjector(
  output = 'main',
  host: Host = window as unknown as Host,
): Promise<Opened> {
  const there = await second(host)
  const place = there
    ? `popup,fullscreen,left=${there.availLeft},top=${there.availTop},width=${there.availWidth},height=${there.availHeight}`
    : 'popup,width=960,height=540'
  const opened = host.open(projectorUrl(output), `dixi-projector-${output}`, place)
  if (!opened) return 'blocked'
  return there ? 'second' : 'window'
}
