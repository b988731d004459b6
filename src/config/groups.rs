//! The settings themselves.

use super::declare::{Kind, settings};
use crate::base::Secret;

const fn float(min: f64, max: f64) -> Kind {
    Kind::Float { min, max }
}
const fn int(min: u32, max: u32) -> Kind {
    Kind::Int { min: min as f64, max: max as f64 }
}
const fn text(max_chars: usize) -> Kind {
    Kind::Text { max_chars }
}

settings! {
    /// Where pictures come from.
    camera: CameraSettings {
        /// Which camera: `auto` (the first that is there, else the demo hand), `demo` (every gesture,
        /// does nothing on the canvas), `demo:canvas` (plays there, in a scene of its own), `browser`,
        /// `v4l2:<id>` (see `dixi doctor` or the camera picker), an `http(s)://` MJPEG address, or
        /// `file:<path>` of an MJPEG or picture file or a folder.
        source: String = "auto", text(2048);
        /// Picture width to ask a V4L2 camera for, pixels.
        width_px: u32 = 640_u32, int(160, 3840);
        /// Picture height to ask a V4L2 camera for, pixels.
        height_px: u32 = 480_u32, int(120, 2160);
        /// Frame rate to ask a V4L2 camera for, and to play a file at, frames per second.
        rate_fps: u32 = 30_u32, int(1, 120);
        /// Play a file at its own rate (true) or as fast as it goes (false).
        file_paced: bool = true, Kind::Bool;
        /// The camera is paused: no picture is taken.
        paused: bool = false, Kind::Bool;
        /// When the camera may look, in this machine's time, as OpenStreetMap writes opening hours:
        /// `Mo-Fr 08:00-18:00; Sa 10:00-14:00`. Outside of them it is closed, until somebody has it go on.
        /// Empty: always.
        hours: String = "", text(200);
        /// A source that gives no frame for this long is opened again, milliseconds.
        stall_ms: u32 = 2_000_u32, int(500, 60_000);
        /// The first wait before opening a failed source again, milliseconds; doubles each time.
        backoff_min_ms: u32 = 1_000_u32, int(100, 60_000);
        /// The longest wait before opening a failed source again, milliseconds.
        backoff_max_ms: u32 = 4_000_u32, int(1_000, 600_000);
    }
    /// Finding hands. Names, defaults and meaning are MediaPipe's where it has the option.
    vision: VisionSettings {
        /// The models: `full` is more exact, `lite` is faster (MediaPipe's `model_complexity` 1 and 0).
        model: String = "full", Kind::Choice(&["full", "lite"]);
        /// Where the networks run: the GPU, the CPU, or the GPU if there is one.
        device: String = "auto", Kind::Choice(&["auto", "cpu", "cuda"]), restart;
        /// The most hands followed at once.
        num_hands: u32 = 2_u32, int(1, 4);
        /// Least palm score for a hand to be found, 0..1.
        min_hand_detection_confidence: f32 = 0.5_f32, float(0.0, 1.0);
        /// Least presence score for a hand to be kept, 0..1.
        min_hand_presence_confidence: f32 = 0.5_f32, float(0.0, 1.0);
        /// Overlap (IoU) above which a found palm and a followed hand are the same, 0..1.
        min_tracking_confidence: f32 = 0.5_f32, float(0.0, 1.0);
        /// With a hand followed and a place free, look for another one this often, milliseconds.
        /// 0 looks on every frame, as MediaPipe does.
        search_interval_ms: u32 = 200_u32, int(0, 10_000);
    }
    /// From hands to gestures.
    gesture: GestureSettings {
        /// A shape must last this long to start, milliseconds.
        hold_ms: u32 = 120_u32, int(0, 5_000);
        /// A gesture must be gone this long to end, milliseconds.
        release_ms: u32 = 150_u32, int(0, 5_000);
        /// The same motion does not start again within this time, milliseconds.
        cooldown_ms: u32 = 600_u32, int(0, 10_000);
        /// The same shape does not start again within this time after its end, milliseconds.
        shape_cooldown_ms: u32 = 100_u32, int(0, 10_000);
        /// A motion that is over at once (a swipe, a clap) is shown as going on this long, milliseconds.
        linger_ms: u32 = 300_u32, int(0, 5_000);
        /// A hand may vanish this long without ending what it does, milliseconds.
        grace_ms: u32 = 300_u32, int(0, 2_000);
        /// Shapes are averaged over about this time against flicker, milliseconds. 0 takes each frame as it is.
        shape_smooth_ms: u32 = 40_u32, int(0, 1_000);
        /// Confidence from which a shape is named, 0..1.
        enter_confidence: f32 = 0.55_f32, float(0.05, 0.99);
        /// Confidence below which a named shape is given up, 0..1; lower than `enter_confidence`.
        keep_confidence: f32 = 0.4_f32, float(0.01, 0.99);
        /// A finger is out when its tip is this many times as far from the wrist as its middle joint.
        finger_out_ratio: f32 = 1.15_f32, float(0.9, 1.4);
        /// The thumb is out from this much on; folded in is about -1, well out above 1.
        thumb_out: f32 = 0.5_f32, float(-0.5, 2.0);
        /// In an open palm thumb tip and index tip are at least this far apart, hand sizes.
        thumb_web_ratio: f32 = 0.63_f32, float(0.3, 1.5);
        /// Thumb and index pinch when their tips are this near, hand sizes.
        pinch_on_ratio: f32 = 0.3_f32, float(0.1, 0.6);
        /// A pinch ends when the tips are this far apart, hand sizes; more than `pinch_on_ratio`.
        pinch_off_ratio: f32 = 0.42_f32, float(0.15, 1.0);
        /// Least angle between index and middle for victory, degrees.
        victory_spread_deg: f32 = 8_f32, float(0.0, 40.0);
        /// The index points up within this angle of the vertical, degrees.
        pointing_up_within_deg: f32 = 45_f32, float(10.0, 85.0);
        /// The thumb is up or down within this angle of the vertical, degrees.
        thumb_within_deg: f32 = 50_f32, float(10.0, 85.0);
        /// How much a resting pointer is smoothed: the one-euro filter's least cut-off, hertz. Lower is calmer.
        pointer_cutoff_hz: f32 = 1.2_f32, float(0.05, 30.0);
        /// How much less a moving pointer is smoothed: hertz for each hand size a second.
        pointer_beta: f32 = 1_f32, float(0.0, 20.0);
        /// How quickly the pointer's speed is measured: the filter's cut-off for the speed, hertz.
        pointer_speed_cutoff_hz: f32 = 2_f32, float(0.05, 30.0);
        /// A swipe goes at least this far, hand sizes (wrist to knuckles).
        swipe_distance_ratio: f32 = 1.5_f32, float(0.5, 10.0);
        /// A swipe is at least this fast at its fastest, hand sizes a second.
        swipe_speed_ratio_per_s: f32 = 5.5_f32, float(1.0, 50.0);
        /// A swipe takes at most this long, milliseconds.
        swipe_max_ms: u32 = 700_u32, int(100, 2_000);
        /// A swipe goes within this angle of the horizontal or the vertical, degrees.
        swipe_within_deg: f32 = 30_f32, float(5.0, 44.0);
        /// After a swipe the hand rests this long before it counts, milliseconds.
        swipe_settle_ms: u32 = 120_u32, int(0, 1_000);
        /// For this long after a swipe the way back is none, milliseconds.
        swipe_return_ms: u32 = 700_u32, int(0, 5_000);
        /// Each stroke of a wave is at least this wide at the fingertips, hand sizes.
        wave_amplitude_ratio: f32 = 0.5_f32, float(0.1, 5.0);
        /// A hand waves when it has turned round this often.
        wave_turns: u32 = 3_u32, int(2, 10);
        /// Each stroke of a wave takes at most this long, milliseconds.
        wave_stroke_max_ms: u32 = 750_u32, int(100, 2_000);
        /// A circle's radius is at least this, hand sizes.
        circle_radius_ratio: f32 = 0.35_f32, float(0.1, 5.0);
        /// A circle is one from this much of a turn on, degrees.
        circle_turn_deg: f32 = 330_f32, float(180.0, 720.0);
        /// One turn of a circle takes at most this long, milliseconds.
        circle_max_ms: u32 = 2_000_u32, int(300, 2_300);
        /// From the first to the second touch of a double pinch at most this long, milliseconds.
        double_pinch_max_ms: u32 = 900_u32, int(200, 3_000);
        /// An open hand closes, or a fist opens, within this time, milliseconds.
        grab_max_ms: u32 = 700_u32, int(100, 3_000);
        /// Two pinching hands zoom when their distance has grown or shrunk this many times.
        zoom_ratio: f32 = 1.25_f32, float(1.05, 3.0);
        /// Two pinching hands rotate when the line between them has turned this far, degrees.
        rotate_deg: f32 = 20_f32, float(5.0, 90.0);
        /// Hands that clap come at least this near, palm to palm, hand sizes.
        clap_gap_ratio: f32 = 1.6_f32, float(0.3, 4.0);
        /// Hands that clap close in at least this fast, hand sizes a second.
        clap_speed_ratio_per_s: f32 = 5_f32, float(1.0, 50.0);
        /// Hands that stretch get at least this much further apart, hand sizes.
        stretch_gain_ratio: f32 = 2.8_f32, float(0.5, 10.0);
        /// A stretch takes at most this long, milliseconds.
        stretch_max_ms: u32 = 1_500_u32, int(200, 2_000);
    }
    /// The canvas, and what hands do on it.
    canvas: CanvasSettings {
        /// Hands do nothing until somebody arms them, by the page or by a gesture bound to `arm`.
        arming: bool = false, Kind::Bool;
        /// Armed hands are disarmed when none was seen for this long, seconds. 0 leaves them armed.
        disarm_after_s: u32 = 30_u32, int(0, 3_600);
        /// Gestures only say what they would do.
        dry_run: bool = false, Kind::Bool;
        /// A pointer resting on an object this long selects it, milliseconds. 0 never does.
        dwell_ms: u32 = 900_u32, int(0, 5_000);
        /// A pointer reaches objects that it misses by at most this, in canvas widths.
        reach_ratio: f32 = 0.04_f32, float(0.0, 0.3);
        /// Things that are put down snap to a grid of this, scene units (the stage is 16 wide): places to
        /// its points, what was made larger or smaller to quarters of it, what was turned to steps of 15°.
        /// 0 lets them lie.
        snap_units: f32 = 0_f32, float(0.0, 2.0);
        /// How much a resting pointer is smoothed on the canvas: the one-euro filter's least cut-off, hertz. Lower is calmer.
        pointer_cutoff_hz: f32 = 1_f32, float(0.05, 30.0);
        /// How much less a moving pointer is smoothed: hertz for each canvas width a second.
        pointer_beta: f32 = 12_f32, float(0.0, 200.0);
        /// Moving the hand nearer or further while it holds something moves that in depth, by this
        /// many scene units for twice the size in the picture. 0 keeps the depth.
        depth_units: f32 = 6_f32, float(0.0, 30.0);
        /// A step's history is kept for this many steps a scene.
        undo_steps: u32 = 500_u32, int(10, 10_000);
    }
    /// The live view.
    view: ViewSettings {
        /// Show the picture as in a mirror. Data is never mirrored.
        mirrored: bool = true, Kind::Bool;
        /// JPEG quality of the live picture where Dixi makes the JPEG itself, percent.
        jpeg_quality_percent: u32 = 80_u32, int(20, 95);
        /// The most viewers of the live picture at once.
        max_viewers: u32 = 32_u32, int(1, 256);
    }
    /// The door.
    server: ServerSettings {
        /// Address and port to listen on. Port 0 takes a free one.
        listen: String = "127.0.0.1:3001", text(64), restart;
        /// Further host names under which this box may be reached, comma-separated.
        allowed_hosts: String = "", text(1024), restart;
        /// Allow an address that other machines can reach. They come in by TLS and a login only.
        allow_lan: bool = false, Kind::Bool, restart;
        /// Your own certificate for TLS: a PEM file, with those that lead to its root. Without one
        /// Dixi makes its own where other machines can reach it.
        tls_cert: String = "", text(1024), restart;
        /// The private key of that certificate: a PEM file.
        tls_key: String = "", text(1024), restart;
        /// Let whoever is at this very machine do everything without a login. Holds for loopback
        /// addresses only, and not behind a proxy.
        open_loopback: bool = false, Kind::Bool, restart;
        /// Where somebody can write who finds a weakness in this box: an e-mail address, or an
        /// `https://` page. Shown to whoever can reach it, at `/.well-known/security.txt`.
        security_contact: String = "", text(200);
    }
    /// Who this box is to the people who use it.
    ui: UiSettings {
        /// What this box is called. Shown at the top of its pages and in the window's title.
        box_name: String = "", text(60);
        /// Who looks after this box, so that others know whom to ask.
        owner_name: String = "", text(60);
        /// Somebody went through the welcome or skipped it. Off, it is shown again.
        welcomed: bool = false, Kind::Bool;
    }
    /// Ollama, the program that will answer questions.
    ollama: OllamaSettings {
        /// Where Ollama answers: an `http` or `https` address, or several of them, comma-separated.
        url: String = "http://127.0.0.1:11434", text(2048);
        /// Address and port where programs on the network find Ollama through this box, as if it were Ollama
        /// itself, as in `127.0.0.1:11435`. They come in with a token. Empty listens nowhere; under
        /// `/ollama/` it is always there.
        listen: String = "", text(64), restart;
        /// Registries besides Ollama's own whose models may be used and pulled, comma-separated, as in `hf.co`.
        registries: String = "", text(500);
        /// The folder in which Ollama keeps its models, where it runs on this machine: before one is fetched Dixi
        /// looks whether the disk is large enough. Empty looks where Ollama has it by itself.
        models_folder: String = "", text(1024);
        /// Who used which model is known for this long, days.
        usage_keep_days: u32 = 90_u32, int(1, 3_650);
        /// The most requests that this is known of; the oldest go first. 100,000 take about 20 MB.
        usage_max_rows: u32 = 100_000_u32, int(1_000, 1_000_000);
    }
    /// Talking with a model.
    chat: ChatSettings {
        /// The model for questions that hands ask, and for conversations that name none. Empty: the first
        /// that can do it.
        model: String = "", text(200);
        /// What is asked about a thing that somebody points at.
        about_prompt: String = "What can you tell me about this?", text(1_000);
        /// What is asked about nothing in particular: the camera's picture goes along.
        look_prompt: String = "What do you see?", text(1_000);
    }
    /// Having a model look at what the camera sees, again and again. Whoever is before the camera is told by
    /// a sign on every page.
    watch: WatchSettings {
        /// Look again and again. What it sees is told in the conversation "Watching", to everybody who may chat.
        enabled: bool = false, Kind::Bool;
        /// How often, seconds.
        every_s: u32 = 60_u32, int(5, 3_600);
        /// Look only where the picture has changed clearly since the last look.
        on_change: bool = false, Kind::Bool;
        /// What is a clear change: the mean difference of the pictures, percent of the brightness.
        change_percent: f32 = 4_f32, float(0.2, 50.0);
        /// The most looks an hour.
        per_hour: u32 = 30_u32, int(1, 720);
        /// What the model is asked each time.
        prompt: String = "What do you see? Answer in one or two sentences.", text(1_000);
        /// The model. Empty: the first that takes pictures.
        model: String = "", text(200);
    }
    /// Copies of everything that Dixi keeps, to go back to.
    backup: BackupSettings {
        /// Make a backup every hour; 24 hourly, 7 daily, 4 weekly and 12 monthly ones are kept.
        enabled: bool = true, Kind::Bool;
        /// The folder for backups; empty is `backups` beside the database. Another disk is better.
        folder: String = "", text(1024), restart;
        /// Seals the keys in backups: secret settings and the key of Dixi's own certificate. Without it they
        /// are in no backup. Write it down: nobody can open them without.
        passphrase: Secret = "", text(512), secret;
        /// An S3-compatible store that all backups are sent to as well: its `http` or `https` address. Empty
        /// sends nothing.
        s3_endpoint: String = "", text(500);
        /// The bucket there.
        s3_bucket: String = "", text(100);
        /// The store's region. Many that are not Amazon's take any.
        s3_region: String = "us-east-1", text(60);
        /// The folder in the bucket, one for each box. Empty is none.
        s3_folder: String = "", text(200);
        /// Who Dixi is there: the access key's name.
        s3_access_key: String = "", text(200);
        /// The access key's secret.
        s3_secret_key: Secret = "", text(200), secret;
    }
    /// The record of who did what.
    audit: AuditSettings {
        /// Entries that are older than this are let go of, days.
        keep_days: u32 = 400_u32, int(7, 3_650);
        /// The most entries that are kept; the oldest go first. 100,000 take about 40 MB.
        max_rows: u32 = 100_000_u32, int(1_000, 1_000_000);
    }
    /// Telling somebody that this box is not well. Nothing leaves the box unless an address is set here.
    alert: AlertSettings {
        /// Webhook: an `http` or `https` address that is sent each alert as JSON. Empty sends nothing.
        webhook_url: Secret = "", text(2048), secret;
        /// The key that signs what the webhook is sent (HMAC-SHA256), so that the receiver knows that it
        /// comes from this box: `whsec_` with base64, or any text. Empty signs nothing.
        webhook_key: Secret = "", text(512), secret;
        /// ntfy: the address of a topic, as in `https://ntfy.sh/your-topic`. Empty sends nothing.
        ntfy_url: Secret = "", text(2048), secret;
        /// An access token of that ntfy server, where the topic asks for one.
        ntfy_token: Secret = "", text(512), secret;
    }
    /// Following requests and other work with a collector of traces of your own, by OpenTelemetry. Nothing
    /// leaves the box unless an address is set here.
    trace: TraceSettings {
        /// Where traces go, as OTLP over HTTP: an `http` or `https` address such as `http://127.0.0.1:4318`;
        /// `/v1/traces` is added where it names no path. Empty sends nothing.
        endpoint: String = "", text(500), restart;
        /// Of how many requests and other works the whole way is sent, percent.
        sample_percent: f32 = 100_f32, float(0.0, 100.0), restart;
    }
    /// What Dixi tells about its work.
    log: LogSettings {
        /// How much: `error`, `warn`, `info`, `debug`, `trace`, or by part, as in `info,dixi::camera=debug`.
        level: String = "info", text(256);
        /// How it is written: `text` for people, `json` for programs.
        format: String = "text", Kind::Choice(&["text", "json"]), restart;
        /// Log files in `logs` in the data directory, five of 5 MB at most: `auto` writes them unless
        /// systemd's journal takes the log.
        files: String = "auto", Kind::Choice(&["auto", "always", "never"]), restart;
    }
}
