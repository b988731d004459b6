//! `dixi audit`: who did what, and whether the record is whole.

use std::process::ExitCode;

use clap::Subcommand;
use jiff::Timestamp;

use super::arguments::ConfigArgs;
use crate::base::{Error, Kind, Result};
use crate::operate::audit::{Head, page_in, stamp, verify_in};
use crate::server::wire::{AuditRow, AuditVerdict};
use crate::store::audit::Wanted;

/// Read the record of who did what, or check that nobody has changed it. Dixi may go on working meanwhile.
#[derive(clap::Args)]
pub(super) struct Args {
    #[command(subcommand)]
    what: What,
    #[command(flatten)]
    config: ConfigArgs,
}

#[derive(Subcommand)]
enum What {
    /// Go through the whole chain; names the first bad row.
    Verify {
        /// An end of the chain that was noted before, as `number:hash`: it must still be there.
        #[arg(long, value_name = "NUMBER:HASH")]
        head: Option<Head>,
        /// As JSON, for programs.
        #[arg(long)]
        json: bool,
    },
    /// List the rows, the oldest first.
    List {
        /// Not older than this: `2h`, `7d`, `2026-11-21` or an RFC 3339 time.
        #[arg(long, value_name = "TIME", value_parser = moment)]
        since: Option<Timestamp>,
        /// Of these kinds only, as in `login,login_refused`.
        #[arg(long, value_name = "KINDS", value_delimiter = ',')]
        kind: Vec<String>,
        /// By somebody whose name holds this.
        #[arg(long, value_name = "NAME")]
        who: Option<String>,
        /// The newest of them only, at most so many.
        #[arg(long, value_name = "ROWS", default_value_t = 1_000)]
        limit: u32,
        /// As JSON, one row a line.
        #[arg(long)]
        json: bool,
    },
}

pub(super) fn run(args: &Args) -> Result<ExitCode> {
    let dir = args.config.data_dir()?.path;
    match &args.what {
        What::Verify { head, json } => {
            let verdict = AuditVerdict::from(verify_in(&dir, head.as_ref())?);
            if *json {
                super::print(&format!("{}\n", line(&verdict)?))?;
                return Ok(if verdict.whole { ExitCode::SUCCESS } else { ExitCode::from(2) });
            }
            told(&verdict)
        }
        What::List { since, kind, who, limit, json } => {
            let wanted = Wanted {
                kinds: kind.clone(),
                who: who.clone(),
                since: since.map(stamp),
                most: *limit,
                ..Wanted::default()
            };
            let mut text = String::new();
            for row in page_in(&dir, &wanted)?.into_iter().rev().map(AuditRow::from) {
                text += &if *json { line(&row)? } else { in_words(&row) };
                text.push('\n');
            }
            super::print(&text)?;
            Ok(ExitCode::SUCCESS)
        }
    }
}

fn told(verdict: &AuditVerdict) -> Result<ExitCode> {
    if let Some(broken) = &verdict.broken {
        let at = broken.at.as_ref().map(|at| format!(" ({at})")).unwrap_or_default();
        let what = format!("the audit log does not hold at row {}{at}", broken.number);
        return Err(Error::invalid(what)
            .why(broken.what.clone())
            .next("keep a copy of the database, and compare with a backup; docs/guide/audit.md"));
    }
    let head = verdict.head.clone().unwrap_or_default();
    let since = verdict.since.as_ref().map(|at| format!(" since {at}")).unwrap_or_default();
    super::print(&format!(
        "the audit log is whole: {} rows{since}\nit ends at {head}\n",
        verdict.rows
    ))?;
    Ok(ExitCode::SUCCESS)
}

fn line(it: &impl serde::Serialize) -> Result<String> {
    serde_json::to_string(it).map_err(|e| Error::internal("that is no JSON").source(e))
}

/// One row in one line. What others gave is shown without characters that a terminal acts upon.
fn in_words(row: &AuditRow) -> String {
    let AuditRow { number, at, kind, who, via, address, subject, details, .. } = row;
    let who = if who.is_empty() { "-" } else { who };
    let mut text = format!("{number:>7}  {at}  {kind:<16} {who}  [{via}");
    if !address.is_empty() {
        text += &format!(" {address}");
    }
    text.push(']');
    if !subject.is_empty() {
        text += &format!("  {subject}");
    }
    if details.as_object().is_some_and(|d| !d.is_empty()) {
        text += &format!("  {details}");
    }
    text.chars().filter(|c| !c.is_control()).collect()
}

/// A moment, or how long ago it was.
fn moment(text: &str) -> Result<Timestamp> {
    let text = text.trim();
    if let Ok(at) = text.parse::<Timestamp>() {
        return Ok(at);
    }
    if let Ok(day) = text.parse::<jiff::civil::Date>()
        && let Ok(at) = day.to_zoned(jiff::tz::TimeZone::system())
    {
        return Ok(at.timestamp());
    }
    let ago = text.parse::<jiff::Span>().ok().and_then(|span| {
        let now = Timestamp::now().to_zoned(jiff::tz::TimeZone::UTC);
        now.checked_sub(span.abs()).ok()
    });
    ago.map(|at| at.timestamp()).ok_or_else(|| {
        Error::new(Kind::Invalid, "that is no time")
            .next("write `2h`, `7d`, `2026-11-21`, or an RFC 3339 time")
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_moment_is_told_in_several_ways() {
        let hour = Timestamp::now().duration_since(moment("1h").unwrap()).as_secs();
        assert!((3590..=3600).contains(&hour), "{hour}");
        let week = Timestamp::now().duration_since(moment("7d").unwrap()).as_secs();
        assert!((604_790..=604_800).contains(&week), "{week}");
        assert_eq!(moment("2026-11-21T10:00:00Z").unwrap().to_string(), "2026-11-21T10:00:00Z");
        assert!(moment("2026-11-21").is_ok());
        assert!(moment("yesterday-ish").is_err());
    }
}
