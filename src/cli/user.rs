//! `dixi user`: the people who may come in, for whoever has the machine itself.

use std::fmt::Write;
use std::io::{BufRead, IsTerminal};
use std::process::ExitCode;

use clap::{Subcommand, ValueEnum};

use super::arguments::ConfigArgs;
use crate::access::{Access, By, Role};
use crate::app::door;
use crate::base::{Error, Kind, Result};

/// More than any password.
const LINE_MAX: u64 = 4 << 10;

/// List and change the people who may come in. A running box follows within seconds.
#[derive(clap::Args)]
pub(super) struct Args {
    #[command(subcommand)]
    what: What,
    #[command(flatten)]
    config: ConfigArgs,
}

#[derive(Subcommand)]
enum What {
    /// Everybody, with role and last login.
    List,
    /// Add somebody; the password is read from standard input.
    Add {
        /// What they are called.
        name: String,
        /// What they may do.
        #[arg(long, value_enum, default_value = "user")]
        role: RoleArg,
    },
    /// Give somebody another password, read from standard input; all their sessions end.
    Password {
        /// Who.
        name: String,
    },
    /// Give somebody another role.
    Role {
        /// Who.
        name: String,
        /// What they may do from now on.
        #[arg(value_enum)]
        role: RoleArg,
    },
    /// Remove somebody, with their sessions and the tokens that they made.
    Remove {
        /// Who.
        name: String,
    },
}

#[derive(Clone, Copy, ValueEnum)]
enum RoleArg {
    /// Looks.
    Viewer,
    /// Uses the box.
    User,
    /// Looks after it.
    Owner,
}

impl From<RoleArg> for Role {
    fn from(role: RoleArg) -> Self {
        match role {
            RoleArg::Viewer => Self::Viewer,
            RoleArg::User => Self::User,
            RoleArg::Owner => Self::Owner,
        }
    }
}

pub(super) fn run(args: &Args) -> Result<ExitCode> {
    let access = door::of(&args.config.data_dir()?.path)?;
    let by = By::operator();
    let said = match &args.what {
        What::List => list(&access)?,
        What::Add { name, role } => {
            let role = Role::from(*role);
            access.add(&by, name, role, &password()?)?;
            format!("added “{}” as {}\n", name.trim(), role.name())
        }
        What::Password { name } => {
            access.set_password(&by, id_of(&access, name)?, &password()?, None)?;
            format!("“{name}” has another password; all sessions ended\n")
        }
        What::Role { name, role } => {
            let role = Role::from(*role);
            access.set_role(&by, id_of(&access, name)?, role)?;
            format!("“{name}” is {} now\n", role.name())
        }
        What::Remove { name } => {
            access.remove(&by, id_of(&access, name)?)?;
            format!("removed “{name}”\n")
        }
    };
    super::print(&said)?;
    Ok(ExitCode::SUCCESS)
}

fn list(access: &Access) -> Result<String> {
    let mut text = String::new();
    for p in access.people()? {
        let login =
            p.login_at.map_or_else(|| "never logged in".into(), |at| format!("last login {at:.0}"));
        // Writing to a string cannot fail.
        let _ = writeln!(text, "{:<7} {}  ({login})", p.role, p.name);
    }
    if text.is_empty() {
        text = "nobody yet: `dixi setup-link` makes a link for the first owner\n".into();
    }
    Ok(text)
}

fn id_of(access: &Access, name: &str) -> Result<i64> {
    let people = access.people()?;
    let wanted = name.trim().to_lowercase();
    let found = people.iter().find(|p| p.name.to_lowercase() == wanted).map(|p| p.id);
    found.ok_or_else(|| {
        Error::new(Kind::NotFound, format!("there is nobody called “{name}”"))
            .next("`dixi user list` tells who there is")
    })
}

/// One line of standard input. Never a flag: those can be read in the list of processes.
fn password() -> Result<String> {
    let input = std::io::stdin();
    if input.is_terminal() {
        super::print(
            "Password (it is shown while you type; pipe it in to keep it off the screen): ",
        )?;
    }
    let mut line = String::new();
    std::io::Read::take(input.lock(), LINE_MAX).read_line(&mut line)?;
    Ok(line.trim_end_matches(['\r', '\n']).to_owned())
}
