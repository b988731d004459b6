//! Who used which model: one row a request that went through to Ollama. Added in batches, read in pages
//! and as sums, cut at the old end. No question and no answer is kept.

use rusqlite::Row;
use serde::Serialize;

use super::Store;
use crate::base::Result;

pub use super::audit::{Keep, stamp};

const READ: &str = "cannot read who used what";
const WRITE: &str = "cannot keep who used what";

/// The most rows that one transaction cuts: others want to write, too.
const CUT_AT_ONCE: u32 = 5_000;
/// The most sums that are told.
const SUMS: u32 = 1_000;

/// How a request ended.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, ts_rs::TS, utoipa::ToSchema)]
#[serde(rename_all = "snake_case")]
pub enum UsageOutcome {
    /// It was answered to the end.
    Done,
    /// Whoever asked went away.
    Stopped,
    /// Ollama refused it, broke off or told of an error.
    Failed,
}

impl UsageOutcome {
    /// As it is kept and counted.
    pub const fn name(self) -> &'static str {
        match self {
            Self::Done => "done",
            Self::Stopped => "stopped",
            Self::Failed => "failed",
        }
    }

    fn named(name: &str) -> Self {
        match name {
            "done" => Self::Done,
            "stopped" => Self::Stopped,
            _ => Self::Failed,
        }
    }
}

/// A request that went through to Ollama.
#[derive(Clone, Debug, PartialEq, Serialize, ts_rs::TS, utoipa::ToSchema)]
pub struct UsageRow {
    /// Its number; 0 before it is kept.
    pub number: i64,
    /// When it began, RFC 3339 UTC.
    pub at: String,
    /// Who asked.
    pub who: String,
    /// The token's number, if a program came with one.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[ts(optional)]
    pub token: Option<i64>,
    /// Which model.
    pub model: String,
    /// Which of Ollama's routes.
    pub route: String,
    /// Tokens of the prompt.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[ts(optional)]
    pub prompt_tokens: Option<u64>,
    /// Tokens of the answer.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[ts(optional)]
    pub answer_tokens: Option<u64>,
    /// Whether Ollama said so itself; else the pieces of the answer were counted.
    pub exact: bool,
    /// How long it took, seconds.
    pub seconds: f64,
    /// Until the first piece of a streamed answer, seconds.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[ts(optional)]
    pub first_token_s: Option<f64>,
    /// The HTTP status that Ollama answered with.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[ts(optional)]
    pub status: Option<u16>,
    /// How it ended.
    pub outcome: UsageOutcome,
}

/// What somebody used of one model.
#[derive(Clone, Debug, PartialEq, Serialize, ts_rs::TS, utoipa::ToSchema)]
pub struct UsageSum {
    /// Who asked.
    pub who: String,
    /// Which model.
    pub model: String,
    /// Requests.
    pub requests: u64,
    /// Those that failed.
    pub failed: u64,
    /// Tokens of all prompts, as far as they are known.
    pub prompt_tokens: u64,
    /// Tokens of all answers.
    pub answer_tokens: u64,
    /// How long they took together, seconds.
    pub seconds: f64,
    /// The last one began then, RFC 3339 UTC.
    pub last_at: String,
}

/// Which rows are asked for.
#[derive(Clone, Debug, Default)]
pub struct Wanted {
    /// Of somebody whose name holds this, in any case of letters.
    pub who: Option<String>,
    /// Of a model whose name holds this.
    pub model: Option<String>,
    /// Not before this, as [`stamp`] writes it.
    pub since: Option<String>,
    /// Before this.
    pub until: Option<String>,
    /// With lower numbers than this: for the next page.
    pub before: Option<i64>,
    /// At most so many.
    pub most: u32,
}

/// Adds rows. All of them or none.
///
/// # Errors
/// If they cannot be written.
pub fn append(store: &Store, rows: Vec<UsageRow>) -> Result<()> {
    store.write(WRITE, move |t| {
        let mut add = t.prepare_cached(
            "INSERT INTO usage (at, who, token, model, route, prompt_tokens, answer_tokens, exact,
             seconds, first_token_s, status, outcome)
             VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9, ?10, ?11, ?12)",
        )?;
        let number = |n: Option<u64>| n.map(|n| i64::try_from(n).unwrap_or(i64::MAX));
        for row in &rows {
            add.execute((
                &row.at,
                &row.who,
                row.token,
                &row.model,
                &row.route,
                number(row.prompt_tokens),
                number(row.answer_tokens),
                row.exact,
                row.seconds,
                row.first_token_s,
                row.status,
                row.outcome.name(),
            ))?;
        }
        Ok(())
    })
}

/// The rows that are asked for.
const WHERE: &str = "WHERE (?1 IS NULL OR instr(lower(who), lower(?1)) > 0)
      AND (?2 IS NULL OR instr(model, lower(?2)) > 0)
      AND (?3 IS NULL OR at >= ?3) AND (?4 IS NULL OR at < ?4)";

/// Rows, the newest first.
///
/// # Errors
/// If the database cannot be read.
pub fn page(store: &Store, wanted: &Wanted) -> Result<Vec<UsageRow>> {
    store.read(READ, |db| {
        let mut rows = db.prepare_cached(&format!(
            "SELECT number, at, who, token, model, route, prompt_tokens, answer_tokens, exact, seconds,
             first_token_s, status, outcome FROM usage {WHERE} AND (?5 IS NULL OR number < ?5)
             ORDER BY number DESC LIMIT ?6"
        ))?;
        let Wanted { who, model, since, until, before, most } = wanted;
        rows.query_map((who, model, since, until, before, most), read_row)?.collect()
    })
}

/// Who used how much of which model, the most tokens first.
///
/// # Errors
/// If the database cannot be read.
pub fn sums(store: &Store, wanted: &Wanted) -> Result<Vec<UsageSum>> {
    store.read(READ, |db| {
        let mut rows = db.prepare_cached(&format!(
            "SELECT who, model, count(*), sum(outcome = 'failed'), coalesce(sum(prompt_tokens), 0),
             coalesce(sum(answer_tokens), 0), sum(seconds), max(at) FROM usage {WHERE}
             GROUP BY who, model ORDER BY 5 + 6 DESC, 3 DESC LIMIT {SUMS}"
        ))?;
        let Wanted { who, model, since, until, .. } = wanted;
        let sum = |r: &Row<'_>| {
            Ok(UsageSum {
                who: r.get(0)?,
                model: r.get(1)?,
                requests: count(r, 2)?.unwrap_or_default(),
                failed: count(r, 3)?.unwrap_or_default(),
                prompt_tokens: count(r, 4)?.unwrap_or_default(),
                answer_tokens: count(r, 5)?.unwrap_or_default(),
                seconds: r.get(6)?,
                last_at: r.get(7)?,
            })
        };
        rows.query_map((who, model, since, until), sum)?.collect()
    })
}

fn count(r: &Row<'_>, column: usize) -> rusqlite::Result<Option<u64>> {
    Ok(r.get::<_, Option<i64>>(column)?.map(|n| n.max(0).unsigned_abs()))
}

fn read_row(r: &Row<'_>) -> rusqlite::Result<UsageRow> {
    Ok(UsageRow {
        number: r.get(0)?,
        at: r.get(1)?,
        who: r.get(2)?,
        token: r.get(3)?,
        model: r.get(4)?,
        route: r.get(5)?,
        prompt_tokens: count(r, 6)?,
        answer_tokens: count(r, 7)?,
        exact: r.get(8)?,
        seconds: r.get(9)?,
        first_token_s: r.get(10)?,
        status: r.get(11)?,
        outcome: UsageOutcome::named(&r.get::<_, String>(12)?),
    })
}

/// Lets go of the oldest rows beyond what is to be kept, a few thousand at once, and tells how many went.
///
/// # Errors
/// If it cannot be written.
pub fn cut(store: &Store, keep: Keep, now: jiff::Timestamp) -> Result<usize> {
    let days = jiff::SignedDuration::from_hours(i64::from(keep.days).saturating_mul(24));
    let oldest = stamp(now.checked_sub(days).unwrap_or(jiff::Timestamp::MIN));
    store.write(WRITE, move |t| {
        t.execute(
            "DELETE FROM usage WHERE number IN (
                SELECT number FROM usage
                WHERE at < ?1 OR number <= (SELECT max(number) FROM usage) - ?2
                ORDER BY number LIMIT ?3)",
            (&oldest, keep.rows, CUT_AT_ONCE),
        )
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    fn row(n: u32, who: &str, model: &str) -> UsageRow {
        UsageRow {
            number: 0,
            at: format!("2026-11-{:02}T12:00:00.000Z", n + 1),
            who: who.into(),
            token: Some(7),
            model: model.into(),
            route: "/api/chat".into(),
            prompt_tokens: (n > 0).then(|| n.into()),
            answer_tokens: Some(10),
            exact: n > 0,
            seconds: 0.5,
            first_token_s: Some(0.25),
            status: Some(200),
            outcome: if n == 3 { UsageOutcome::Failed } else { UsageOutcome::Done },
        }
    }

    #[test]
    fn what_was_used_is_kept_summed_and_cut() {
        let store = Store::in_memory().unwrap();
        let who = |n| if n < 5 { "Anna" } else { "Ben" };
        let rows: Vec<_> = (0..20).map(|n| row(n, who(n), "m:latest")).collect();
        append(&store, rows.clone()).unwrap();
        let all = |wanted: Wanted| page(&store, &Wanted { most: 100, ..wanted }).unwrap();
        let kept = all(Wanted::default());
        assert_eq!(kept.len(), 20);
        assert_eq!(UsageRow { number: 0, ..kept[19].clone() }, rows[0]);
        let of = |who: &str| all(Wanted { who: Some(who.into()), ..Wanted::default() }).len();
        assert_eq!((of("anna"), of("BEN"), of("x")), (5, 15, 0));
        let since = Some("2026-11-11T00:00:00.000Z".into());
        assert_eq!(all(Wanted { since, before: Some(15), ..Wanted::default() }).len(), 4);
        let sums = sums(&store, &Wanted::default()).unwrap();
        let anna = sums.iter().find(|s| s.who == "Anna").unwrap();
        assert_eq!(
            (anna.requests, anna.failed, anna.prompt_tokens, anna.answer_tokens),
            (5, 1, 10, 50)
        );
        let now = "2026-11-20T12:00:00Z".parse().unwrap();
        assert_eq!(cut(&store, Keep { days: 10, rows: 1000 }, now).unwrap(), 9);
        assert_eq!(cut(&store, Keep { days: 1000, rows: 4 }, now).unwrap(), 7);
        assert_eq!(all(Wanted::default()).len(), 4);
    }
}
