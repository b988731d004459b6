//! The routes of the ledger: who used which model, in pages, in sums, and all of it as a file. For owners.

use std::sync::Arc;

use axum::Json;
use axum::body::{Body, Bytes};
use axum::extract::rejection::QueryRejection;
use axum::extract::{Query, State};
use axum::http::header;
use axum::response::{IntoResponse, Response};
use http_body_util::BodyExt;
use http_body_util::channel::Channel;
use jiff::Timestamp;
use serde::Deserialize;

use super::blocking;
use crate::assistant::ledger::{Ledger, UsageRow, UsageSum, Wanted, stamp};
use crate::base::{Error, Result};
use crate::server::App;
use crate::server::wire::UsagePage;

/// Rows of a page, if nobody says otherwise, and at most.
const PAGE: u32 = 100;
const PAGE_MAX: u32 = 500;
/// Rows of a file that are read at once.
const PIECE: u32 = 1_000;

/// Which requests are asked for.
#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
pub(in crate::server) struct Asked {
    who: Option<String>,
    model: Option<String>,
    since: Option<Timestamp>,
    until: Option<Timestamp>,
    before: Option<i64>,
    limit: Option<u16>,
    format: Option<Format>,
}

/// How a file is written.
#[derive(Clone, Copy, Deserialize, utoipa::ToSchema)]
#[serde(rename_all = "snake_case")]
pub(in crate::server) enum Format {
    /// A table.
    Csv,
    /// One object a line.
    Json,
}

impl Asked {
    fn wanted(self, most: u32) -> Wanted {
        let some = |text: Option<String>| text.filter(|t| !t.is_empty());
        Wanted {
            who: some(self.who),
            model: some(self.model),
            since: self.since.map(stamp),
            until: self.until.map(stamp),
            before: self.before,
            most,
        }
    }
}

type Query_ = Result<Query<Asked>, QueryRejection>;

fn understood(asked: Query_) -> Result<Asked> {
    asked.map(|Query(asked)| asked).map_err(|e| {
        Error::invalid("this question is not understood")
            .why(e.body_text())
            .next("docs/reference/api.md says what it takes")
    })
}

fn ledger(site: &App) -> Result<Arc<Ledger>> {
    site.parts.ollama.ledger().map(Arc::clone).ok_or_else(|| {
        Error::unavailable("it is not kept who used what")
            .why("the database cannot be used")
            .next("see `/api/health/ready` for what is wrong with it")
    })
}

/// Who used which model, the newest first, a page at a time.
#[utoipa::path(
    get, path = "/api/v1/usage", tag = "Ollama",
    params(
        ("who" = Option<String>, Query, description = "Only of whoever has this in their name."),
        ("model" = Option<String>, Query, description = "Only of models with this in their name."),
        ("since" = Option<Timestamp>, Query, description = "Only from then on."),
        ("until" = Option<Timestamp>, Query, description = "Only until then."),
        ("before" = Option<i64>, Query, description = "Only rows with a smaller number."),
        ("limit" = Option<u16>, Query, description = "How many: 100 if not said, 500 at most."),
    ),
    responses((status = 200, description = "The rows.", body = UsagePage)),
)]
pub(in crate::server) async fn usage(State(site): State<App>, asked: Query_) -> Response {
    let read = async {
        let (asked, ledger) = (understood(asked)?, ledger(&site)?);
        let most = asked.limit.map_or(PAGE, u32::from).clamp(1, PAGE_MAX);
        // One more tells whether there are more.
        let wanted = asked.wanted(most + 1);
        blocking(move || {
            let mut rows = ledger.page(&wanted)?;
            let more = rows.len() > most as usize;
            rows.truncate(most as usize);
            Ok(UsagePage { rows, more, lost: ledger.lost() })
        })
        .await
    };
    read.await.map(Json).into_response()
}

/// Who used how much of which model, the most tokens first.
#[utoipa::path(
    get, path = "/api/v1/usage/sums", tag = "Ollama",
    params(
        ("who" = Option<String>, Query, description = "Only of whoever has this in their name."),
        ("model" = Option<String>, Query, description = "Only of models with this in their name."),
        ("since" = Option<Timestamp>, Query, description = "Only from then on."),
        ("until" = Option<Timestamp>, Query, description = "Only until then."),
    ),
    responses((status = 200, description = "The sums, 1,000 at most.", body = Vec<UsageSum>)),
)]
pub(in crate::server) async fn usage_sums(State(site): State<App>, asked: Query_) -> Response {
    let read = async {
        let (wanted, ledger) = (understood(asked)?.wanted(0), ledger(&site)?);
        blocking(move || ledger.sums(&wanted)).await
    };
    read.await.map(Json).into_response()
}

/// All of it as a file, the newest first.
#[utoipa::path(
    get, path = "/api/v1/usage/export", tag = "Ollama",
    params(
        ("format" = inline(Option<Format>), Query, description = "`csv`, if not said, or `json`: one object a line."),
        ("who" = Option<String>, Query, description = "Only of whoever has this in their name."),
        ("model" = Option<String>, Query, description = "Only of models with this in their name."),
        ("since" = Option<Timestamp>, Query, description = "Only from then on."),
        ("until" = Option<Timestamp>, Query, description = "Only until then."),
    ),
    responses((status = 200, description = "The file.", content(
        (String = "text/csv"), (String = "application/x-ndjson"),
    ))),
)]
pub(in crate::server) async fn usage_export(State(site): State<App>, asked: Query_) -> Response {
    let (asked, ledger) = match understood(asked).and_then(|a| Ok((a, ledger(&site)?))) {
        Ok(both) => both,
        Err(e) => return e.into_response(),
    };
    let format = asked.format.unwrap_or(Format::Csv);
    let (mime, name) = match format {
        Format::Csv => ("text/csv; charset=utf-8", "attachment; filename=\"dixi-usage.csv\""),
        Format::Json => ("application/x-ndjson", "attachment; filename=\"dixi-usage.json\""),
    };
    let wanted = asked.wanted(PIECE);
    let (pieces, body) = Channel::<Bytes, Error>::new(1);
    tokio::spawn(write(ledger, wanted, format, pieces));
    let headers = [(header::CONTENT_TYPE, mime), (header::CONTENT_DISPOSITION, name)];
    // Whoever packs it asks again after its end, which the channel alone does not bear.
    (headers, Body::new(body.fuse())).into_response()
}

/// Sends the file in pieces, as fast as whoever takes it.
async fn write(
    ledger: Arc<Ledger>,
    mut wanted: Wanted,
    format: Format,
    mut pieces: http_body_util::channel::Sender<Bytes, Error>,
) {
    let mut text = match format {
        Format::Csv => COLUMNS.to_owned(),
        Format::Json => String::new(),
    };
    loop {
        let (ledger, of) = (Arc::clone(&ledger), wanted.clone());
        let rows = match blocking(move || ledger.page(&of)).await {
            Ok(rows) => rows,
            Err(e) => return pieces.abort(e),
        };
        rows.iter().for_each(|row| line(row, format, &mut text));
        let sent =
            text.is_empty() || pieces.send_data(std::mem::take(&mut text).into()).await.is_ok();
        match rows.last() {
            Some(last) if sent && rows.len() == PIECE as usize => wanted.before = Some(last.number),
            _ => return,
        }
    }
}

const COLUMNS: &str = "number,at,who,token,model,route,prompt_tokens,answer_tokens,exact,seconds,first_token_s,status,outcome\r\n";

fn line(row: &UsageRow, format: Format, text: &mut String) {
    use std::fmt::Write;
    fn some<T: ToString>(value: Option<T>) -> String {
        value.map(|v| v.to_string()).unwrap_or_default()
    }
    // Writing to a string cannot fail.
    let _ = match format {
        Format::Json => writeln!(text, "{}", serde_json::to_string(row).unwrap_or_default()),
        Format::Csv => write!(
            text,
            "{},{},{},{},{},{},{},{},{},{:.3},{},{},{}\r\n",
            row.number,
            row.at,
            quoted(&row.who),
            some(row.token),
            quoted(&row.model),
            row.route,
            some(row.prompt_tokens),
            some(row.answer_tokens),
            row.exact,
            row.seconds,
            row.first_token_s.map(|s| format!("{s:.3}")).unwrap_or_default(),
            some(row.status),
            row.outcome.name(),
        ),
    };
}

/// A text as a table's cell: never one that a spreadsheet would take for a formula.
fn quoted(text: &str) -> String {
    let formula = text.starts_with(['=', '+', '-', '@', '\t', '\r']);
    format!("\"{}{}\"", if formula { "'" } else { "" }, text.replace('"', "\"\""))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_name_is_a_cell_and_no_formula() {
        assert_eq!(quoted("Anna \"A\", B"), "\"Anna \"\"A\"\", B\"");
        assert_eq!(quoted("=1+1"), "\"'=1+1\"");
    }
}
