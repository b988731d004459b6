/**
 * Keeps the screen from going dark for as long as a page is shown. The browser takes the lock away when
 * the page is hidden, and sometimes for reasons of its own: it is asked for again.
 */
interface Lock {
  released: boolean
  release(): Promise<void>
  addEventListener(type: 'release', listener: () => void): void
}
interface Host {
  wakeLock?: { request(type: 'screen'): Promise<Lock> }
}

/** Asking again at once what was refused at once would go round and round. */
const AGAIN_MS = 5_000

/** Begins; returns how to end it. `held` is told whether the lock is there now. */
export function keepAwake(held: (on: boolean) => void = () => undefined): () => void {
  const lock = (navigator as unknown as Host).wakeLock
  let now: Lock | null = null
  let asking = false
  let over = false
  let again: ReturnType<typeof setTimeout> | undefined

  async function ask() {
    if (!lock || over || asking || now || document.visibilityState !== 'visible') return
    asking = true
    try {
      const got = await lock.request('screen')
      if (over) return void got.release()
      now = got
      held(true)
      got.addEventListener('release', () => {
        now = null
        held(false)
        if (!over) again = setTimeout(ask, AGAIN_MS)
      })
    } catch {
      // Low battery, or the page is not allowed to: try again later.
      if (!over) again = setTimeout(ask, AGAIN_MS)
    } finally {
      asking = false
    }
  }
  const seen = () => {
    clearTimeout(again)
    void ask()
  }

  document.addEventListener('visibilitychange', seen)
  void ask()
  return () => {
    over = true
    clearTimeout(again)
    document.removeEventListener('visibilitychange', seen)
    void now?.release()
  }
}
