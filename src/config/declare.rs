//! The declaration itself: what is known about a setting, and the macro that turns one declaration
//! into a typed struct and a table.

use serde::Serialize;
use serde_json::Value;

/// What values a setting takes.
#[derive(Clone, Debug, PartialEq, Serialize)]
#[serde(tag = "type", rename_all = "snake_case")]
pub enum Kind {
    /// Yes or no.
    Bool,
    /// A whole number within a range, both ends included.
    Int {
        /// Smallest allowed.
        min: f64,
        /// Largest allowed.
        max: f64,
    },
    /// A number within a range, both ends included.
    Float {
        /// Smallest allowed.
        min: f64,
        /// Largest allowed.
        max: f64,
    },
    /// One of a few words.
    #[serde(serialize_with = "choices")]
    Choice(&'static [&'static str]),
    /// Free text.
    Text {
        /// Longest allowed, characters.
        max_chars: usize,
    },
}

fn choices<S: serde::Serializer>(
    c: &&'static [&'static str],
    s: S,
) -> std::result::Result<S::Ok, S::Error> {
    #[derive(Serialize)]
    struct Choices {
        choices: &'static [&'static str],
    }
    Choices { choices: c }.serialize(s)
}

impl Kind {
    /// What is allowed, in words that follow "use".
    pub fn allowed(&self) -> String {
        match self {
            Kind::Bool => "`true` or `false`".into(),
            Kind::Int { min, max } => format!("a whole number from {min} to {max}"),
            Kind::Float { min, max } => format!("a number from {min} to {max}"),
            Kind::Choice(c) => format!("one of `{}`", c.join("`, `")),
            Kind::Text { max_chars } => format!("text of at most {max_chars} characters"),
        }
    }

    /// Whether a number lies within the range.
    pub fn admits(&self, n: f64) -> bool {
        match self {
            Kind::Int { min, max } | Kind::Float { min, max } => (*min..=*max).contains(&n),
            _ => true,
        }
    }
}

/// One setting, as declared.
#[derive(Clone, Debug, Serialize)]
pub struct Setting {
    /// `group.name`, as in the file, the API and the settings page.
    pub key: &'static str,
    /// What it does, for people.
    pub doc: &'static str,
    /// What values it takes.
    #[serde(flatten)]
    pub kind: Kind,
    /// The value when nobody says otherwise.
    pub default: Value,
    /// Takes effect only after a restart.
    pub restart: bool,
    /// Never shown or logged.
    pub secret: bool,
}

impl Setting {
    /// Its environment variable: `DIXI_CAMERA_SOURCE` for `camera.source`.
    pub fn env(&self) -> String {
        format!("DIXI_{}", self.key.to_ascii_uppercase().replace('.', "_"))
    }
}

/// Declares groups of settings: a typed struct each, and one table of all.
///
/// `name: type = default, kind, [flags];` with the doc comment as the person's text.
macro_rules! settings {
    ($(
        $(#[doc = $gdoc:literal])*
        $group:ident: $Struct:ident {
            $( $(#[doc = $doc:literal])+ $name:ident: $ty:ty = $default:expr, $kind:expr $(, $flag:ident)*; )*
        }
    )*) => {
        $(
            $(#[doc = $gdoc])*
            #[derive(Clone, Debug, PartialEq)]
            pub struct $Struct { $( $(#[doc = $doc])+ pub $name: $ty, )* }
            impl Default for $Struct {
                fn default() -> Self { Self { $($name: <$ty>::from($default),)* } }
            }
        )*

        /// All settings, typed, after every layer has had its say.
        #[derive(Clone, Debug, Default, PartialEq)]
        pub struct Settings { $( $(#[doc = $gdoc])* pub $group: $Struct, )* }

        impl Settings {
            /// Every setting there is, in the order of its declaration.
            pub fn declared() -> Vec<$crate::config::Setting> {
                #[allow(unused_mut, unused_assignments, reason = "most settings carry no flag")]
                let table = vec![$($({
                    let (mut restart, mut secret) = (false, false);
                    $( settings!(@flag $flag restart secret); )*
                    $crate::config::Setting {
                        key: concat!(stringify!($group), ".", stringify!($name)),
                        doc: concat!($($doc),+).trim(),
                        kind: $kind,
                        default: $crate::config::Field::to_value(&<$ty>::from($default)),
                        restart,
                        secret,
                    }
                },)*)*];
                table
            }

            /// Sets one by its key; the caller knows that the key exists.
            ///
            /// # Errors
            /// `Invalid` if the value is of another type or out of range; `NotFound` for an unknown key.
            pub fn set(&mut self, setting: &$crate::config::Setting, value: &serde_json::Value)
                -> $crate::base::Result<()>
            {
                match setting.key {
                    $($( concat!(stringify!($group), ".", stringify!($name)) => {
                        self.$group.$name = $crate::config::Field::from_value(value, &setting.kind)?;
                        Ok(())
                    } )*)*
                    other => Err($crate::base::Error::new($crate::base::Kind::NotFound,
                        format!("there is no setting `{other}`"))),
                }
            }

            /// The value of one by its key.
            pub fn get(&self, key: &str) -> Option<serde_json::Value> {
                match key {
                    $($( concat!(stringify!($group), ".", stringify!($name)) =>
                        Some($crate::config::Field::to_value(&self.$group.$name)), )*)*
                    _ => None,
                }
            }
        }
    };
    (@flag restart $r:ident $s:ident) => { $r = true; };
    (@flag secret $r:ident $s:ident) => { $s = true; };
}

pub(super) use settings;
