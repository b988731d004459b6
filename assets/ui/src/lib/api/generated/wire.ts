// Made from the Rust types by `cargo test --release --lib export_bindings -- --ignored`. Do not edit.

export type GestureName = "none" | "closed_fist" | "open_palm" | "pointing_up" | "thumb_down" | "thumb_up" | "victory" | "i_love_you" | "pinch" | "ok" | "point" | "swipe_left" | "swipe_right" | "swipe_up" | "swipe_down" | "wave" | "circle_clockwise" | "circle_counterclockwise" | "double_pinch" | "grab" | "release" | "zoom_in" | "zoom_out" | "rotate_clockwise" | "rotate_counterclockwise" | "clap" | "stretch";

/**
 * What sort of gesture it is.
 */
export type Family = "shape" | "motion" | "two_hands";

/**
 * Where a gesture is in its life.
 */
export type Phase = "started" | "held" | "ended";

/**
 * Whose hand it is: the person's own left or right, already corrected for the mirror that
 * MediaPipe's raw label assumes.
 */
export type Handedness = "left" | "right";

/**
 * How long each stage took for one frame, in milliseconds.
 */
export type Timings = { 
/**
 * JPEG or YUYV to RGB.
 */
decode: number, 
/**
 * Palm detector, zero when it did not run.
 */
palm: number, 
/**
 * Landmark network, all hands together.
 */
landmarks: number, 
/**
 * Gesture engine.
 */
gesture: number, 
/**
 * Everything from the frame's arrival at the worker to the finished observation.
 */
total: number, };

/**
 * What one frame told us.
 */
export type ObservationView = { 
/**
 * The frame's number; pictures and observations of one frame share it.
 */
seq: number, 
/**
 * When the frame was captured, RFC 3339 UTC.
 */
at: string, 
/**
 * When the frame was captured, microseconds of the box's clock.
 */
captured_us: number, 
/**
 * When the observation was finished, microseconds of the box's clock.
 */
finished_us: number, 
/**
 * Frame width, pixels.
 */
width: number, 
/**
 * Frame height, pixels.
 */
height: number, 
/**
 * The hands, oldest track first.
 */
hands: Array<ObservedHand>, 
/**
 * What began, went on or ended with this frame.
 */
events: Array<GestureEvent>, 
/**
 * How long each stage took, milliseconds.
 */
timings_ms: Timings, };

/**
 * One hand.
 */
export type ObservedHand = { 
/**
 * Stays the same while the hand is followed.
 */
track: number, 
/**
 * The person's own left or right.
 */
handedness: Handedness, 
/**
 * How sure of `handedness`, 0..1.
 */
score: number, 
/**
 * How sure that it is a hand, 0..1.
 */
presence: number, 
/**
 * 21 points in image space.
 */
landmarks: [number, number, number][], 
/**
 * 21 points in metres.
 */
world_landmarks: [number, number, number][], 
/**
 * Where it points, image space.
 */
pointer: [number, number], 
/**
 * Its present shape.
 */
gesture: HandGesture, };

/**
 * A hand's present shape.
 */
export type HandGesture = { 
/**
 * Its name.
 */
name: GestureName, 
/**
 * Measured confidence, 0..1.
 */
confidence: number, };

/**
 * One step in a gesture's life.
 */
export type GestureEvent = { 
/**
 * Started, held or ended.
 */
phase: Phase, 
/**
 * Which gesture.
 */
gesture: GestureName, 
/**
 * The hand that makes it.
 */
track: number, 
/**
 * The second hand of a two-hand gesture.
 */
other_track?: number, 
/**
 * The person's own left or right.
 */
hand: Handedness, 
/**
 * Measured confidence, 0..1.
 */
confidence: number, 
/**
 * How far it has come, 0..1.
 */
progress: number, 
/**
 * How long it has been going on, milliseconds.
 */
held_ms: number, 
/**
 * Where it points, image space.
 */
pointer: [number, number], };

/**
 * A middle and a nearly-worst value, milliseconds.
 */
export type Percentiles = { 
/**
 * Half of the values lie below.
 */
p50: number, 
/**
 * 95 of 100 values lie below.
 */
p95: number, };

/**
 * How fast everything goes, measured over the last seconds.
 */
export type Rates = { 
/**
 * Observations a second.
 */
fps: number, 
/**
 * From a frame's arrival at vision to its observation.
 */
pipeline_ms: Percentiles, 
/**
 * From a frame's capture to its observation's bytes being handed to a viewer's socket.
 */
capture_to_event_ms?: Percentiles, 
/**
 * From a picture's capture to its being on a viewer's screen, as the viewers measured.
 */
capture_to_screen_ms?: Percentiles, 
/**
 * Live sockets open now.
 */
viewers: number, 
/**
 * Frames that a newer one replaced before vision took them, since the start.
 */
dropped: number, };

/**
 * How a camera is doing, in one word.
 */
export type CameraStateName = "starting" | "running" | "stalled" | "waiting" | "paused" | "failed";

/**
 * The state of the camera. Published on every change, and its numbers once a second.
 */
export type CameraState = { 
/**
 * How it is doing.
 */
state: CameraStateName, 
/**
 * The source in use, without credentials; what `auto` came to.
 */
source: string, 
/**
 * The source as chosen, without credentials: `auto` stays `auto`.
 */
selected: string, 
/**
 * Its name, for people.
 */
name: string, 
/**
 * Why it is in this state, if there is something to say.
 */
reason?: string, 
/**
 * What the person can do.
 */
next?: string, 
/**
 * Milliseconds from the moment of publishing until it is opened again.
 */
retry_in_ms?: number, 
/**
 * Width of the last picture, pixels; 0 before the first.
 */
width: number, 
/**
 * Height of the last picture, pixels; 0 before the first.
 */
height: number, 
/**
 * Pictures a second, measured over about the last second.
 */
fps: number, 
/**
 * When this phase began.
 */
since: string, 
/**
 * Pictures taken since the process started.
 */
frames: number, 
/**
 * Pictures that came too fast, or were replaced by newer ones before vision took them.
 */
dropped: number, 
/**
 * Pictures refused as broken.
 */
bad: number, 
/**
 * How often a source was opened again since the process started.
 */
reopened: number, };

/**
 * Where the networks run.
 */
export type VisionState = { 
/**
 * `cpu` or `cuda`, or empty while the models are being loaded.
 */
device: string, 
/**
 * `full` or `lite`.
 */
model: string, 
/**
 * The kernels in use, such as `avx2`.
 */
kernel: string, 
/**
 * Why not on the GPU, or why not at all.
 */
reason?: string, 
/**
 * What goes wrong now: pictures that cannot be read, frames that are lost.
 */
problem?: string, };

/**
 * What went wrong.
 */
export type ErrorBody = { 
/**
 * What sort of failure.
 */
kind: "invalid" | "not_found" | "denied" | "conflict" | "exhausted" | "disk_full" | "unavailable" | "timeout" | "unsupported" | "internal", 
/**
 * What could not be done.
 */
what: string, 
/**
 * Why.
 */
why?: string, 
/**
 * What to do now.
 */
next?: string, };

/**
 * The body of every answer that is not a success.
 */
export type ErrorAnswer = { 
/**
 * What went wrong.
 */
error: ErrorBody, };

/**
 * What a client may say.
 */
export type ClientMessage = { "type": "subscribe", 
/**
 * The live picture; at first no.
 */
pictures?: boolean, 
/**
 * Observations; at first yes.
 */
observations?: boolean, } | { "type": "seen", 
/**
 * The picture's number.
 */
seq: number, } | { "type": "latency", 
/**
 * From capture to the picture on the screen, milliseconds.
 */
capture_to_screen_ms: number, } | { "type": "ping", 
/**
 * Echoed in the answer.
 */
t: number, };

/**
 * What the box says.
 */
export type ServerMessage = { "type": "hello", 
/**
 * Dixi's version.
 */
version: string, 
/**
 * The box's clock, microseconds.
 */
now_us: number, 
/**
 * Show the picture as in a mirror.
 */
mirrored: boolean, 
/**
 * Lets this page send its webcam; only for pages that this box served.
 */
publish_token?: string, } | { "type": "pong", 
/**
 * As the client sent it.
 */
t: number, 
/**
 * The box's clock, microseconds.
 */
now_us: number, } | { "type": "observation" } & ObservationView | { "type": "gesture", 
/**
 * The frame's number.
 */
seq: number, 
/**
 * When the frame was captured, RFC 3339 UTC.
 */
at: string, 
/**
 * What happened.
 */
event: GestureEvent, } | { "type": "missed", 
/**
 * How many.
 */
count: number, } | { "type": "camera" } & CameraState | { "type": "vision" } & VisionState | { "type": "status" } & Rates | { "type": "setting", 
/**
 * Which.
 */
key: string, 
/**
 * Its value now.
 */
value: boolean | number | string | null, 
/**
 * Where that comes from.
 */
from: "flag" | "environment" | "file" | "ui" | "default", } | { "type": "error", 
/**
 * What and why.
 */
error: ErrorBody, };

/**
 * Whether a part does its job.
 */
export type Health = "ok" | "degraded" | "down";

/**
 * One part's health.
 */
export type HealthPart = { 
/**
 * How it is.
 */
status: Health, 
/**
 * Why it is not well.
 */
reason?: string, 
/**
 * What to do about it.
 */
next?: string, };

/**
 * The answer of `/api/health/ready`.
 */
export type HealthParts = { 
/**
 * The worst that matters.
 */
status: Health, 
/**
 * Part by part.
 */
parts: { database: HealthPart, camera: HealthPart, vision: HealthPart }, };

/**
 * The answer of `/api/v1/status`.
 */
export type Status = { 
/**
 * Dixi's version.
 */
version: string, 
/**
 * Seconds since the start.
 */
uptime_s: number, 
/**
 * The address listened on.
 */
listen: string, 
/**
 * Other machines can reach this address, and there is no login yet.
 */
exposed: boolean, 
/**
 * Where the state is kept.
 */
data_dir: string, 
/**
 * The camera.
 */
camera: CameraState, 
/**
 * The networks.
 */
vision: VisionState, 
/**
 * The database.
 */
database: HealthPart, 
/**
 * Observations a second.
 */
fps: number, 
/**
 * From a frame's arrival at vision to its observation.
 */
pipeline_ms: Percentiles, 
/**
 * From a frame's capture to its observation's bytes being handed to a viewer's socket.
 */
capture_to_event_ms?: Percentiles, 
/**
 * From a picture's capture to its being on a viewer's screen, as the viewers measured.
 */
capture_to_screen_ms?: Percentiles, 
/**
 * Live sockets open now.
 */
viewers: number, 
/**
 * Frames that a newer one replaced before vision took them, since the start.
 */
dropped: number, };

/**
 * One gesture that Dixi knows.
 */
export type GestureInfo = { 
/**
 * Its name.
 */
name: GestureName, 
/**
 * What sort.
 */
family: Family, 
/**
 * How to make it.
 */
words: string, };

/**
 * One format of a camera.
 */
export type CameraFormat = { 
/**
 * Four-character code of the pixel format: `MJPG`, `YUYV` and others.
 */
fourcc: string, 
/**
 * Width, pixels.
 */
width: number, 
/**
 * Height, pixels.
 */
height: number, 
/**
 * Rates on offer, frames per second.
 */
rates_fps: Array<number>, };

/**
 * One camera to choose from.
 */
export type CameraChoice = { 
/**
 * What to select it by; credentials show as `***`, and are known when it is selected so.
 */
source: string, 
/**
 * Its name, for people.
 */
name: string, 
/**
 * `auto`, `demo`, `browser`, `v4l2`, `http` or `file`.
 */
kind: "auto" | "demo" | "browser" | "v4l2" | "http" | "file", 
/**
 * What it offers; empty where that is not known beforehand.
 */
formats: Array<CameraFormat>, 
/**
 * What keeps it from being used, and what to do.
 */
problem?: string, };

/**
 * A setting with its value now and where that comes from.
 */
export type SettingView = { 
/**
 * `group.name`.
 */
key: string, 
/**
 * What it does.
 */
doc: string, 
/**
 * What values it takes: `min`, `max`, `choices` and `max_chars` go with it.
 */
type: "bool" | "int" | "float" | "choice" | "text", 
/**
 * Smallest allowed.
 */
min?: number, 
/**
 * Largest allowed.
 */
max?: number, 
/**
 * The words allowed.
 */
choices?: Array<string>, 
/**
 * Longest text allowed.
 */
max_chars?: number, 
/**
 * The value when nobody says otherwise.
 */
default: boolean | number | string, 
/**
 * The value now; null for a secret.
 */
value: boolean | number | string | null, 
/**
 * Where it comes from.
 */
from: "flag" | "environment" | "file" | "ui" | "default", 
/**
 * Takes effect only after a restart.
 */
restart: boolean, 
/**
 * Cannot be changed here.
 */
locked: boolean, 
/**
 * What decides instead: a flag, a variable or a file.
 */
locked_by?: string, };

/**
 * Something that Dixi can be told to do.
 */
export type Command = { "command": "select_camera", 
/**
 * As in the setting `camera.source`: `auto`, `demo`, `browser`, `v4l2:…`, `http…`, `file:…`.
 */
source: string, } | { "command": "pause_camera", } | { "command": "resume_camera", } | { "command": "set_setting", 
/**
 * Which, as `group.name`.
 */
key: string, 
/**
 * The new value.
 */
value: boolean | number | string, } | { "command": "reset_setting", 
/**
 * Which, as `group.name`.
 */
key: string, };

/**
 * What came of a command.
 */
export type Outcome = { 
/**
 * What was done, in words.
 */
done: string, 
/**
 * Whether it lasts beyond this run.
 */
kept: boolean, 
/**
 * Why it does not last.
 */
reason?: string, };
