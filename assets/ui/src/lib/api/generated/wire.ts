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
 * From a frame's capture to the canvas being drawn with the hand where that frame saw it, as
 * the viewers measured.
 */
capture_to_drawn_ms?: Percentiles, 
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
 * What the demo hands show at this moment.
 */
export type Showing = { 
/**
 * The gesture, by name; `none` on the way from one to the next.
 */
gesture: GestureName, 
/**
 * How often the performance has begun since the source was opened: 1 in the first round.
 */
round: number, };

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
 * Both by a code, where there is one: pages say it in their own language.
 */
trouble?: Trouble, 
/**
 * Milliseconds from the moment of publishing until it is opened again.
 */
retry_in_ms?: number, 
/**
 * What it shows, where that is known beforehand: the demo hands only.
 */
showing?: Showing, 
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
 * `reason` by a code: pages say it in their own language.
 */
trouble?: Trouble, 
/**
 * What goes wrong now: pictures that cannot be read, frames that are lost.
 */
problem?: string, };

/**
 * Watch mode now.
 */
export type WatchState = { 
/**
 * Whether it is switched on.
 */
on: boolean, 
/**
 * What it does.
 */
doing: Watching, 
/**
 * Looks within the last hour.
 */
looks: number, 
/**
 * The most an hour.
 */
per_hour: number, 
/**
 * When it looked last, RFC 3339 UTC.
 */
last_at?: string, 
/**
 * The conversation in which it tells what it sees.
 */
chat?: number, 
/**
 * Why it cannot look, or the last look came to nothing.
 */
why?: string, };

/**
 * What it does.
 */
export type Watching = "off" | "waiting" | "looking" | "blind" | "spent" | "failing";

/**
 * Why something was not done.
 */
export type Refusal = { "code": "nothing_selected", } | { "code": "nothing_in_reach", } | { "code": "object_gone", } | { "code": "locked", 
/**
 * What it is called.
 */
name: string, } | { "code": "held", 
/**
 * What it is called.
 */
name: string, 
/**
 * Who holds it, as in `undo.who`.
 */
who: string, } | { "code": "scene_full", 
/**
 * How many fit.
 */
most: number, } | { "code": "one_is_no_group", } | { "code": "no_group", } | { "code": "too_long", 
/**
 * Characters that fit.
 */
most: number, } | { "code": "no_name", } | { "code": "nothing_to_undo", } | { "code": "nothing_to_redo", } | { "code": "nothing_saved", 
/**
 * The scene's name.
 */
scene: string, } | { "code": "scene_gone", } | { "code": "scene_deleted", 
/**
 * The scene's name.
 */
scene: string, } | { "code": "nothing_deleted", } | { "code": "too_many_scenes", 
/**
 * How many fit.
 */
most: number, } | { "code": "question_open", } | { "code": "not_a_scene", } | { "code": "bad_scene", } | { "code": "newer_scene", 
/**
 * Its version.
 */
version: number, } | { "code": "file_too_large", 
/**
 * How many MiB fit.
 */
most_mib: number, } | { "code": "picture_too_large", } | { "code": "picture_lies", } | { "code": "picture_damaged", } | { "code": "nobody_shows", } | { "code": "no_camera", } | { "code": "camera_changed", } | { "code": "camera_gone", } | { "code": "no_pictures", } | { "code": "nobody_answered", } | { "code": "nobody_dragged", } | { "code": "being_calibrated", } | { "code": "not_from_front", } | { "code": "corners_crossed", } | { "code": "corners_together", } | { "code": "corner_bent", 
/**
 * Which: top left, top right, bottom right, bottom left.
 */
corner: number, } | { "code": "corner_outside", 
/**
 * Which: top left, top right, bottom right, bottom left.
 */
corner: number, } | { "code": "corners_small", } | { "code": "picture_dark", } | { "code": "no_markers", } | { "code": "markers_small", 
/**
 * How wide they are, pixels.
 */
pixels: number, } | { "code": "markers_moved", } | { "code": "few_markers", 
/**
 * How many were.
 */
found: number, 
/**
 * How many there are.
 */
of: number, } | { "code": "nobody_pointed", } | { "code": "pointed_astray", } | { "code": "target_missed", 
/**
 * How far, percent of the canvas's width.
 */
percent: number, } | { "code": "ollama_unreachable", 
/**
 * Where it is looked for.
 */
url: string, } | { "code": "model_missing", 
/**
 * Which.
 */
model: string, } | { "code": "model_out_of_memory", 
/**
 * Which.
 */
model: string, } | { "code": "model_still_loading", 
/**
 * Which.
 */
model: string, } | { "code": "ollama_queue_full", } | { "code": "ollama_broke_off", } | { "code": "ollama_said", 
/**
 * What it says.
 */
said: string, } | { "code": "registry_unreachable", 
/**
 * What it says.
 */
said: string, } | { "code": "model_too_large", 
/**
 * Which.
 */
model: string, 
/**
 * What is still to be fetched, bytes.
 */
needs_bytes: number, 
/**
 * What is free where Ollama keeps its models, without what is left to others, bytes.
 */
free_bytes: number, } | { "code": "ollama_disk_full", } | { "code": "many_pulls", 
/**
 * How many may.
 */
most: number, };

/**
 * Why a part is not well.
 */
export type Trouble = { "code": "camera_paused", } | { "code": "camera_hours", } | { "code": "camera_opening", } | { "code": "camera_silent", 
/**
 * For so long, milliseconds.
 */
ms: number, } | { "code": "camera_shut", 
/**
 * For so long, milliseconds.
 */
ms: number, } | { "code": "camera_broken", 
/**
 * What is wrong with them, in the box's words.
 */
detail: string, } | { "code": "camera_none", } | { "code": "camera_away", 
/**
 * Its id.
 */
id: string, } | { "code": "camera_denied", 
/**
 * Its name.
 */
name: string, } | { "code": "camera_in_use", 
/**
 * Its name.
 */
name: string, } | { "code": "camera_gone", 
/**
 * Its name.
 */
name: string, } | { "code": "camera_bus_full", 
/**
 * Its name.
 */
name: string, } | { "code": "camera_hangs", 
/**
 * Its name, or where it is.
 */
name: string, } | { "code": "camera_unusable", 
/**
 * Its name.
 */
name: string, 
/**
 * In the box's words.
 */
detail: string, } | { "code": "webcam_awaited", } | { "code": "network_slow", } | { "code": "network_nameless", } | { "code": "network_away", } | { "code": "network_untrusted", } | { "code": "network_broke", } | { "code": "network_silent", } | { "code": "network_login", } | { "code": "network_digest", } | { "code": "network_forbidden", } | { "code": "network_answers", 
/**
 * Its HTTP status.
 */
status: number, } | { "code": "network_no_pictures", } | { "code": "file_unreadable", 
/**
 * Which.
 */
path: string, } | { "code": "file_empty", } | { "code": "models_loading", } | { "code": "models_failed", 
/**
 * In the box's words.
 */
detail: string, } | { "code": "vision_fails", 
/**
 * In the box's words.
 */
detail: string, } | { "code": "no_gpu_kernels", } | { "code": "gpu_unusable", 
/**
 * In the box's words.
 */
detail: string, } | { "code": "gpu_lost", } | { "code": "database_full", } | { "code": "database_fails", 
/**
 * In the box's words.
 */
detail: string, } | { "code": "backup_fails", 
/**
 * In the box's words.
 */
detail: string, } | { "code": "backup_full", } | { "code": "disk_low", 
/**
 * Bytes.
 */
free_bytes: number, 
/**
 * Percent of the disk.
 */
percent: number, } | { "code": "threads", 
/**
 * Those that hang.
 */
hang: Array<string>, 
/**
 * Those that ended.
 */
ended: Array<string>, } | { "code": "ollama_away", 
/**
 * Where it was asked.
 */
url: string, } | { "code": "restarts", 
/**
 * So often within an hour.
 */
times: number, } | { "code": "safe_mode", 
/**
 * Where the file is, and its first mistake, in the box's words.
 */
detail: string, };

/**
 * What went wrong.
 */
export type ErrorBody = { 
/**
 * What sort of failure.
 */
kind: "invalid" | "not_found" | "login" | "confirm" | "denied" | "conflict" | "exhausted" | "disk_full" | "unavailable" | "timeout" | "unsupported" | "internal", 
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
next?: string, 
/**
 * The same by a code, for pages in other languages; where people meet it in daily use.
 */
refusal?: Refusal, };

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
observations?: boolean, 
/**
 * The canvas: scene, its changes, hands on it, what is held; at first no.
 */
canvas?: boolean, 
/**
 * The scene and revision that the client has: if the box can, it sends what came after.
 */
have?: Have, 
/**
 * What happens to one's conversations; at first no.
 */
chats?: boolean, 
/**
 * Verdicts on gestures; at first no.
 */
verdicts?: boolean, 
/**
 * The name of the output that this page is; pages that are none say nothing.
 */
output?: string, } | { "type": "do", 
/**
 * Comes back in the answer.
 */
id: number, 
/**
 * The command.
 */
command: Command, } | { "type": "seen", 
/**
 * The picture's number.
 */
seq: number, } | { "type": "latency", 
/**
 * From capture to the picture on the screen, milliseconds.
 */
capture_to_screen_ms?: number, 
/**
 * From capture to the canvas drawn with the hand where that frame saw it, milliseconds.
 */
capture_to_drawn_ms?: number, } | { "type": "ping", 
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
count: number, } | { "type": "camera" } & CameraState | { "type": "vision" } & VisionState | { "type": "watching" } & WatchState | { "type": "status" } & Rates | { "type": "setting", 
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
from: "flag" | "environment" | "file" | "ui" | "default", } | { "type": "scene" } & Scene | { "type": "change" } & SceneChange | { "type": "canvas" } & CanvasState | { "type": "touch" } & TouchView | { "type": "held", 
/**
 * Everything that is held.
 */
held: Array<Held>, } | { "type": "verdict" } & Verdict | { "type": "chat", 
/**
 * That.
 */
news: ChatNews, } | { "type": "calibration" } & CalibrationState | { "type": "scenes", } | { "type": "bindings", } | { "type": "models", } | { "type": "photograph", 
/**
 * Its number.
 */
photograph: number, 
/**
 * Of which scene.
 */
scene: number, } | { "type": "did", 
/**
 * As the client sent it.
 */
id: number, 
/**
 * What came of it.
 */
outcome: Outcome, } | { "type": "refused", 
/**
 * As the client sent it.
 */
id: number, 
/**
 * What and why.
 */
error: ErrorBody, } | { "type": "error", 
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
next?: string, 
/**
 * Both by a code, where there is one: pages say it in their own language.
 */
trouble?: Trouble, };

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
parts: { backup: HealthPart, configuration: HealthPart, database: HealthPart, camera: HealthPart, disk: HealthPart, ollama: HealthPart, threads: HealthPart, vision: HealthPart }, };

/**
 * What is left of the machine, for people.
 */
export type HostState = { 
/**
 * Its name.
 */
name?: string, 
/**
 * Processor cores that Dixi may use.
 */
cores: number, 
/**
 * Processes that want a core, on average over the last minute.
 */
load: number, 
/**
 * What this process holds of the memory, bytes.
 */
resident_bytes?: number, 
/**
 * All memory, bytes.
 */
memory_bytes: number, 
/**
 * Memory that programs can still have, bytes.
 */
memory_free_bytes: number, 
/**
 * Free space where the state is kept, bytes.
 */
disk_free_bytes?: number, 
/**
 * The size of that disk, bytes.
 */
disk_bytes?: number, };

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
 * Other machines can reach this address; they need a login, and TLS is on.
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
 * Whether and how a model watches.
 */
watching: WatchState, 
/**
 * The database.
 */
database: HealthPart, 
/**
 * The machine.
 */
host: HostState, 
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
 * From a frame's capture to the canvas being drawn with the hand where that frame saw it, as
 * the viewers measured.
 */
capture_to_drawn_ms?: Percentiles, 
/**
 * Live sockets open now.
 */
viewers: number, 
/**
 * Frames that a newer one replaced before vision took them, since the start.
 */
dropped: number, };

/**
 * What a model is to be told; nothing, unless somebody wishes it.
 */
export type ContextWish = { 
/**
 * The gestures that hands make now.
 */
gesture: boolean, 
/**
 * What hands point at.
 */
pointed: boolean, 
/**
 * What is selected.
 */
selection: boolean, 
/**
 * The scene that is shown.
 */
scene: boolean, 
/**
 * What happened in the last minutes: gestures and commands.
 */
events: boolean, };

/**
 * A part of what a model can be told.
 */
export type ToldPart = "gesture" | "pointed" | "selection" | "scene" | "events";

/**
 * What a model was told with a question, part by part and word for word.
 */
export type Told = { 
/**
 * Which part.
 */
what: ToldPart, 
/**
 * The words, English; at most [`MOST_CHARS`](Self::MOST_CHARS) characters.
 */
text: string, };

/**
 * Parameters of a model, by the names that Ollama reads in `options`. What is none is as the model has it.
 */
export type ModelOptions = { 
/**
 * How freely it chooses, 0..=2; 0: always the likeliest.
 */
temperature?: number, 
/**
 * Of the likeliest words, as many as have this probability together, 0..=1.
 */
top_p?: number, 
/**
 * Of so many of the likeliest words, 1..=1,000.
 */
top_k?: number, 
/**
 * Only words at least this part as likely as the likeliest, 0..=1.
 */
min_p?: number, 
/**
 * How much what was said already is avoided, 0..=2; 1: not.
 */
repeat_penalty?: number, 
/**
 * The same seed gives the same answer.
 */
seed?: number, 
/**
 * Tokens that the model can have in mind, 256..=1,048,576.
 */
num_ctx?: number, 
/**
 * Most tokens of an answer, 1..=1,048,576.
 */
num_predict?: number, 
/**
 * Words that end the answer; at most 8 of 100 characters.
 */
stop?: Array<string>, };

/**
 * Whether a model thinks before it answers.
 */
export type Think = boolean | "low" | "medium" | "high";

/**
 * What sort of failure.
 */
export type FailureCode = "unreachable" | "model_missing" | "out_of_memory" | "still_loading" | "queue_full" | "broke_off" | "said_error" | "no_vision" | "no_thinking" | "too_long" | "no_frame" | "not_allowed" | "not_kept";

/**
 * Why there is no answer, or no more of it.
 */
export type ChatFailure = { 
/**
 * What sort.
 */
code: FailureCode, 
/**
 * In words.
 */
said: string, };

/**
 * What an answer cost.
 */
export type Counts = { 
/**
 * Tokens of everything that the model was told.
 */
prompt_tokens: number, 
/**
 * Tokens of what was thought and answered.
 */
answer_tokens: number, 
/**
 * Tokens a second, of what was thought and answered.
 */
tokens_per_s: number, 
/**
 * From the question to the first piece, milliseconds.
 */
first_ms: number, 
/**
 * From the question to the end, milliseconds.
 */
total_ms: number, 
/**
 * Of these, getting the model into memory, milliseconds.
 */
load_ms: number, 
/**
 * Tokens that the model can have in mind, if that is known.
 */
context_tokens: number | null, 
/**
 * It ended because there was no room for more.
 */
cut_off: boolean, };

/**
 * What to do when a conversation no longer fits into what its model can have in mind.
 */
export type WhenFull = "trim" | "summarise";

/**
 * How a conversation is held.
 */
export type How = { 
/**
 * Which model; none: the one that the settings name, or any.
 */
model: string | null, 
/**
 * What the model is told to be; at most 16,000 characters. `{{gesture}}`, `{{selection}}`, `{{scene}}`
 * and `{{time}}` are filled in.
 */
system: string, 
/**
 * Its parameters.
 */
options: ModelOptions, 
/**
 * Whether it thinks; none: as the model does.
 */
think: Think | null, 
/**
 * How long the model stays in memory afterwards: `5m`, `1h`, `0`, `-1` (always); none: as Ollama does.
 */
keep_alive: string | null, 
/**
 * What of the box it is told with each question.
 */
context: ContextWish, 
/**
 * When it no longer fits.
 */
when_full: WhenFull, };

/**
 * A conversation without what was said.
 */
export type ChatInfo = { 
/**
 * Its number.
 */
id: number, 
/**
 * What it is called; empty until it has a title.
 */
title: string, 
/**
 * Whether it stays on top of the list.
 */
pinned: boolean, 
/**
 * When it was begun, RFC 3339 UTC.
 */
created_at: string, 
/**
 * When something was said last, RFC 3339 UTC.
 */
changed_at: string, 
/**
 * Its model, if it has one of its own.
 */
model: string | null, 
/**
 * Whether an answer is coming.
 */
answering: boolean, 
/**
 * Whether it is the box's own, which everybody sees who may chat.
 */
shared: boolean, };

/**
 * A page of the list.
 */
export type ChatList = { 
/**
 * Pinned ones first, then the latest.
 */
chats: Array<ChatInfo>, 
/**
 * Where the next page begins; none: that was all.
 */
more?: string, };

/**
 * Who says something.
 */
export type ChatRole = "system" | "user" | "assistant";

/**
 * How far a message has come.
 */
export type ChatState = "whole" | "coming" | "stopped" | "failed";

/**
 * What an answer waits for before its first piece.
 */
export type Waiting = "model" | "loading" | "summary";

/**
 * What is kept of a message besides its words.
 */
export type MessageDetails = { 
/**
 * What of the box the model was told with a question.
 */
told: Array<Told>, 
/**
 * The model was told nothing of what was said before a question.
 */
alone?: boolean, 
/**
 * Why there is no answer, or no more of it.
 */
failure?: ChatFailure, 
/**
 * What the answer cost.
 */
counts?: Counts, 
/**
 * So many of the oldest messages the model was not told, for want of room.
 */
left_out?: number, 
/**
 * What it was told instead of them.
 */
summary?: string, };

/**
 * A message.
 */
export type ChatMessage = { 
/**
 * Its number.
 */
id: number, 
/**
 * What it follows; none: it is the first.
 */
parent: number | null, 
/**
 * All that follow the same message, the oldest first, this one among them.
 */
versions: Array<number>, 
/**
 * Who says it.
 */
role: ChatRole, 
/**
 * What. An answer is Markdown.
 */
text: string, 
/**
 * What the model thought before.
 */
thinking: string, 
/**
 * Which model.
 */
model: string | null, 
/**
 * How far it has come.
 */
state: ChatState, 
/**
 * When it was begun, RFC 3339 UTC.
 */
at: string, 
/**
 * How many pictures go with it.
 */
pictures: number, 
/**
 * What a coming answer waits for.
 */
waiting?: Waiting, 
/**
 * What of the box the model was told with a question.
 */
told: Array<Told>, 
/**
 * The model was told nothing of what was said before a question.
 */
alone?: boolean, 
/**
 * Why there is no answer, or no more of it.
 */
failure?: ChatFailure, 
/**
 * What the answer cost.
 */
counts?: Counts, 
/**
 * So many of the oldest messages the model was not told, for want of room.
 */
left_out?: number, 
/**
 * What it was told instead of them.
 */
summary?: string, };

/**
 * A conversation with the branch that is shown.
 */
export type Chat = { 
/**
 * How it is held.
 */
how: How, 
/**
 * What was said, from the first message on; a coming answer as far as it is.
 */
messages: Array<ChatMessage>, 
/**
 * Its number.
 */
id: number, 
/**
 * What it is called; empty until it has a title.
 */
title: string, 
/**
 * Whether it stays on top of the list.
 */
pinned: boolean, 
/**
 * When it was begun, RFC 3339 UTC.
 */
created_at: string, 
/**
 * When something was said last, RFC 3339 UTC.
 */
changed_at: string, 
/**
 * Its model, if it has one of its own.
 */
model: string | null, 
/**
 * Whether an answer is coming.
 */
answering: boolean, 
/**
 * Whether it is the box's own, which everybody sees who may chat.
 */
shared: boolean, };

/**
 * A question.
 */
export type Asking = { 
/**
 * What is asked, at most 100,000 characters. Variables are filled in, as in [`How::system`].
 */
text: string, 
/**
 * PNG or JPEG files in base64; at most 4 of at most 8 MiB.
 */
pictures?: Array<string>, 
/**
 * Send the camera's clean picture of now along.
 */
frame?: boolean, 
/**
 * What the model is told of the box, as `preview` gave it; left out: as [`How::context`] says, now.
 */
told?: Array<Told>, 
/**
 * Tell the model nothing of what was said before.
 */
alone?: boolean, 
/**
 * What the question follows; `null`: nothing; left out: the end of what is shown.
 */
after: number | null, };

/**
 * A question and the answer that is coming.
 */
export type AskedView = { 
/**
 * The question.
 */
question: ChatMessage, 
/**
 * The answer.
 */
answer: ChatMessage, };

/**
 * A conversation to begin.
 */
export type NewChat = { 
/**
 * Its title, at most 200 characters; else it comes from the first question.
 */
title?: string, 
/**
 * How it is held.
 */
how?: How, };

/**
 * What of a conversation is to be another; what is left out stays.
 */
export type ChatChange = { 
/**
 * Its title, at most 200 characters.
 */
title?: string, 
/**
 * Whether it stays on top.
 */
pinned?: boolean, 
/**
 * How it is held.
 */
how?: How, 
/**
 * Show the branch with this message, down to its newest end.
 */
shown?: number, };

/**
 * What the model would be told now.
 */
export type PreviewAsked = { 
/**
 * A question, with variables.
 */
text: string, 
/**
 * A system prompt, with variables.
 */
system: string, 
/**
 * What it is to be told of the box.
 */
context: ContextWish, };

/**
 * What the model would be told now.
 */
export type Preview = { 
/**
 * The question, its variables filled in.
 */
text: string, 
/**
 * The system prompt, its variables filled in.
 */
system: string, 
/**
 * What it is told of the box.
 */
told: Array<Told>, };

/**
 * Where a search found something.
 */
export type ChatFound = { 
/**
 * The conversation.
 */
chat: number, 
/**
 * Its title.
 */
title: string, 
/**
 * The message; none where the title was found.
 */
message: number | null, 
/**
 * A piece of what was said, with U+E000 and U+E001 around each word that was looked for.
 */
piece: string, };

/**
 * What a search found.
 */
export type ChatsFound = { 
/**
 * Titles first, then the newest messages.
 */
found: Array<ChatFound>, };

/**
 * What was taken in from a file.
 */
export type Imported = { 
/**
 * Conversations.
 */
chats: number, 
/**
 * Messages in them.
 */
messages: number, };

/**
 * More of a text.
 */
export type More = { 
/**
 * Where it begins: the length of what came before, UTF-16 units, as JavaScript counts.
 */
from: number, 
/**
 * The words.
 */
text: string, };

/**
 * What happened to somebody's conversations.
 */
export type ChatNews = { "what": "changed", 
/**
 * As it is.
 */
chat: ChatInfo, } | { "what": "removed", 
/**
 * Which.
 */
id: number, } | { "what": "said", 
/**
 * In which conversation.
 */
chat: number, 
/**
 * The message.
 */
message: ChatMessage, } | { "what": "more", 
/**
 * In which conversation.
 */
chat: number, 
/**
 * Of which message.
 */
message: number, 
/**
 * More words.
 */
text?: More, 
/**
 * More thoughts.
 */
thinking?: More, 
/**
 * What it waits for now.
 */
waiting?: Waiting, } | { "what": "ended", 
/**
 * In which conversation.
 */
chat: number, 
/**
 * The message, whole.
 */
message: ChatMessage, } | { "what": "missed", };

/**
 * What a preset is.
 */
export type PresetKind = "preset" | "prompt";

/**
 * A system prompt or a question that is kept.
 */
export type Preset = { 
/**
 * Its number.
 */
id: number, 
/**
 * What it is.
 */
kind: PresetKind, 
/**
 * Its name.
 */
name: string, 
/**
 * A system prompt, or a question; with variables, as in [`How::system`].
 */
text: string, 
/**
 * How the model answers, if the preset says so.
 */
how: How | null, };

/**
 * One to be kept.
 */
export type NewPreset = { 
/**
 * What it is.
 */
kind: PresetKind, 
/**
 * Its name, 1 to 100 characters.
 */
name: string, 
/**
 * A system prompt, or a question, at most 16,000 characters.
 */
text: string, 
/**
 * How the model answers.
 */
how?: How | null, };

/**
 * One Ollama server.
 */
export type OllamaServer = { 
/**
 * Where it is asked.
 */
url: string, 
/**
 * Whether it is there. One that is not is left out until it is.
 */
answers: boolean, 
/**
 * Its version.
 */
version?: string, 
/**
 * Why there is no answer.
 */
reason?: string, 
/**
 * Requests of Dixi's that it answers now.
 */
open: number, };

/**
 * How a request ended.
 */
export type UsageOutcome = "done" | "stopped" | "failed";

/**
 * A request that went through to Ollama.
 */
export type UsageRow = { 
/**
 * Its number; 0 before it is kept.
 */
number: number, 
/**
 * When it began, RFC 3339 UTC.
 */
at: string, 
/**
 * Who asked.
 */
who: string, 
/**
 * The token's number, if a program came with one.
 */
token?: number, 
/**
 * Which model.
 */
model: string, 
/**
 * Which of Ollama's routes.
 */
route: string, 
/**
 * Tokens of the prompt.
 */
prompt_tokens?: number, 
/**
 * Tokens of the answer.
 */
answer_tokens?: number, 
/**
 * Whether Ollama said so itself; else the pieces of the answer were counted.
 */
exact: boolean, 
/**
 * How long it took, seconds.
 */
seconds: number, 
/**
 * Until the first piece of a streamed answer, seconds.
 */
first_token_s?: number, 
/**
 * The HTTP status that Ollama answered with.
 */
status?: number, 
/**
 * How it ended.
 */
outcome: UsageOutcome, };

/**
 * What somebody used of one model.
 */
export type UsageSum = { 
/**
 * Who asked.
 */
who: string, 
/**
 * Which model.
 */
model: string, 
/**
 * Requests.
 */
requests: number, 
/**
 * Those that failed.
 */
failed: number, 
/**
 * Tokens of all prompts, as far as they are known.
 */
prompt_tokens: number, 
/**
 * Tokens of all answers.
 */
answer_tokens: number, 
/**
 * How long they took together, seconds.
 */
seconds: number, 
/**
 * The last one began then, RFC 3339 UTC.
 */
last_at: string, };

/**
 * The answer of `GET /api/v1/usage`.
 */
export type UsagePage = { 
/**
 * The rows, the newest first.
 */
rows: Array<UsageRow>, 
/**
 * There are older ones: ask with the last number as `before`.
 */
more: boolean, 
/**
 * Rows that were lost since the start: the disk was too slow or full.
 */
lost: number, };

/**
 * What is known of Ollama. The first fields are of the server that answers, or of the first.
 */
export type OllamaState = { 
/**
 * Where it is asked.
 */
url: string, 
/**
 * Whether one is there.
 */
answers: boolean, 
/**
 * Its version.
 */
version?: string, 
/**
 * Why there is no answer.
 */
reason?: string, 
/**
 * Every server.
 */
servers: Array<OllamaServer>, };

/**
 * A model in memory.
 */
export type Loaded = { 
/**
 * All memory that it takes, bytes.
 */
size_bytes: number, 
/**
 * That part of it which is the graphics card's, bytes.
 */
vram_bytes: number, 
/**
 * Tokens that it can have in mind now.
 */
context_length: number | null, 
/**
 * When Ollama lets it go if nobody asks it anything, RFC 3339 UTC; centuries from now: never.
 */
expires_at: string | null, };

/**
 * One model.
 */
export type Model = { 
/**
 * As Ollama calls it.
 */
name: string, 
/**
 * On the disk, bytes.
 */
size_bytes: number, 
/**
 * How many parameters it has, as in `8.2B`.
 */
parameters: string | null, 
/**
 * How they are rounded, as in `Q4_K_M`.
 */
quantization: string | null, 
/**
 * What it is made like.
 */
family: string | null, 
/**
 * Tokens that it was made to have in mind at most.
 */
context_length: number | null, 
/**
 * What it can do: `completion`, `vision`, `thinking`, `tools`, `embedding`. None at all: not known yet.
 */
capabilities: Array<string>, 
/**
 * When it was fetched or made, RFC 3339 UTC.
 */
modified_at: string | null, 
/**
 * How it is in memory; none: it is not.
 */
loaded: Loaded | null, 
/**
 * Somebody has it loaded, and it is not there yet.
 */
loading: boolean, 
/**
 * Why that failed last.
 */
problem?: Refusal, 
/**
 * So many servers have it.
 */
servers: number, };

/**
 * The models of all servers.
 */
export type ModelsView = { 
/**
 * By name.
 */
models: Array<Model>, 
/**
 * The servers, and whether they answer.
 */
servers: Array<OllamaServer>, 
/**
 * Ollama was not asked yet, or has not answered yet.
 */
asking: boolean, };

/**
 * What Ollama knows of a model. Texts have 20,000 characters at most.
 */
export type ModelDetails = { 
/**
 * As it was asked for.
 */
name: string, 
/**
 * The addresses of the servers that have it.
 */
servers: Array<string>, 
/**
 * What it can do.
 */
capabilities: Array<string>, 
/**
 * What it is made like.
 */
family: string | null, 
/**
 * How many parameters it has, as in `8.2B`.
 */
parameters: string | null, 
/**
 * How they are rounded.
 */
quantization: string | null, 
/**
 * In which format it is.
 */
format: string | null, 
/**
 * Tokens that it was made to have in mind at most.
 */
context_length: number | null, 
/**
 * Numbers of a token's vector.
 */
embedding_length: number | null, 
/**
 * Its layers.
 */
layers: number | null, 
/**
 * Who made it and what of, as it says itself.
 */
called: string | null, 
/**
 * Its parameters by default, a line each.
 */
options: string | null, 
/**
 * What it is told to be by default.
 */
system: string | null, 
/**
 * How questions are put to it.
 */
template: string | null, 
/**
 * Its licence.
 */
license: string | null, };

/**
 * How far a pull has come.
 */
export type PullState = "waiting" | "running" | "stalled" | "done" | "failed" | "cancelled";

/**
 * A model that Ollama fetches for the box.
 */
export type Pull = { 
/**
 * Its number.
 */
id: number, 
/**
 * The model, as it was asked for.
 */
model: string, 
/**
 * The address of the server that fetches it; empty until one is chosen.
 */
server: string, 
/**
 * How far it has come.
 */
state: PullState, 
/**
 * Bytes that are there.
 */
bytes: number, 
/**
 * Bytes that there are, as far as Ollama has told.
 */
total_bytes: number | null, 
/**
 * Bytes a second, over the last ten seconds.
 */
bytes_per_s: number, 
/**
 * How long it still takes at that rate, seconds.
 */
left_s: number | null, 
/**
 * Free where Ollama keeps its models, bytes; none: cannot be known from here.
 */
free_bytes: number | null, 
/**
 * What Ollama does, in its words.
 */
status: string, 
/**
 * Why it failed.
 */
failure?: Refusal, 
/**
 * When it was begun first, RFC 3339 UTC.
 */
begun_at: string, };

/**
 * A model that is to be loaded.
 */
export type ModelLoad = { 
/**
 * Its name, as `[registry/][namespace/]model[:tag]`.
 */
model: string, 
/**
 * How long it stays in memory after its last answer: `5m`, `1h`, a number of seconds, or `-1`: always. Left
 * out: as Ollama does.
 */
keep_alive?: string, };

/**
 * What is measured.
 */
export type HistorySeries = "camera_per_s" | "frames_per_s" | "dropped_per_s" | "hands" | "pipeline_p50_ms" | "pipeline_p95_ms" | "event_p50_ms" | "event_p95_ms" | "drawn_p50_ms" | "drawn_p95_ms" | "screen_p50_ms" | "screen_p95_ms" | "viewers" | "cpu_percent" | "memory_bytes" | "disk_free_bytes" | "temperature_c";

/**
 * How far back.
 */
export type HistorySpan = "hour" | "day";

/**
 * What was measured, a column a series.
 */
export type HistoryView = { 
/**
 * How far back.
 */
span: HistorySpan, 
/**
 * Between two moments, seconds; where Dixi or the machine stood still it is longer.
 */
step_s: number, 
/**
 * The moments, Unix time in milliseconds, the oldest first.
 */
at_ms: Array<number>, 
/**
 * For each series one value a moment; null where nothing was measured.
 */
series: Record<HistorySeries, (number | null)[]>, };

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
 * The value now; null for a secret that is set.
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
 * It is never shown.
 */
secret: boolean, 
/**
 * Whoever asks may change it.
 */
may: boolean, 
/**
 * Cannot be changed here.
 */
locked: boolean, 
/**
 * What decides instead: a flag, a variable or a file.
 */
locked_by?: string, };

/**
 * Why a backup was made.
 */
export type BackupReason = "scheduled" | "asked" | "before_upgrade" | "brought";

/**
 * A backup in the folder.
 */
export type BackupFile = { 
/**
 * Its file's name.
 */
name: string, 
/**
 * When it was made, RFC 3339 UTC.
 */
made_at: string, 
/**
 * Why.
 */
why: BackupReason, 
/**
 * Its length, bytes.
 */
bytes: number, };

/**
 * What a file must be.
 */
export type FileSum = { 
/**
 * Its length, bytes.
 */
bytes: number, 
/**
 * Its SHA-256, in hex.
 */
sha256: string, };

/**
 * What an archive says of itself.
 */
export type BackupManifest = { 
/**
 * The archive's format.
 */
format: number, 
/**
 * The Dixi that wrote it.
 */
dixi: string, 
/**
 * When it was made, RFC 3339 UTC.
 */
made_at: string, 
/**
 * Why.
 */
why: BackupReason, 
/**
 * The version of the database's schema.
 */
schema: number, 
/**
 * Rows of each table.
 */
rows: { [key in string]: number }, 
/**
 * Each file's length in bytes and SHA-256, in hex.
 */
files: { [key in string]: FileSum }, 
/**
 * The keys in it, sealed with a passphrase: secret settings, and files of the data directory.
 */
sealed: Array<string>, 
/**
 * The keys that are not in it, since no passphrase was set when it was made.
 */
left_out: Array<string>, };

/**
 * A backup that was brought, and what is in it.
 */
export type BroughtBackup = { 
/**
 * As it is listed now.
 */
backup: BackupFile, 
/**
 * What is in it.
 */
manifest: BackupManifest, };

/**
 * How to go back to a backup.
 */
export type GoBack = { 
/**
 * What its keys are sealed with, if not with what is set now.
 */
passphrase?: string, 
/**
 * Go back without its keys: what the box has of them stays.
 */
without_keys?: boolean, };

/**
 * How to go back to a backup that was brought with the first owner's link.
 */
export type FirstGoBack = { 
/**
 * The backup's name, as bringing it answered.
 */
name: string, 
/**
 * What its keys are sealed with.
 */
passphrase?: string, 
/**
 * Go back without its keys.
 */
without_keys?: boolean, };

/**
 * What can be told. Closed on purpose: each has its rule ([`judge::Rule`]), its words and its page text.
 */
export type AlertName = "camera_lost" | "disk_low" | "gpu_lost" | "ollama_down" | "backup_failed" | "too_many_restarts";

/**
 * By what somebody is told.
 */
export type AlertVia = "webhook" | "ntfy";

/**
 * What a message is about.
 */
export type AlertEvent = "raised" | "cleared" | "test";

/**
 * One episode: from the moment it was told until it was over.
 */
export type Alert = { 
/**
 * Its own number, the same in every message about it.
 */
id: string, 
/**
 * What.
 */
alert: AlertName, 
/**
 * Why.
 */
why: string, 
/**
 * What to do.
 */
next: string, 
/**
 * Both by a code, where there is one: pages say it in their own language.
 */
trouble?: Trouble, 
/**
 * When it was raised, RFC 3339 UTC.
 */
raised_at: string, 
/**
 * When it was over; absent while it goes on.
 */
cleared_at?: string, };

/**
 * Somebody who is told.
 */
export type DestinationView = { 
/**
 * By what.
 */
via: AlertVia, 
/**
 * The host, without anything that lets somebody in.
 */
place: string, };

/**
 * The answer of `GET /api/v1/alerts`.
 */
export type AlertsView = { 
/**
 * Those that go on, the newest first.
 */
active: Array<Alert>, 
/**
 * Those that are over, the newest first.
 */
past: Array<Alert>, 
/**
 * Who is told; nobody, unless the owner said so.
 */
destinations: Array<DestinationView>, };

/**
 * What came of an attempt.
 */
export type DeliveryOutcome = "delivered" | "retrying" | "failed" | "superseded";

/**
 * One attempt to tell somebody.
 */
export type Delivery = { 
/**
 * Grows by one with each attempt of a destination.
 */
number: number, 
/**
 * When, RFC 3339 UTC.
 */
at: string, 
/**
 * To whom.
 */
via: AlertVia, 
/**
 * The message's number: the same with every attempt.
 */
message: string, 
/**
 * Which alert; absent for a test.
 */
alert?: AlertName, 
/**
 * What it says of it.
 */
event: AlertEvent, 
/**
 * The how manieth attempt; 0 where none was made.
 */
attempt: number, 
/**
 * What came of it.
 */
outcome: DeliveryOutcome, 
/**
 * The answer's status.
 */
status?: number, 
/**
 * Why it did not arrive.
 */
why?: string, 
/**
 * Until it is tried again, seconds.
 */
again_in_s?: number, };

/**
 * How much a line matters.
 */
export type LogLevel = "error" | "warn" | "info" | "debug" | "trace";

/**
 * One line.
 */
export type LogLine = { 
/**
 * Grows by one with each line.
 */
seq: number, 
/**
 * When, RFC 3339 UTC.
 */
at: string, 
/**
 * How much it matters.
 */
level: LogLevel, 
/**
 * The part of the program that says it, as `log.level` names it: `dixi::camera::supervisor`.
 */
module: string, 
/**
 * What it says, and its fields as `name=value`.
 */
text: string, };

/**
 * The answer of `GET /api/v1/logs`.
 */
export type LogsView = { 
/**
 * The lines, the oldest first.
 */
lines: Array<LogLine>, 
/**
 * The newest line there is: ask for those after it.
 */
newest: number, 
/**
 * Lines after the one asked for that are gone already.
 */
missed: number, 
/**
 * Every module with a line in memory.
 */
modules: Array<string>, };

/**
 * One mistake in the configuration file.
 */
export type FileMistake = { 
/**
 * On which line, from 1; absent for what concerns several lines.
 */
line?: number, 
/**
 * What is wrong.
 */
what: string, 
/**
 * What to write instead.
 */
next?: string, };

/**
 * The file as it is now.
 */
export type FileView = { 
/**
 * Where it is.
 */
path: string, 
/**
 * What it says; empty if that cannot be read.
 */
text: string, 
/**
 * What is wrong with it now. Empty: a restart ends safe mode.
 */
mistakes: Array<FileMistake>, 
/**
 * Whether it can be written from here.
 */
writable: boolean, };

/**
 * A new text for the file.
 */
export type NewText = { 
/**
 * All of it.
 */
text: string, 
/**
 * What the file said when it was read: whoever changed it since is not overwritten.
 */
was: string, };

/**
 * What an object is. Solids have unit size: they fit into a cube of side 1 around their middle,
 * the torus lies in the xy plane, cone and cylinder stand along y, the plane faces the viewer.
 */
export type Form = { "kind": "box", } | { "kind": "sphere", } | { "kind": "cone", } | { "kind": "cylinder", } | { "kind": "torus", } | { "kind": "plane", } | { "kind": "text", 
/**
 * The words: at most 2,000 characters, plain text.
 */
text: string, } | { "kind": "picture", 
/**
 * Which: SHA-256 of the stored file, 64 hexadecimal digits (`POST /api/v1/pictures`).
 */
picture: string, 
/**
 * Width by height.
 */
aspect: number, } | { "kind": "stroke", 
/**
 * Its points relative to the object's position, scene units; 1 to 2,000 of them.
 */
points: Array<[number, number, number]>, 
/**
 * Thickness, scene units.
 */
width: number, } | { "kind": "answer", 
/**
 * The answer: Markdown, at most 20,000 characters.
 */
text: string, 
/**
 * What was asked; may be empty.
 */
question: string, };

/**
 * Where an object is, how it is turned and how large it is.
 */
export type Transform = { 
/**
 * Which object.
 */
id: number, 
/**
 * Its middle, scene units.
 */
position: [number, number, number], 
/**
 * Its rotation.
 */
rotation: [number, number, number, number], 
/**
 * Its size along its own axes; each within 0.01..100 either way.
 */
scale: [number, number, number], };

/**
 * One object of a scene.
 */
export type Object = { 
/**
 * Its number.
 */
id: number, 
/**
 * What it is.
 */
form: Form, 
/**
 * Its middle, scene units.
 */
position: [number, number, number], 
/**
 * Its rotation.
 */
rotation: [number, number, number, number], 
/**
 * Its size along its own axes.
 */
scale: [number, number, number], 
/**
 * Its colour: `#rrggbb`, lower case.
 */
colour: string, 
/**
 * What people call it; at most 200 characters, may be empty.
 */
label: string, 
/**
 * Whether it may not be changed.
 */
locked: boolean, 
/**
 * The group it belongs to, by number; objects of a group are picked and moved together.
 */
group?: number, };

/**
 * A scene, whole.
 */
export type Scene = { 
/**
 * Its number.
 */
id: number, 
/**
 * Its name.
 */
name: string, 
/**
 * Grows by one with every step, undone or done again too.
 */
revision: number, 
/**
 * Its objects, in the order in which they were made: by number. Shared, as most of them stay
 * the same from one revision to the next.
 */
objects: Array<Object>, };

/**
 * What one step changed, for whoever has the revision before.
 */
export type SceneChange = { 
/**
 * Which scene.
 */
scene: number, 
/**
 * The revision it leads to; the one before is one less.
 */
revision: number, 
/**
 * Who made it.
 */
who: string, 
/**
 * The command's name, `undo` and `redo` included.
 */
command: string, 
/**
 * When, RFC 3339 UTC.
 */
at: string, 
/**
 * Objects that are new or changed, as they are now.
 */
objects: Array<Object>, 
/**
 * Objects that are gone.
 */
removed: Array<number>, };

/**
 * A step that can be taken back or done again.
 */
export type StepView = { 
/**
 * Who made it.
 */
who: string, 
/**
 * The command's name.
 */
command: string, 
/**
 * When, RFC 3339 UTC.
 */
at: string, 
/**
 * How many objects it touched.
 */
objects: number, };

/**
 * A scene in the list.
 */
export type SceneInfo = { 
/**
 * Its number.
 */
id: number, 
/**
 * Its name.
 */
name: string, 
/**
 * Its revision.
 */
revision: number, 
/**
 * How many objects it has.
 */
objects: number, 
/**
 * When it was begun, RFC 3339 UTC.
 */
created_at: string, 
/**
 * When it was changed last, RFC 3339 UTC.
 */
changed_at: string, 
/**
 * The revision that its thumbnail shows; none while there is none.
 */
thumbnail?: number, 
/**
 * When it was deleted, RFC 3339 UTC; only in the list of deleted ones.
 */
deleted_at?: string, };

/**
 * The answer of `GET /api/v1/bindings`.
 */
export type BindingList = { 
/**
 * All bindings, in order.
 */
bindings: Array<Binding>, 
/**
 * Whether these are the default ones, unchanged.
 */
default: boolean, };

/**
 * The answer of `GET /api/v1/scenes`.
 */
export type SceneList = { 
/**
 * Those on the list, in the order of `next`.
 */
scenes: Array<SceneInfo>, 
/**
 * Those that were deleted, the last one first.
 */
deleted: Array<SceneInfo>, 
/**
 * Deleted ones are emptied this many days later.
 */
kept_days: number, };

/**
 * The answer of `POST /api/v1/pictures`.
 */
export type PictureView = { 
/**
 * Its name: SHA-256 of its file.
 */
picture: string, 
/**
 * Width in pixels.
 */
width: number, 
/**
 * Height in pixels.
 */
height: number, 
/**
 * Width by height.
 */
aspect: number, };

/**
 * A picture that somebody took of a scene.
 */
export type PhotographView = { 
/**
 * Its number.
 */
id: number, 
/**
 * Its picture: `GET /api/v1/pictures/{picture}`.
 */
picture: string, 
/**
 * Who wanted it.
 */
who: string, 
/**
 * When it was taken, RFC 3339 UTC.
 */
taken_at: string, };

/**
 * What the next object or stroke is like.
 */
export type Tray = { 
/**
 * A solid.
 */
kind: string, 
/**
 * `#rrggbb`.
 */
colour: string, 
/**
 * Thickness of the pen, scene units.
 */
pen_width: number, };

/**
 * Something that the box asks.
 */
export type Question = { 
/**
 * What it is about, for programs: `calibration` so far.
 */
about: string, 
/**
 * The question, in words.
 */
text: string, };

/**
 * What somebody holds, and where it is now. Everything that is held is sent whole, newest only.
 */
export type Held = { 
/**
 * Who.
 */
who: string, 
/**
 * Where each object is.
 */
objects: Array<Transform>, };

/**
 * The canvas now.
 */
export type CanvasState = { 
/**
 * The scene that is shown.
 */
scene: number, 
/**
 * Its name.
 */
name: string, 
/**
 * Its revision.
 */
revision: number, 
/**
 * The revision that `revert` goes back to; none while nothing was saved.
 */
saved?: number, 
/**
 * The selected objects: one selection for everybody, as there is one canvas.
 */
selection: Array<number>, 
/**
 * What hands do.
 */
mode: Mode, 
/**
 * What the next object or stroke is like.
 */
tray: Tray, 
/**
 * Whether hands do things.
 */
armed: boolean, 
/**
 * Whether gestures only say what they would do (setting `canvas.dry_run`).
 */
dry_run: boolean, 
/**
 * What `undo` would take back.
 */
undo?: StepView, 
/**
 * What `redo` would do again.
 */
redo?: StepView, 
/**
 * A question that `approve` and `reject` answer.
 */
question?: Question, 
/**
 * Why nothing can be kept, if so.
 */
not_kept?: string, };

/**
 * What a hand does on the canvas.
 */
export type Doing = "idle" | "point" | "hold" | "stretch" | "draw" | "choose";

/**
 * One hand's pointer.
 */
export type PointerView = { 
/**
 * The hand's track.
 */
track: number, 
/**
 * Whose hand.
 */
hand: Handedness, 
/**
 * Where it is: canvas space, calibrated, smoothed; may lie outside 0..1.
 */
at: [number, number], 
/**
 * The same before smoothing, for measurements.
 */
raw: [number, number], 
/**
 * What it does.
 */
doing: Doing, 
/**
 * What it points at.
 */
target?: number, 
/**
 * How far dwelling on `target` has come, 0..1.
 */
dwell: number, 
/**
 * The stroke being drawn: its points so far, scene units; at most the last 200.
 */
stroke?: Array<[number, number, number]>, };

/**
 * A gesture that is being held.
 */
export type HoldView = { 
/**
 * The binding's id.
 */
binding: string, 
/**
 * The command's name.
 */
command: string, 
/**
 * The hand's track.
 */
track: number, 
/**
 * The objects that it will be done to; none where it is about none, or the hand is over none.
 */
ids: Array<number>, 
/**
 * Where, canvas space.
 */
at: [number, number], 
/**
 * How far it has come, 0..1.
 */
progress: number, };

/**
 * The ring menu.
 */
export type RingView = { 
/**
 * Its middle, canvas space.
 */
at: [number, number], 
/**
 * How far the middles of its items are from its own, canvas widths.
 */
radius: number, 
/**
 * Its items, clockwise from the top: kinds (`box` …), `undo`, `redo`, `shapes` or `draw`, `clear`.
 */
items: Array<string>, 
/**
 * The item that is pointed at.
 */
item?: number, 
/**
 * How far dwelling on it has come, 0..1.
 */
dwell: number, };

/**
 * The hands on the canvas, as one frame left them.
 */
export type TouchView = { 
/**
 * The frame's number.
 */
seq: number, 
/**
 * When the frame was captured, microseconds of the box's clock.
 */
captured_us: number, 
/**
 * The pointers, one a hand.
 */
pointers: Array<PointerView>, 
/**
 * Gestures that are being held for a binding, each a ring to be drawn.
 */
holds: Array<HoldView>, 
/**
 * The ring menu, while it is open.
 */
ring?: RingView, };

/**
 * How the canvas is calibrated.
 */
export type CalibrationMethod = "pointing" | "markers" | "corners";

/**
 * A calibration that is kept.
 */
export type CalibrationView = { 
/**
 * How it was made.
 */
method: CalibrationMethod, 
/**
 * When, RFC 3339 UTC.
 */
made_at: string, 
/**
 * Image space to canvas space: 3 × 3, row by row, applied to (x, y, 1).
 */
homography: [[number, number, number], [number, number, number], [number, number, number]], 
/**
 * The canvas's corners in image space: top left, top right, bottom right, bottom left.
 */
corners: [[number, number], [number, number], [number, number], [number, number]], 
/**
 * The measured error, half of the points lie below: percent of the canvas's width.
 */
error_percent?: number, };

/**
 * A coded marker as the output shows it: black cells on white.
 */
export type MarkerView = { 
/**
 * Its number in the family `tag36h11`.
 */
id: number, 
/**
 * The middle of its black square, canvas space.
 */
at: [number, number], 
/**
 * Side of its black square, in canvas widths.
 */
side: number, 
/**
 * Its cells row by row, `#` black and `.` white, the black border included.
 */
cells: Array<string>, };

/**
 * A calibration that is being made.
 */
export type Running = { 
/**
 * How.
 */
method: CalibrationMethod, 
/**
 * What to do now, for programs: `point` (at `target`), `leave` (it), `look` (the camera looks for
 * markers), `drag` (the corners), `confirm` (approve or reject).
 */
step: string, 
/**
 * What hinders now, for programs: `no_hand` (none is seen), `not_pointing` (one is, but does not
 * point), `two_hands` (only one may point), `left_early` (hold still longer), `too_near` (to an
 * earlier target's place in the picture).
 */
hint?: string, 
/**
 * Which target is shown, 0..4: top left, top right, bottom right, bottom left; the last, in the
 * middle, measures the error.
 */
target?: number, 
/**
 * Where it is, canvas space.
 */
at?: [number, number], 
/**
 * How far holding has come, 0..1.
 */
progress: number, 
/**
 * The markers to be shown.
 */
markers: Array<MarkerView>, 
/**
 * How many of them the camera has found.
 */
found: number, 
/**
 * The result that waits for `approve`: the homography, its corners and its error.
 */
result?: CalibrationView, };

/**
 * Where an output's corners are drawn.
 */
export type Keystone = { 
/**
 * The output.
 */
output: string, 
/**
 * Top left, top right, bottom right, bottom left; 0..1 of the output.
 */
corners: [[number, number], [number, number], [number, number], [number, number]], };

/**
 * The calibration now. Sent whole on every change.
 */
export type CalibrationState = { 
/**
 * The camera it is for, as its stable source.
 */
camera: string, 
/**
 * The output it is for, as its page calls itself; `main` if it says nothing.
 */
output: string, 
/**
 * The calibration in use; without one a mirror is assumed.
 */
used?: CalibrationView, 
/**
 * What is going on.
 */
running?: Running, 
/**
 * How the last attempt failed, in words, with what to do.
 */
failed?: string, 
/**
 * The same by a code, for pages in other languages.
 */
failed_as?: Refusal, 
/**
 * That, and how far, the camera has moved since: percent of the picture's width.
 */
moved_percent?: number, 
/**
 * Where each output's corners are drawn, for those that are not straight.
 */
keystones: Array<Keystone>, 
/**
 * The outputs whose pages are open now, by name, each once.
 */
outputs: Array<string>, 
/**
 * Whether outputs show a grid and the pointers, to check by (`show_grid`).
 */
grid: boolean, };

/**
 * What hands do on the canvas.
 */
export type Mode = "shapes" | "draw";

/**
 * Which hand may make a gesture.
 */
export type BoundHand = "any" | "left" | "right";

/**
 * One binding: a gesture, the conditions it must meet, and the command it gives.
 */
export type Binding = { 
/**
 * Its name among the bindings: 1 to 40 of `a-z`, `0-9`, `_` and `-`.
 */
id: string, 
/**
 * The gesture, by name; aliases are taken.
 */
gesture: string, 
/**
 * Which hand may make it.
 */
hand: BoundHand, 
/**
 * In which mode it counts; in any if not said.
 */
mode?: Mode, 
/**
 * The gesture must last this long before it counts, milliseconds, 0..10,000: beyond the
 * recogniser's own hold. A shape must be held still; carried about, it is on its way to be a
 * wave or a swipe. Gestures that are over at once take 0 only.
 */
hold_ms: number, 
/**
 * The gesture must be gone this long before it may count again, and before what lasts as long
 * as the gesture (`grab`, `draw`) ends, milliseconds, 0..10,000.
 */
release_ms: number, 
/**
 * It does not count again within this time, milliseconds, 0..60,000.
 */
cooldown_ms: number, 
/**
 * The command, as JSON: `{"command":"undo"}`. What a hand adds itself (`ids`, `position`, `at`) is left out.
 */
command: { command: string } & Record<string, unknown>, 
/**
 * Switched off, it never counts.
 */
enabled: boolean, };

/**
 * What came of a gesture.
 */
export type Why = "fired" | "dry_run" | "not_bound" | "switched_off" | "other_hand" | "other_mode" | "not_armed" | "demo_shows" | "demo_elsewhere" | "too_short" | "cooling_down" | "not_released" | "busy" | "refused";

/**
 * What belongs to a verdict, as far as it applies.
 */
export type Details = { 
/**
 * How much there was of what is measured, milliseconds: of the hold, or since the last time.
 */
had_ms?: number, 
/**
 * How much it takes, milliseconds.
 */
needs_ms?: number, 
/**
 * The hand that is meant.
 */
meant_hand?: BoundHand, 
/**
 * The mode in which it counts.
 */
meant_mode?: Mode, 
/**
 * Why it was refused, by a code; not every refusal has one.
 */
refusal?: Refusal, };

/**
 * One line of the log: a gesture, and what came of it.
 */
export type Verdict = { 
/**
 * Grows by one with every line.
 */
number: number, 
/**
 * When, RFC 3339 UTC.
 */
at: string, 
/**
 * The gesture.
 */
gesture: string, 
/**
 * Who made it: `left hand` or `right hand`.
 */
who: string, 
/**
 * The binding it is about; none where no binding has this gesture.
 */
binding?: string, 
/**
 * The command's name.
 */
command?: string, 
/**
 * What came of it.
 */
verdict: Why, 
/**
 * The same in words, with its numbers.
 */
text: string, 
/**
 * How much there was of what is measured, milliseconds: of the hold, or since the last time.
 */
had_ms?: number, 
/**
 * How much it takes, milliseconds.
 */
needs_ms?: number, 
/**
 * The hand that is meant.
 */
meant_hand?: BoundHand, 
/**
 * The mode in which it counts.
 */
meant_mode?: Mode, 
/**
 * Why it was refused, by a code; not every refusal has one.
 */
refusal?: Refusal, };

/**
 * What a client has of a scene.
 */
export type Have = { 
/**
 * Which scene.
 */
scene: number, 
/**
 * Its revision.
 */
revision: number, };

/**
 * Something that Dixi can be told to do.
 *
 * Where a command takes `ids` and none are given, it means the selection. Hands fill in what they
 * point at before they give a command, so that every command means the same from anybody.
 */
export type Command = { "command": "select_camera", 
/**
 * As in the setting `camera.source`: `auto`, `demo`, `demo:canvas`, `browser`, `v4l2:…`, `http…`, `file:…`.
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
key: string, } | { "command": "restart", } | { "command": "create", 
/**
 * What; the tray's kind if not said.
 */
form?: Form, 
/**
 * Its middle; near the middle of the stage, where there is room, if not said.
 */
position?: [number, number, number], 
/**
 * Its rotation; upright if not said.
 */
rotation?: [number, number, number, number], 
/**
 * Its size; 1.5 for solids, 1 for the rest, if not said.
 */
scale?: [number, number, number], 
/**
 * Its colour, `#rrggbb`; the tray's if not said.
 */
colour?: string, 
/**
 * What it is called; the form's name and a number if not said.
 */
label?: string, } | { "command": "move", 
/**
 * Which.
 */
ids: Array<number>, 
/**
 * How far, scene units.
 */
by: [number, number, number], } | { "command": "rotate", 
/**
 * Which.
 */
ids: Array<number>, 
/**
 * About which axis; the viewer's, if not said: positive turns counterclockwise as seen.
 */
axis: [number, number, number], 
/**
 * How far, degrees.
 */
degrees: number, } | { "command": "scale", 
/**
 * Which.
 */
ids: Array<number>, 
/**
 * How many times as large, 0.01..100.
 */
factor: number, } | { "command": "place", 
/**
 * Where each goes.
 */
transforms: Array<Transform>, } | { "command": "colour", 
/**
 * Which.
 */
ids: Array<number>, 
/**
 * `#rrggbb`.
 */
colour: string, } | { "command": "label", 
/**
 * Which.
 */
id: number, 
/**
 * The name; may be empty.
 */
label: string, } | { "command": "write", 
/**
 * Which card.
 */
id: number, 
/**
 * The words.
 */
text: string, } | { "command": "lock", 
/**
 * Which.
 */
ids: Array<number>, } | { "command": "unlock", 
/**
 * Which.
 */
ids: Array<number>, } | { "command": "group", 
/**
 * Which; at least two.
 */
ids: Array<number>, } | { "command": "ungroup", 
/**
 * Which.
 */
ids: Array<number>, } | { "command": "duplicate", 
/**
 * Which.
 */
ids: Array<number>, } | { "command": "delete", 
/**
 * Which.
 */
ids: Array<number>, } | { "command": "clear", } | { "command": "select", 
/**
 * Which; none clears the selection.
 */
ids: Array<number>, 
/**
 * Beside what is selected already.
 */
add: boolean, } | { "command": "select_all", } | { "command": "grab", 
/**
 * Which.
 */
ids: Array<number>, } | { "command": "drag", 
/**
 * Where everything held is now.
 */
transforms: Array<Transform>, } | { "command": "release", } | { "command": "let_back", } | { "command": "undo", } | { "command": "redo", } | { "command": "save", } | { "command": "revert", } | { "command": "approve", } | { "command": "reject", } | { "command": "new_scene", 
/**
 * Its name; made up if not said.
 */
name?: string, } | { "command": "open_scene", 
/**
 * Which.
 */
scene: number, } | { "command": "next", } | { "command": "previous", } | { "command": "rename_scene", 
/**
 * Which.
 */
scene: number, 
/**
 * Its name, 1 to 100 characters.
 */
name: string, } | { "command": "duplicate_scene", 
/**
 * Which.
 */
scene: number, } | { "command": "delete_scene", 
/**
 * Which.
 */
scene: number, } | { "command": "restore_scene", 
/**
 * Which; the one deleted last if not said.
 */
scene?: number, } | { "command": "take_picture", } | { "command": "set_mode", 
/**
 * Which.
 */
mode: Mode, } | { "command": "set_tray", 
/**
 * A solid: `box`, `sphere`, `cone`, `cylinder`, `torus` or `plane`.
 */
kind?: string, 
/**
 * `#rrggbb`.
 */
colour?: string, 
/**
 * Thickness of the pen, scene units, 0.01..2.
 */
pen_width?: number, } | { "command": "draw", } | { "command": "lift_pen", } | { "command": "open_ring", 
/**
 * Canvas space.
 */
at?: [number, number], } | { "command": "close_ring", } | { "command": "arm", } | { "command": "disarm", } | { "command": "ask", 
/**
 * What; if not said, the setting `chat.about_prompt` or, about nothing, `chat.look_prompt` with the
 * camera's picture. At most 2,000 characters.
 */
text?: string, 
/**
 * The object that it is about.
 */
about?: number, 
/**
 * Send the camera's clean picture of now along.
 */
frame?: boolean, } | { "command": "watch", 
/**
 * Whether.
 */
on: boolean, } | { "command": "set_binding", 
/**
 * The binding.
 */
binding: Binding, } | { "command": "remove_binding", 
/**
 * Its id.
 */
id: string, } | { "command": "reset_bindings", } | { "command": "test_binding", 
/**
 * Its id.
 */
id: string, } | { "command": "calibrate", 
/**
 * How.
 */
method: CalibrationMethod, 
/**
 * Which output, as its page calls itself; the only one there is, if not said.
 */
output?: string, } | { "command": "set_corners", 
/**
 * Top left, top right, bottom right, bottom left of the output; image space.
 */
corners: [[number, number], [number, number], [number, number], [number, number]], 
/**
 * Which output.
 */
output?: string, } | { "command": "cancel_calibration", } | { "command": "forget_calibration", 
/**
 * Which output.
 */
output?: string, } | { "command": "set_keystone", 
/**
 * Which output.
 */
output: string, 
/**
 * Top left, top right, bottom right, bottom left; 0..1 of the output.
 */
corners: [[number, number], [number, number], [number, number], [number, number]], } | { "command": "show_grid", 
/**
 * Whether.
 */
on: boolean, };

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
reason?: string, 
/**
 * The objects it made or changed.
 */
ids?: Array<number>, 
/**
 * The scene it was about, for commands about scenes.
 */
scene?: number, };

/**
 * How much somebody may do; each may what those before it may.
 */
export type Role = "viewer" | "user" | "owner";

/**
 * A part of the box that a token can be limited to.
 */
export type Scope = "canvas" | "gestures" | "camera" | "system" | "access" | "models";

/**
 * What a token is for.
 */
export type TokenKind = "api" | "kiosk";

/**
 * The answer of `GET /api/v1/session`: who the page is talking as.
 */
export type SessionState = { 
/**
 * How they came in; none: they have not.
 */
via: "none" | "open" | "session" | "token" | "kiosk", 
/**
 * What people call them.
 */
name?: string, 
/**
 * How much they may do.
 */
role?: Role, 
/**
 * Of what.
 */
scopes: Array<Scope>, 
/**
 * The account's number, if they logged in.
 */
account?: number, 
/**
 * There is no owner yet.
 */
needs_owner: boolean, 
/**
 * The SHA-256 of this box's certificate, where it answers over TLS.
 */
fingerprint?: string, };

/**
 * The body of `POST /api/v1/login`.
 */
export type Login = { 
/**
 * Who.
 */
name: string, 
/**
 * The password.
 */
password: string, };

/**
 * The body of `POST /api/v1/setup`.
 */
export type Setup = { 
/**
 * Out of the one-time link.
 */
token: string, 
/**
 * What the first owner is called.
 */
name: string, 
/**
 * Their password.
 */
password: string, };

/**
 * The body of `POST /api/v1/session/confirm`.
 */
export type Confirm = { 
/**
 * The password of whoever is logged in.
 */
password: string, };

/**
 * The body of `PUT /api/v1/password`.
 */
export type NewPassword = { 
/**
 * The one until now.
 */
before: string, 
/**
 * The one from now on.
 */
password: string, };

/**
 * The body of `POST /api/v1/kiosk`.
 */
export type KioskLink = { 
/**
 * Out of the link.
 */
token: string, };

/**
 * The body of `POST /api/v1/accounts`.
 */
export type NewPerson = { 
/**
 * What they are called.
 */
name: string, 
/**
 * How much they may do.
 */
role: Role, 
/**
 * Their first password.
 */
password: string, };

/**
 * The body of `PUT /api/v1/accounts/{id}`; what is left out stays.
 */
export type ChangePerson = { 
/**
 * How much they may do.
 */
role?: Role, 
/**
 * Another password; their sessions end.
 */
password?: string, };

/**
 * Somebody who may come in.
 */
export type PersonView = { 
/**
 * Their number.
 */
id: number, 
/**
 * What they are called.
 */
name: string, 
/**
 * `owner`, `user` or `viewer`.
 */
role: Role, 
/**
 * When they were added, RFC 3339 UTC.
 */
created_at: string, 
/**
 * When they logged in last.
 */
login_at?: string, };

/**
 * A browser that somebody has logged in with.
 */
export type SessionView = { 
/**
 * Its number.
 */
id: number, 
/**
 * Whose it is.
 */
account: number, 
/**
 * What they are called.
 */
name: string, 
/**
 * It is the one that asks.
 */
own: boolean, 
/**
 * What the browser calls itself.
 */
agent: string, 
/**
 * Where the login came from.
 */
address: string, 
/**
 * When it began.
 */
created_at: string, 
/**
 * When it was used last, to within a few minutes.
 */
used_at: string, 
/**
 * When it ends, however much it is used.
 */
expires_at: string, };

/**
 * The body of `POST /api/v1/tokens`.
 */
export type NewTokenBody = { 
/**
 * For a program or a screen.
 */
kind: TokenKind, 
/**
 * What people call it.
 */
name: string, 
/**
 * How much it may do; a screen only looks.
 */
role?: Role, 
/**
 * Of what.
 */
scopes: Array<Scope>, 
/**
 * When it ends, in days; left out: never.
 */
days?: number, 
/**
 * Only these models, `*` for anything; left out: all.
 */
models?: Array<string>, 
/**
 * Requests to models a minute, from 1; left out: no limit.
 */
requests_per_minute?: number, 
/**
 * Tokens of prompts and answers a minute, from 1; left out: no limit.
 */
tokens_per_minute?: number, };

/**
 * What `POST /api/v1/tokens` answers.
 */
export type TokenMade = { 
/**
 * Its number.
 */
id: number, 
/**
 * The token itself; never shown again.
 */
token: string, };

/**
 * A token of a program or a screen.
 */
export type TokenView = { 
/**
 * Its number.
 */
id: number, 
/**
 * `api` or `kiosk`.
 */
kind: TokenKind, 
/**
 * What people call it.
 */
name: string, 
/**
 * `owner`, `user` or `viewer`.
 */
role: Role, 
/**
 * What it is good for.
 */
scopes: Array<Scope>, 
/**
 * Who made it.
 */
made_by?: string, 
/**
 * When it was made.
 */
created_at: string, 
/**
 * When it was used last, to within a few minutes.
 */
used_at?: string, 
/**
 * When it ends.
 */
expires_at?: string, 
/**
 * Only these models.
 */
models?: Array<string>, 
/**
 * Requests to models a minute.
 */
requests_per_minute?: number, 
/**
 * Tokens of prompts and answers a minute.
 */
tokens_per_minute?: number, };

/**
 * One row: somebody did something.
 */
export type AuditRow = { 
/**
 * Its number; there are no gaps.
 */
number: number, 
/**
 * When, RFC 3339 UTC.
 */
at: string, 
/**
 * What sort of thing happened; docs/guide/audit.md lists them.
 */
kind: string, 
/**
 * Who did it; empty: nobody that is known, or the box by itself.
 */
who: string, 
/**
 * By which way: `browser`, `api`, `hand`, `console` or `box`.
 */
via: "browser" | "api" | "hand" | "console" | "box", 
/**
 * From where over the network; else empty.
 */
address: string, 
/**
 * What it was about: a setting, a command, somebody's name.
 */
subject: string, 
/**
 * More, by name.
 */
details: Record<string, boolean | number | string | string[]>, 
/**
 * Its hash, hexadecimal.
 */
hash: string, };

/**
 * The answer of `GET /api/v1/audit`.
 */
export type AuditPage = { 
/**
 * The newest first.
 */
rows: Array<AuditRow>, 
/**
 * There are more: ask with `before` and the last row's number.
 */
more: boolean, 
/**
 * What could not be written since the start.
 */
lost: number, };

/**
 * Where a chain does not hold.
 */
export type AuditBroken = { 
/**
 * The first bad row.
 */
number: number, 
/**
 * Its time, or that of the row before it where it is missing.
 */
at?: string, 
/**
 * What is wrong with it, in words.
 */
what: string, };

/**
 * The answer of `GET /api/v1/audit/verify`, and of `dixi audit verify --json`.
 */
export type AuditVerdict = { 
/**
 * The whole chain holds.
 */
whole: boolean, 
/**
 * How many rows were gone through, where it holds.
 */
rows: number, 
/**
 * When the first of them was made.
 */
since?: string, 
/**
 * The end of the chain, to be noted elsewhere: `number:hash`.
 */
head?: string, 
/**
 * Where it does not hold.
 */
broken?: AuditBroken, };
