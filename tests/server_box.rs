//! The server and the whole binary, as the world meets them: the real server on a free port, the
//! real program with its own data directory. Nothing here needs the network or a camera.

mod server_box {
    pub mod client;
    pub mod hostile;
    pub mod http;
    pub mod live;
    pub mod process;
    pub mod program;
    pub mod site;
    pub mod webcam;
}
