//! Ids: each must come once in a run, or is made to.

use crate::flow::name_of;
use crate::rows::{Group, failed};
use crate::{Failure, RunError, RunErrorKind};
use arrow_array::cast::AsArray;
use arrow_array::{RecordBatch, StringArray};
use docmill_pipeline::DuplicateIds;
use std::borrow::Cow;
use std::collections::{BTreeMap, HashSet};
use std::hash::{DefaultHasher, Hash, Hasher};
use std::sync::Arc;

/// The ids seen so far, in document order, and the new names of the documents at hand.
#[derive(Debug, Default)]
pub(crate) struct Names {
    policy: DuplicateIds,
    seen: HashSet<u128>,
    /// Of the documents that were read last: row of the source's batch, old id, new id.
    renamed: Renamed,
    count: u64,
}

/// Documents with other ids than their source gave them: by row of the source's batch the old id and the new one.
pub(crate) type Renamed = BTreeMap<u32, (String, String)>;

impl Names {
    pub(crate) fn new(policy: DuplicateIds) -> Self {
        Self { policy, ..Self::default() }
    }

    /// How many documents got another id.
    pub(crate) fn count(&self) -> u64 {
        self.count
    }

    /// The documents that were read last and have another id now.
    pub(crate) fn renamed(&self) -> &Renamed {
        &self.renamed
    }

    /// Takes the documents that come next, as `id` and `uri` name them.
    ///
    /// # Errors
    /// Two documents of one id would overwrite each other in whatever reads the output.
    pub(crate) fn read(&mut self, names: &RecordBatch) -> Result<(), RunError> {
        self.renamed.clear();
        for row in 0..names.num_rows() {
            let id = name_of(names, "id", row);
            if id.is_empty() || self.seen.insert(fingerprint(&id)) {
                continue;
            }
            let uri = name_of(names, "uri", row);
            if self.policy == DuplicateIds::Error {
                let message = format!(
                    "document id `{id}` comes twice, the second time from {uri}: ids must be unique in a run; \
                     `[run] duplicate_ids = \"suffix\"` makes them so"
                );
                return Err(RunError::new(RunErrorKind::Run, message));
            }
            let new = self.free(&id, &uri);
            tracing::debug!(id, new, uri, "an id came twice");
            self.renamed.insert(row as u32, (id, new));
            self.count += 1;
        }
        Ok(())
    }

    /// An id for a document whose own is taken: from its uri, so that others with its id do not change it.
    fn free(&mut self, id: &str, uri: &str) -> String {
        let digest = blake3::hash(uri.as_bytes()).to_hex();
        let first = format!("{id}~{}", digest.get(..8).unwrap_or_default());
        let mut new = first.clone();
        let mut n = 2_u64;
        while !self.seen.insert(fingerprint(&new)) {
            new = format!("{first}~{n}");
            n += 1;
        }
        new
    }
}

/// The documents of a group with the ids that they have now.
pub(crate) fn rename(group: Group, renamed: &Renamed) -> Result<RecordBatch, Failure> {
    let Group { batch, origins } = group;
    let Ok(at) = batch.schema_ref().index_of("id") else { return Ok(batch) };
    if renamed.is_empty() || !origins.iter().any(|origin| renamed.contains_key(origin)) {
        return Ok(batch);
    }
    let ids = batch.column(at).as_string::<i32>();
    let ids = ids.iter().zip(&origins).map(|(id, origin)| id.map(|id| new_name(id, *origin, renamed)));
    let ids: StringArray = ids.collect();
    let mut columns = batch.columns().to_vec();
    columns[at] = Arc::new(ids);
    RecordBatch::try_new(batch.schema(), columns).map_err(failed)
}

/// The id that a document has now; a part of it, such as `ID/2`, keeps its number.
pub(crate) fn new_name<'a>(id: &'a str, origin: u32, renamed: &Renamed) -> Cow<'a, str> {
    let Some((old, new)) = renamed.get(&origin) else { return Cow::Borrowed(id) };
    id.strip_prefix(old.as_str()).map_or(Cow::Borrowed(id), |part| Cow::Owned(format!("{new}{part}")))
}

/// 128 bits, so that two ids of any archive are taken for one less often than a disk forgets.
pub(crate) fn fingerprint(id: &str) -> u128 {
    let half = |salt: u8| {
        let mut hasher = DefaultHasher::new();
        (salt, id).hash(&mut hasher);
        u128::from(hasher.finish())
    };
    half(0) << 64 | half(1)
}
