// What a page and its browser did while something was looked at, out of Chromium's own trace. Times of
// tasks are the processor's, so that waiting for others does not count; delays are the clock's.

const CATEGORIES = ['toplevel', 'devtools.timeline', 'blink.user_timing', 'cc', 'viz', 'v8']

/** Marks each message of the live socket that tells of hands, so that the trace knows when it came. */
export const markHands = () => {
  const Socket = window.WebSocket
  window.WebSocket = class extends Socket {
    constructor(...args) {
      super(...args)
      this.addEventListener('message', (e) => {
        if (typeof e.data !== 'string' || !e.data.startsWith('{"type":"touch"')) return
        performance.mark('hands')
        performance.clearMarks('hands')
      })
    }
  }
}

/** Traces the whole browser while `does` runs. */
export async function traced(browser, does) {
  const cdp = await browser.newBrowserCDPSession()
  const events = []
  cdp.on('Tracing.dataCollected', ({ value }) => {
    for (const event of value) events.push(event)
  })
  const ended = new Promise((done) => cdp.once('Tracing.tracingComplete', done))
  await cdp.send('Tracing.start', {
    transferMode: 'ReportEvents',
    traceConfig: { includedCategories: CATEGORIES, recordMode: 'recordAsMuchAsPossible' },
  })
  await does()
  await cdp.send('Tracing.end')
  await ended
  await cdp.detach()
  return events
}

/** Median, 95th percentile and the most; null of nothing. */
export function spread(values) {
  if (values.length === 0) return null
  const sorted = [...values].sort((a, b) => a - b)
  const rank = (p) => sorted[Math.max(0, Math.ceil(p * sorted.length) - 1)]
  return { p50: rank(0.5), p95: rank(0.95), most: sorted.at(-1) }
}

/**
 * What the page did: `script` is the work of its own scripts for a frame, `own` all that its main thread
 * computed for one (scripts, style, painting, garbage), both milliseconds; `eventToScreen` is from a hand's
 * message to the end of drawing the first frame that can show it, milliseconds; `fps` the frames drawn.
 */
export function told(events, seconds) {
  const whole = events.filter((e) => e.ph === 'X').sort((a, b) => a.ts - b.ts)
  const ticks = whole.filter((e) => e.name === 'FireAnimationFrame')
  const page = ticks[0]
  if (!page) return { script: null, own: null, eventToScreen: null, fps: 0 }
  const mine = whole.filter((e) => e.pid === page.pid && e.tid === page.tid)
  const frames = mine.filter((e) => e.name === 'ProxyMain::BeginMainFrame')
  const swaps = whole.filter((e) => e.name === 'Display::DrawAndSwap')
  const submits = whole.filter((e) => e.name === 'ProxyImpl::ScheduledActionDraw')
  const calls = mine.filter((e) => e.name === 'FunctionCall' || e.name === 'MinorGC')
  const tasks = mine.filter((e) => e.name === 'ThreadControllerImpl::RunTask')
  const commits = mine.filter((e) => e.name === 'ProxyMain::BeginMainFrame::commit')
  const hands = events.filter((e) => e.name === 'hands' && e.pid === page.pid)
  return {
    script: spread(perFrame(outermost(calls), frames)),
    own: spread(perFrame(outermost(tasks), frames)),
    eventToScreen: spread(hands.flatMap(({ ts }) => shown(ts, ticks, commits, submits, swaps))),
    fps: swaps.length / seconds,
  }
}

/** Those that lie in no other. */
function outermost(events) {
  let end = 0
  return events.filter((e) => {
    if (e.ts < end) return false
    end = e.ts + e.dur
    return true
  })
}

/** Milliseconds of the processor between the end of each frame and the end of the next. */
function perFrame(events, frames) {
  const sums = []
  let next = 0
  for (const frame of frames) {
    let sum = 0
    while (next < events.length && events[next].ts <= frame.ts + frame.dur)
      sum += (events[next++].tdur ?? 0) / 1000
    sums.push(sum)
  }
  return sums
}

const first = (events, ts) => events.find((e) => e.ts >= ts)

/** Milliseconds from a message at `ts` to its being on the screen: none if that was not seen. */
function shown(ts, ticks, commits, submits, swaps) {
  const tick = first(ticks, ts)
  const commit = tick && first(commits, tick.ts)
  // The compositor may begin before the page's own task is over.
  const submit = commit && first(submits, commit.ts)
  const swap = submit && first(swaps, submit.ts)
  return swap ? [(swap.ts + swap.dur - ts) / 1000] : []
}
