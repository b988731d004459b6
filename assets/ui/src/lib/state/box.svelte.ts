/** The box as this page knows it, and what a person can tell it to do. One for the whole page. */
import { api, asError } from '../api/http'
import { LiveSocket, socketUrl, type Link } from '../api/socket'
import type {
  BoxStatus,
  CameraStatus,
  ErrorBody,
  Ready,
  ServerMessage,
  SettingValue,
  Spread,
  VisionStatus,
  WatchState,
} from '../api/types'
import { Webcam } from '../browsercam/webcam.svelte'
import { canvas } from '../canvas/store.svelte'
import { chats } from '../chat/store.svelte'
import { i18n } from '../i18n/index.svelte'
import { LiveEngine } from '../live/engine'
import { gestureName, handName } from '../names'
import { problems } from '../problems'
import { PAGE_VERSION } from '../version'
import { access } from './access.svelte'
import { Announcer } from './announce.svelte'
import { toasts } from './toast.svelte'
import { Gallery } from './gallery.svelte'
import { GestureLog } from './log.svelte'

const HEALTH_MS = 15_000
const MEASURE_MS = 500

/** What a part of the page wants to see while it is shown; the canvas has wants of its own. */
export interface Wish {
  pictures?: boolean
  observations?: boolean
  chats?: boolean
}

class Box {
  link = $state.raw<Link>({ state: 'connecting' })
  wasOpen = $state(false)
  version = $state<string | null>(null)
  camera = $state.raw<CameraStatus | null>(null)
  vision = $state.raw<VisionStatus | null>(null)
  status = $state.raw<BoxStatus | null>(null)
  /** Whether and how a model watches. */
  watching = $state.raw<WatchState | null>(null)
  ready = $state.raw<Ready | null>(null)
  exposed = $state(false)
  mirrored = $state(true)
  /** From the shutter to this screen, as this page measured. */
  screen = $state.raw<Spread | null>(null)
  paintedFps = $state(0)
  /** How many hands the last frame showed. */
  hands = $state(0)
  /** The last frame on the screen; for tests and the curious. */
  seq = $state(0)
  aspect = $state(4 / 3)
  /** The last thing that went wrong when told to do something. */
  trouble = $state.raw<ErrorBody | null>(null)
  /** Counts changes of settings that came over the socket. */
  settingsRevision = $state(0)
  /** Grows with every news of models. */
  modelsRevision = $state(0)

  /** What this box is called, and who looks after it; empty where nobody said. */
  name = $state('')
  owner = $state('')
  /** Whether somebody went through the welcome; `null` before the box told. */
  welcomed = $state<boolean | null>(null)

  readonly log = new GestureLog()
  readonly gallery = new Gallery()
  readonly announcer = new Announcer()
  readonly live: LiveEngine
  readonly webcam: Webcam
  readonly #socket: LiveSocket
  #token: string | null = null
  #before = 'auto'
  #webcamSeen = false
  /** It was on when the camera was paused, and comes back when that ends. */
  #webcamPaused = false
  #wishes: Wish[] = []
  #timers: ReturnType<typeof setInterval>[] = []

  readonly problems = $derived(
    problems({
      link: this.link,
      wasOpen: this.wasOpen,
      boxVersion: this.version,
      pageVersion: PAGE_VERSION,
      camera: this.camera,
      ready: this.ready,
      movedPercent: canvas.calibration?.moved_percent,
    }),
  )

  constructor() {
    this.#socket = new LiveSocket(socketUrl('/api/v1/ws'), {
      link: (link) => this.#linked(link),
      message: (message) => this.#take(message),
      picture: (header, message) => this.live.takePicture(header, message),
    })
    this.live = new LiveEngine((m) => this.#socket.send(m), this.#socket.clock)
    canvas.attach({
      send: (m) => this.#socket.send(m),
      subscribe: this.#subscribe,
      clock: this.#socket.clock,
    })
    this.live.onSize = (width, height) => (this.aspect = width / height)
    this.webcam = new Webcam(
      () => this.#token,
      this.#socket.clock,
      () => void this.#do(api.selectCamera('browser')),
    )
  }

  open(): () => void {
    this.#socket.open()
    document.addEventListener('visibilitychange', this.#subscribe)
    this.#timers = [
      setInterval(() => void this.askHealth(), HEALTH_MS),
      setInterval(() => this.#measure(), MEASURE_MS),
    ]
    return () => {
      document.removeEventListener('visibilitychange', this.#subscribe)
      for (const t of this.#timers) clearInterval(t)
      this.webcam.stop()
      this.#socket.close()
    }
  }

  get paused(): boolean {
    return this.camera?.state === 'paused'
  }

  reconnect(): void {
    this.#socket.open()
  }

  async selectCamera(source: string): Promise<boolean> {
    this.webcam.stop()
    return this.#do(api.selectCamera(source))
  }

  startWebcam(): void {
    this.#webcamPaused = false
    const selected = this.camera?.selected ?? 'auto'
    if (selected !== 'browser') this.#before = selected
    this.#webcamSeen = false
    void this.webcam.start()
  }

  /** Lets the webcam go and takes the camera that was there before it. */
  stopWebcam(): void {
    this.#webcamPaused = false
    this.webcam.stop()
    void this.#do(api.selectCamera(this.#before))
  }

  async togglePause(): Promise<void> {
    await this.#do(this.paused ? api.resumeCamera() : api.pauseCamera())
  }

  async watch(on: boolean): Promise<void> {
    await this.#do(api.watch(on))
  }

  /** The box's own doing; this page comes back by itself with the connection. */
  async restart(): Promise<void> {
    await this.#do(api.restart())
    if (!this.trouble) toasts.say(i18n.t.settings.restarting)
  }

  async toggleMirror(): Promise<void> {
    this.mirrored = !this.mirrored
    // Where it is locked above the page, it holds for this page only.
    await api.putSetting('view.mirrored', this.mirrored).catch(() => undefined)
  }

  /** Subscribes to what is wanted, for as long as it is: call it in an effect, return what it returns. */
  want(wish: Wish): () => void {
    this.#wishes.push(wish)
    this.#subscribe()
    return () => {
      this.#wishes = this.#wishes.filter((w) => w !== wish)
      this.#subscribe()
    }
  }

  async #do(work: Promise<unknown>): Promise<boolean> {
    try {
      await work
      this.trouble = null
      return true
    } catch (e) {
      this.trouble = asError(e)
      return false
    }
  }

  /** A page that nobody sees asks for nothing; an output is seen by a projector, whatever the browser thinks. */
  readonly #subscribe = (): void => {
    const seen = document.visibilityState === 'visible'
    const wanted = (what: keyof Wish) => seen && this.#wishes.some((w) => w[what])
    this.live.setPictures(wanted('pictures'))
    this.#socket.send({
      type: 'subscribe',
      pictures: wanted('pictures'),
      observations: wanted('observations'),
      chats: this.#wishes.some((w) => w.chats),
      ...canvas.subscription(seen || canvas.isOutput),
    })
    if (!seen) this.gallery.cut()
  }

  #linked(link: Link): void {
    this.link = link
    if (link.state === 'open') {
      this.wasOpen = true
      return
    }
    this.#token = null
    canvas.cut()
    this.log.cut()
    this.gallery.cut()
    if (link.state === 'lost') this.live.blank()
  }

  #take(m: ServerMessage): void {
    switch (m.type) {
      case 'hello':
        this.version = m.version
        this.mirrored = m.mirrored
        this.#token = m.publish_token ?? null
        this.live.reset()
        this.#subscribe()
        void this.askHealth()
        void this.#askGestures()
        void this.#askSelf()
        break
      case 'observation':
        this.hands = m.hands.length
        this.live.takeObservation(m)
        this.gallery.observe(m)
        break
      case 'gesture':
        this.log.take(m.event, m.at)
        this.gallery.take(m.event)
        if (m.event.phase === 'started') {
          const who =
            m.event.other_track === undefined ? handName(m.event.hand) : i18n.t.camera.bothHands
          if (this.#wishes.some((w) => w.observations))
            this.announcer.say(`${gestureName(m.event.gesture)}, ${who}`)
        }
        break
      case 'camera':
        this.#tookCamera(m)
        break
      case 'vision':
        this.vision = m
        break
      case 'chat':
        chats.take(m.news)
        break
      case 'watching':
        this.watching = m
        break
      case 'status':
        this.status = m
        break
      case 'setting':
        this.#tookSetting(m.key, m.value)
        break
      case 'models':
        this.modelsRevision += 1
        break
      case 'error':
        this.trouble = m.error
        break
      default:
        canvas.take(m)
    }
  }

  #tookCamera(camera: CameraStatus): void {
    const changed = this.camera?.source !== camera.source
    this.camera = camera
    if (changed || camera.state === 'paused' || camera.state === 'starting') this.live.blank()
    if (camera.state !== 'running') this.hands = 0
    this.#followWebcam(camera)
  }

  /** The webcam is on only while the box looks at it: not while paused, not once another is chosen. */
  #followWebcam(camera: CameraStatus): void {
    const on = this.webcam.state !== 'off'
    if (camera.selected !== 'browser') {
      this.#webcamPaused = false
      if (this.#webcamSeen && on) this.webcam.stop()
      this.#webcamSeen = false
    } else if (camera.state === 'paused') {
      this.#webcamSeen = true
      this.#webcamPaused ||= on
      if (on) this.webcam.stop()
    } else {
      this.#webcamSeen = true
      if (this.#webcamPaused) void this.webcam.start()
      this.#webcamPaused = false
    }
  }

  #tookSetting(key: string, value: SettingValue | null): void {
    if (key === 'view.mirrored' && typeof value === 'boolean') this.mirrored = value
    this.#tookSelf(key, value)
    this.settingsRevision += 1
  }

  #measure(): void {
    const m = this.live.measured()
    this.screen = m.screen
    this.paintedFps = m.fps
    this.seq = m.last?.seq ?? 0
  }

  async askHealth(): Promise<void> {
    if (this.link.state !== 'open') return
    try {
      this.ready = await api.ready()
      // How far the box can be reached is for those who may look after it.
      if (access.may('viewer', 'system')) this.exposed = (await api.status()).exposed
    } catch {
      // The link says what is wrong.
    }
  }

  #tookSelf(key: string, value: SettingValue | null): void {
    if (key === 'ui.box_name') this.name = String(value ?? '')
    if (key === 'ui.owner_name') this.owner = String(value ?? '')
    if (key === 'ui.welcomed') this.welcomed = value === true
  }

  /** Who the box is, and whether it was welcomed. */
  async #askSelf(): Promise<void> {
    try {
      for (const s of await api.settings()) this.#tookSelf(s.key, s.value)
    } catch {
      // It is asked again with the next connection.
    }
  }

  async #askGestures(): Promise<void> {
    // A screen that shows the canvas alone has no use for them.
    if (!access.may('viewer', 'gestures')) return
    try {
      this.gallery.all = (await api.gestures()).filter((g) => g.name !== 'none')
    } catch (e) {
      this.trouble = asError(e)
    }
  }
}

export const box = new Box()
