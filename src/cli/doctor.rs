//! `dixi doctor`: what works on this machine, what does not, and what to do about it.

use std::fmt::Write;
use std::process::ExitCode;

use super::arguments::ConfigArgs;
use crate::app::doctor::{Finding, Verdict, examine};
use crate::base::{Error, Result};

/// Say what works on this machine, what does not, and what to do about it.
#[derive(clap::Args)]
pub(super) struct Args {
    /// As JSON.
    #[arg(long)]
    json: bool,
    #[command(flatten)]
    config: ConfigArgs,
}

pub(super) fn run(args: &Args) -> Result<ExitCode> {
    let findings = examine(args.config.layers(), args.config.data_dir());
    let text = if args.json { as_json(&findings)? } else { in_words(&findings) };
    super::print(&text)?;
    let broken = findings.iter().any(|f| f.verdict == Verdict::Error);
    Ok(if broken { ExitCode::FAILURE } else { ExitCode::SUCCESS })
}

fn as_json(findings: &[Finding]) -> Result<String> {
    let text = serde_json::to_string_pretty(findings);
    text.map(|t| t + "\n").map_err(|e| Error::internal("the findings are no JSON").source(e))
}

fn in_words(findings: &[Finding]) -> String {
    let mut text = String::new();
    for f in findings {
        let word = match f.verdict {
            Verdict::Ok => "ok   ",
            Verdict::Warn => "warn ",
            Verdict::Error => "ERROR",
        };
        // Writing to a string cannot fail.
        let _ = writeln!(text, "{word} {:<14} {}", f.part, f.what);
        if let Some(next) = &f.next {
            let _ = writeln!(text, "{:21}next: {next}", "");
        }
    }
    text
}
