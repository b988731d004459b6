//! The API's description (OpenAPI 3.1), made of the route registry: what each route needs, its body cap
//! and every refusal that the guards can give come from the registry and the error table; summaries,
//! bodies and answers from the handlers and types themselves. Nothing is written twice, and a route
//! whose handler describes nothing does not compile.

use std::sync::LazyLock;

use axum::body::Bytes;
use serde_json::json;
use utoipa::openapi::extensions::ExtensionsBuilder;
use utoipa::openapi::path::{Operation, PathItem};
use utoipa::openapi::schema::AdditionalProperties;
use utoipa::openapi::security::{
    ApiKey, ApiKeyValue, HttpAuthScheme, HttpBuilder, SecurityRequirement, SecurityScheme,
};
use utoipa::openapi::{
    Components, ContentBuilder, Info, License, OpenApi, OpenApiBuilder, Ref, RefOr, Response,
    Schema,
};
use utoipa::{PartialSchema, ToSchema};

use super::identify::SETUP;
use super::rights::Needs;
use super::routes::{LARGE, ROUTES, Route};
use super::wire::{ErrorAnswer, OllamaFault, OpenAiFault, status};
use crate::base::Kind;

const ABOUT: &str = "\
What a Dixi box can be asked over HTTP. Every request's `Host` must be a name or address of the box, and \
`Origin`, where a browser sends one, must be the same origin: else 421 or 403. Where the box has a \
certificate, other machines that ask over plain HTTP are led to HTTPS (308), or refused (403) if they \
sent something. A route that does not take a method answers 405.\n\n\
`x-needs` says what a route asks of the caller: the least role, the scope, and whether the password must \
have been given in the last 20 minutes. `x-body-max-bytes` is the largest body that it takes. A request's \
head has 10 s, its answer 30 s, but where a whole backup is made, brought or gone back to; 256 connections are served at once.\n\n\
Errors are JSON: `kind` is one of a closed list, `what` says what could not be done, `why` and `next` are \
for people, `refusal` is a code for pages in other languages.";

/// The description as it is served.
pub(super) static JSON: LazyLock<Bytes> =
    LazyLock::new(|| serde_json::to_vec(&in_order()).unwrap_or_default().into());

/// The description with every object's fields in the order of their names, always the same.
fn in_order() -> serde_json::Value {
    serde_json::to_value(description()).unwrap_or_default()
}

/// The description of every route.
pub fn description() -> OpenApi {
    let mut info = Info::new("Dixi", env!("CARGO_PKG_VERSION"));
    info.description = Some(ABOUT.to_owned());
    info.license = Some(License::new("MIT OR Apache-2.0"));
    let mut components = Components::new();
    add_ways_in(&mut components);
    let mut of_errors = vec![
        (ErrorAnswer::name().into_owned(), ErrorAnswer::schema()),
        (OllamaFault::name().into_owned(), OllamaFault::schema()),
        (OpenAiFault::name().into_owned(), OpenAiFault::schema()),
    ];
    ErrorAnswer::schemas(&mut of_errors);
    OpenAiFault::schemas(&mut of_errors);
    components.schemas.extend(of_errors);
    let mut api = OpenApiBuilder::new().info(info).components(Some(components)).build();
    for route in ROUTES {
        let (schemas, paths, _) = (route.handler)();
        if let Some(components) = &mut api.components {
            components.schemas.extend(schemas);
        }
        for (_, mut item) in paths.paths {
            if let Some(operation) = operation(&mut item, route) {
                complete(operation, route);
            }
            match api.paths.paths.get_mut(route.path) {
                Some(there) => there.merge_operations(item),
                None => drop(api.paths.paths.insert(route.path.to_owned(), item)),
            }
        }
    }
    close(&mut api);
    api
}

/// What takes no further fields: utoipa says so of structs, not of enums.
const CLOSED: [&str; 2] = ["Command", "Form"];

fn close(api: &mut OpenApi) {
    let Some(components) = &mut api.components else { return };
    for (name, schema) in &mut components.schemas {
        if let (true, RefOr::T(Schema::OneOf(one))) = (CLOSED.contains(&name.as_str()), schema) {
            for item in &mut one.items {
                if let RefOr::T(Schema::Object(variant)) = item {
                    variant.additional_properties =
                        Some(Box::new(AdditionalProperties::FreeForm(false)));
                }
            }
        }
    }
}

fn operation<'i>(item: &'i mut PathItem, route: &Route) -> Option<&'i mut Operation> {
    match route.method.as_str() {
        "GET" => item.get.as_mut(),
        "PUT" => item.put.as_mut(),
        "POST" => item.post.as_mut(),
        "DELETE" => item.delete.as_mut(),
        _ => None,
    }
}

/// The ways in.
fn add_ways_in(components: &mut Components) {
    let cookie = |name, what| {
        SecurityScheme::ApiKey(ApiKey::Cookie(ApiKeyValue::with_description(name, what)))
    };
    let bearer = HttpBuilder::new()
        .scheme(HttpAuthScheme::Bearer)
        .description(Some("A program's token, made under Settings, Access. Decides alone."))
        .build();
    components.add_security_scheme("token", SecurityScheme::Http(bearer));
    let session = "A person's session. Over TLS it is called `__Host-dixi_session`. What changes \
                   something, or opens a socket, must carry an `Origin`.";
    components.add_security_scheme("session", cookie("dixi_session", session));
    let kiosk = "A screen's token. Over TLS it is called `__Host-dixi_kiosk`.";
    components.add_security_scheme("kiosk", cookie("dixi_kiosk", kiosk));
    let setup = "The first owner's one-time link: what follows `#/setup/`. Good for 30 minutes.";
    let setup = SecurityScheme::ApiKey(ApiKey::Header(ApiKeyValue::with_description(SETUP, setup)));
    components.add_security_scheme("setup", setup);
}

/// Adds what the registry knows.
fn complete(operation: &mut Operation, route: &Route) {
    let none: [&str; 0] = [];
    let ways: &[&str] = match route.needs {
        Needs::Nothing => &[],
        Needs::SetupLink => &["setup"],
        _ => &["token", "session", "kiosk"],
    };
    operation.security = Some(ways.iter().map(|w| SecurityRequirement::new(*w, none)).collect());
    let needs = match route.needs {
        Needs::Nothing => json!(null),
        Needs::SetupLink => json!({ "setup_link": true }),
        Needs::Anybody => json!({}),
        Needs::May(role, scope) => json!({ "role": role, "scope": scope }),
        Needs::Confirmed(role, scope) => {
            json!({ "role": role, "scope": scope, "confirmed": true })
        }
    };
    let more = ExtensionsBuilder::new()
        .add("x-needs", needs)
        .add("x-body-max-bytes", route.body_max)
        .build();
    match &mut operation.extensions {
        Some(there) => there.merge(more),
        none => *none = Some(more),
    }
    for (code, what) in refusals(operation, route) {
        let responses = &mut operation.responses.responses;
        responses.entry(code.to_string()).or_insert_with(|| Response::new(what).into());
    }
    for (code, answer) in &mut operation.responses.responses {
        if let (true, RefOr::T(answer)) = (code.as_str() >= "400", answer)
            && answer.content.is_empty()
        {
            let error = Ref::from_schema_name(fault(route));
            let content = ContentBuilder::new().schema(Some(error)).build();
            answer.content.insert("application/json".to_owned(), content.into());
        }
    }
}

/// How a route says what went wrong: Ollama's as Ollama, and as OpenAI.
fn fault(route: &Route) -> std::borrow::Cow<'static, str> {
    match (route.is_relayed(), route.path.contains("/v1/")) {
        (false, _) => ErrorAnswer::name(),
        (true, false) => OllamaFault::name(),
        (true, true) => OpenAiFault::name(),
    }
}

/// The refusals that the guards, the body's cap and the rooms below give on a route, with what they
/// mean. What a handler says of the same status stands.
fn refusals(operation: &Operation, route: &Route) -> Vec<(u16, &'static str)> {
    let of = |kind: Kind| status(kind).as_u16();
    let changes = !route.method.is_safe();
    let mut all = vec![
        (
            of(Kind::Denied),
            "`denied`: the caller may not; or `confirm`: the password is needed again.",
        ),
        (413, "`exhausted`: the body is larger than `x-body-max-bytes`, or broke off."),
        (421, "`denied`: `Host` is none of this box's names."),
        (of(Kind::Internal), "`internal`: a fault of the box's."),
        (of(Kind::Unavailable), "`unavailable`: a part that is needed is not there now."),
        (of(Kind::Timeout), "`timeout`: there was no answer within 30 s."),
    ];
    if route.needs != Needs::Nothing {
        all.push((of(Kind::Login), "`login`: nobody came in, or not any more."));
    }
    if operation.request_body.is_some() {
        all.push((of(Kind::Invalid), "`invalid`: the body is not what it should be."));
        all.push((415, "`invalid`: `Content-Type` is another one."));
    } else if operation.parameters.is_some() {
        all.push((of(Kind::Invalid), "`invalid`: the path or the query is not what it should be."));
    }
    if changes || route.body_max > LARGE {
        all.push((of(Kind::Exhausted), "`exhausted`: too much at once."));
    }
    if route.is_relayed() {
        all.push((408, "The question took too long."));
        if !changes {
            all.push((of(Kind::Exhausted), "Too much at once."));
        }
    }
    if changes {
        all.push((of(Kind::Conflict), "`conflict`: it clashes with what is going on now."));
        all.push((of(Kind::DiskFull), "`disk_full`: the disk is full."));
    } else {
        all.push((308, "Over plain HTTP, from another machine: the same address over HTTPS."));
    }
    all
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::collections::BTreeSet;

    fn path() -> std::path::PathBuf {
        std::path::PathBuf::from(env!("CARGO_MANIFEST_DIR")).join("docs/reference/openapi.json")
    }

    fn pretty() -> String {
        serde_json::to_string_pretty(&in_order()).unwrap() + "\n"
    }

    #[test]
    #[ignore = "writes into the source tree"]
    fn export_openapi() {
        std::fs::write(path(), pretty()).unwrap();
    }

    #[test]
    fn the_description_is_fresh() {
        let committed = std::fs::read_to_string(path()).unwrap_or_default();
        assert!(committed == pretty(), "{} is stale: run `make docs`", path().display());
    }

    #[test]
    fn every_route_is_described_whole() {
        let api = in_order();
        let mut ids = BTreeSet::new();
        for route in ROUTES {
            let (_, paths, _) = (route.handler)();
            let own: Vec<_> = paths.paths.keys().map(String::as_str).collect();
            assert_eq!(own, [route.path], "the handler says another path than the registry");
            let method = route.method.as_str().to_ascii_lowercase();
            let of = format!("{method} {}", route.path);
            let said = &api["paths"][route.path][&method];
            assert!(said.is_object(), "{of}: not described");
            let has = |field: &str| said[field].as_str().is_some_and(|s| !s.is_empty());
            assert!(has("summary"), "{of}: no summary");
            assert!(said["tags"][0].is_string(), "{of}: no tag");
            assert!(
                has("operationId") && ids.insert(said["operationId"].to_string()),
                "{of}: no id"
            );
            assert!(said["security"].is_array(), "{of}: no security");
            assert_eq!(said["x-body-max-bytes"], route.body_max, "{of}");
            let answers = said["responses"].as_object().unwrap();
            let good = answers.keys().filter(|code| code.as_str() < "300").count();
            assert_eq!(good, 1, "{of}: one answer is right");
            for (code, answer) in answers {
                let empty = matches!(code.as_str(), "101" | "204" | "308");
                assert_eq!(answer["content"].is_null(), empty, "{of}: {code} without a body");
            }
            let takes = said["requestBody"]["content"].is_object();
            let may = route.body_max > 0 && route.path != "/api/v1/logout";
            assert_eq!(takes, may, "{of}: body");
            let braces = route.path.matches('{').count();
            let params = said["parameters"].as_array().into_iter().flatten();
            assert_eq!(params.filter(|p| p["in"] == "path").count(), braces, "{of}: parameters");
        }
        let described: usize =
            api["paths"].as_object().unwrap().values().map(|p| p.as_object().unwrap().len()).sum();
        assert_eq!(described, ROUTES.len());
        println!("{described} routes described");
    }

    #[test]
    fn every_reference_leads_somewhere() {
        let api = in_order();
        let text = api.to_string();
        let schemas = api["components"]["schemas"].as_object().unwrap();
        let mut used = BTreeSet::new();
        for rest in text.split("\"#/components/schemas/").skip(1) {
            let name = rest.split('"').next().unwrap();
            assert!(schemas.contains_key(name), "{name} is referred to and not there");
            used.insert(name);
        }
        for name in CLOSED {
            for variant in schemas[name]["oneOf"].as_array().unwrap() {
                assert_eq!(variant["additionalProperties"], false, "{name}: {variant}");
            }
        }
        for name in schemas.keys() {
            assert!(used.contains(name.as_str()), "{name} is there and nobody refers to it");
        }
    }
}
