//! `docmill cache`.

use crate::args::{CacheArgs, CacheVerb, Format, OutputArgs, StorePlace};
use crate::exit::Exit;
use crate::keeping;
use crate::load::load_sound;
use crate::terminal::{self, number};
use docmill_store::{Damage, Entry, Listing, Store, Swept};
use serde_json::{Value, json};
use std::collections::BTreeMap;
use std::path::{Path, PathBuf};

pub(crate) fn run(args: &CacheArgs, output: &OutputArgs) -> Exit {
    let done = match &args.verb {
        CacheVerb::Ls { store, long, format } => list(store, *long, *format, output),
        CacheVerb::Gc { store, max_size } => collect(store, *max_size, output),
        CacheVerb::Verify { store, format } => verify(store, *format, output),
    };
    done.unwrap_or_else(|exit| exit)
}

/// A store, and the most bytes that its pipeline wants to keep, if a pipeline was named.
struct Found {
    folder: PathBuf,
    most: Option<u64>,
}

fn find(StorePlace { place, pipeline }: &StorePlace, output: &OutputArgs) -> Result<Found, Exit> {
    if !place.is_file() {
        let inside = place.join(".docmill");
        let is_store = |folder: &Path| folder.join("ledger.jsonl").is_file();
        let found = [place.clone(), inside].into_iter().find(|folder| is_store(folder));
        return found.map(|folder| Found { folder, most: None }).ok_or_else(|| {
            let message = format!("there is no store at {}", place.display());
            terminal::error(&message, Some("name a pipeline, the folder of its outputs, or a store"));
            Exit::CONFIG
        });
    }
    let (loaded, plan) = load_sound(place, pipeline, output)?;
    let Some(folder) = keeping::folder(&plan, &loaded.folder) else {
        terminal::error("the pipeline keeps nothing: `[run] store` is false", None);
        return Err(Exit::CONFIG);
    };
    Ok(Found { folder, most: Some(plan.run.store.max_bytes) })
}

fn failed(folder: &Path, error: &std::io::Error) -> Exit {
    terminal::error(&format!("the store at {}: {error}", terminal::shown(folder)), None);
    Exit::FAILED
}

fn list(place: &StorePlace, long: bool, format: Format, output: &OutputArgs) -> Result<Exit, Exit> {
    let Found { folder, .. } = find(place, output)?;
    let listing = Listing::read(&folder).map_err(|error| failed(&folder, &error))?;
    let entries = listing.entries();
    terminal::print(&match format {
        Format::Json => format!("{:#}\n", entries.iter().map(|entry| told(entry)).collect::<Value>()),
        Format::Human if long => {
            let mut rows = vec![["stage", "block", "bytes", "key"].map(str::to_owned).to_vec()];
            rows.extend(entries.iter().map(|entry| {
                let key: String = entry.key.to_string().chars().take(12).collect();
                let block = docmill_pipeline::harmless(&entry.block);
                vec![entry.stage.clone(), block, number(entry.bytes), key]
            }));
            terminal::table(&rows)
        }
        Format::Human => summary(&entries, &folder),
    });
    Ok(Exit::OK)
}

fn told(entry: &Entry) -> Value {
    json!({
        "stage": entry.stage, "block": entry.block,
        "file": entry.file, "offset": entry.offset, "bytes": entry.bytes,
        "key": entry.key, "recipe": entry.recipe, "input": entry.input,
    })
}

fn summary(entries: &[&Entry], folder: &Path) -> String {
    let mut stages: BTreeMap<&str, (u64, u64)> = BTreeMap::new();
    for entry in entries {
        let (results, bytes) = stages.entry(&entry.stage).or_default();
        (*results, *bytes) = (*results + 1, *bytes + entry.bytes);
    }
    let mut rows = vec![["stage", "results", "bytes"].map(str::to_owned).to_vec()];
    rows.extend(
        stages
            .iter()
            .map(|(stage, (results, bytes))| vec![(*stage).to_owned(), number(*results), number(*bytes)]),
    );
    let bytes: u64 = stages.values().map(|(_, bytes)| bytes).sum();
    let closing = format!(
        "{} results, {} bytes, in {}\n",
        number(entries.len() as u64),
        number(bytes),
        terminal::shown(folder)
    );
    terminal::table(&rows) + &closing
}

fn collect(place: &StorePlace, most: Option<u64>, output: &OutputArgs) -> Result<Exit, Exit> {
    let found = find(place, output)?;
    let store = Store::open(&found.folder).map_err(|error| {
        terminal::error(&error.to_string(), Some("wait until the run that uses it has ended"));
        Exit::CONFIG
    })?;
    let most = most.or(found.most).unwrap_or(u64::MAX);
    let swept = store.sweep(most, true).map_err(|error| failed(&found.folder, &error))?;
    let Swept { removed, removed_bytes, kept, kept_bytes } = swept;
    terminal::print(&format!(
        "removed {} results of {} bytes; {} results of {} bytes are kept\n",
        number(removed),
        number(removed_bytes),
        number(kept),
        number(kept_bytes)
    ));
    Ok(Exit::OK)
}

fn verify(place: &StorePlace, format: Format, output: &OutputArgs) -> Result<Exit, Exit> {
    let Found { folder, .. } = find(place, output)?;
    let listing = Listing::read(&folder).map_err(|error| failed(&folder, &error))?;
    let damages = listing.verify().map_err(|error| failed(&folder, &error))?;
    let results = number(listing.entries().len() as u64);
    terminal::print(&match format {
        Format::Json => {
            let damage = |damage: &Damage| json!({ "file": damage.file, "message": damage.message, "result": damage.entry.as_deref().map(told) });
            format!("{:#}\n", json!({ "damaged": damages.iter().map(damage).collect::<Vec<_>>() }))
        }
        Format::Human if damages.is_empty() => format!("all {results} results are as they were written\n"),
        Format::Human => {
            let line = |damage: &Damage| {
                let of = damage.entry.as_ref().map(|e| format!(" (stage {}, block {})", e.stage, e.block));
                format!("{}{}: {}\n", damage.file, of.unwrap_or_default(), damage.message)
            };
            damages.iter().map(line).collect::<String>()
        }
    });
    if damages.is_empty() {
        return Ok(Exit::OK);
    }
    let are = if damages.len() == 1 { "is" } else { "are" };
    let message = format!("{} of {results} results {are} damaged", number(damages.len() as u64));
    terminal::error(&message, Some("the next run makes them anew; `docmill cache gc` removes the rest"));
    Ok(Exit::FAILED)
}
