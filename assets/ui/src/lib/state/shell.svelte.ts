/** What is open around the page, and what the page now shown lends to the shell. */

class Shell {
  /** The camera picker. */
  cameras = $state(false)
  /** The keyboard help. */
  help = $state(false)
  /** The command palette. */
  palette = $state(false)
  /** The welcome. */
  welcome = $state(false)
  /** What the chat's keys do; set by its page while it is shown. */
  chat = $state.raw<{ begin: () => void; search: () => void; how: () => void } | null>(null)
  /** What full screen shows, if the page has something for it; pages set it while they are shown. */
  stage = $state.raw<HTMLElement | null>(null)

  async fullscreen(): Promise<void> {
    if (document.fullscreenElement) await document.exitFullscreen()
    else await this.stage?.requestFullscreen()
  }
}

export const shell = new Shell()
