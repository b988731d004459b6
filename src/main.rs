//! The `dixi` binary: hands the command line to [`dixi::cli`] and turns its outcome into an exit code.

use std::process::ExitCode;

fn main() -> ExitCode {
    dixi::cli::main()
}
