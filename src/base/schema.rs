//! How values that are no types of ours look in the API's description: rows of numbers of a fixed
//! length, one of several words, the value of a setting. Describes only; nothing here checks anything.

use std::borrow::Cow;

use utoipa::openapi::schema::{AnyOf, AnyOfBuilder, ArrayBuilder, Object, ObjectBuilder, Type};
use utoipa::openapi::{KnownFormat, RefOr, Schema, SchemaFormat};
use utoipa::{PartialSchema, ToSchema};

macro_rules! rows {
    ($($(#[doc = $doc:literal])+ $name:ident $shown:literal = $n:literal of $item:expr;)+) => {$(
        $(#[doc = $doc])+
        pub struct $name;

        impl PartialSchema for $name {
            fn schema() -> RefOr<Schema> {
                ArrayBuilder::new()
                    .items($item)
                    .min_items(Some($n))
                    .max_items(Some($n))
                    .description(Some(concat!($($doc),+).trim()))
                    .into()
            }
        }

        impl ToSchema for $name {
            fn name() -> Cow<'static, str> {
                Cow::Borrowed($shown)
            }
        }
    )+};
}

rows! {
    /// x and y, each 0..1 of what is meant, y down.
    Point "Point" = 2 of number();
    /// Three numbers: x right, y up, z to the viewer.
    Triple "Vec3" = 3 of number();
    /// A rotation: a unit quaternion x, y, z, w.
    Quadruple "Quat" = 4 of number();
    /// Four points: top left, top right, bottom right, bottom left.
    Corners "Corners" = 4 of Point::schema();
    /// 3 × 3 numbers, row by row.
    Matrix "Matrix" = 3 of ArrayBuilder::new().items(number()).min_items(Some(3)).max_items(Some(3));
    /// 21 points of a hand in MediaPipe's order.
    Landmarks "Landmarks" = 21 of ArrayBuilder::new().items(number()).min_items(Some(3)).max_items(Some(3));
}

fn number() -> Object {
    ObjectBuilder::new()
        .schema_type(Type::Number)
        .format(Some(SchemaFormat::KnownFormat(KnownFormat::Float)))
        .build()
}

/// One of `words`.
pub fn one_of(words: &[&str]) -> Object {
    ObjectBuilder::new()
        .schema_type(Type::String)
        .enum_values(Some(words.iter().map(|w| (*w).to_owned())))
        .build()
}

/// A setting's value.
pub fn plain() -> Schema {
    plain_values().into()
}

fn plain_values() -> AnyOf {
    [Type::Boolean, Type::Number, Type::String].into_iter().fold(AnyOf::new(), |any, of| {
        AnyOfBuilder::from(any).item(ObjectBuilder::new().schema_type(of)).build()
    })
}

/// A setting's value, or null for a secret.
pub fn plain_or_null() -> Schema {
    let null = ObjectBuilder::new().schema_type(Type::Null);
    AnyOfBuilder::from(plain_values()).item(null).build().into()
}

/// A command as a binding names it: what the hand adds is left out.
pub fn command_by_name() -> Object {
    ObjectBuilder::new()
        .property("command", ObjectBuilder::new().schema_type(Type::String))
        .required("command")
        .build()
}
