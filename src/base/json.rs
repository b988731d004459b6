//! Objects within objects, read from JSON: only an object is one. serde by itself takes a list of values for a
//! struct too, in the order of its fields, and nobody means that.

use serde::de::{DeserializeOwned, Error as _};
use serde::{Deserialize, Deserializer};
use serde_json::Value;

fn read<T: DeserializeOwned, E: serde::de::Error>(value: Value) -> Result<T, E> {
    if !value.is_object() {
        return Err(E::custom("an object is expected"));
    }
    T::deserialize(value).map_err(E::custom)
}

/// Reads an object.
///
/// # Errors
/// If it is none, or not the one that is expected.
pub fn object<'de, D: Deserializer<'de>, T: DeserializeOwned>(from: D) -> Result<T, D::Error> {
    read(Value::deserialize(from)?)
}

/// Reads an object, or `null`.
///
/// # Errors
/// As [`object`].
pub fn object_or_null<'de, D: Deserializer<'de>, T: DeserializeOwned>(
    from: D,
) -> Result<Option<T>, D::Error> {
    match Value::deserialize(from)? {
        Value::Null => Ok(None),
        value => read(value).map(Some),
    }
}

/// Reads a list of objects, or `null`.
///
/// # Errors
/// As [`object`].
pub fn objects_or_null<'de, D: Deserializer<'de>, T: DeserializeOwned>(
    from: D,
) -> Result<Option<Vec<T>>, D::Error> {
    match Value::deserialize(from)? {
        Value::Null => Ok(None),
        Value::Array(values) => values.into_iter().map(read).collect::<Result<_, _>>().map(Some),
        _ => Err(D::Error::custom("a list is expected")),
    }
}
