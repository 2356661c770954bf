use std::sync::Arc;

use arrow_array::{Array, ArrayRef, ListArray, RecordBatch, StringArray, StructArray, UInt32Array};
use arrow_buffer::OffsetBuffer;
use arrow_schema::{DataType, Field};

use crate::Offsets;
use crate::export::tests::{check, export, options, pair};

const WHOLE: &str = r#"## \*Met\*, "they" did

2025-09-24 · Bern

- Zoë 😀 met ABB.

**Entities**

- ABB (1)
- PERSON: Zoë (1)

**Keyphrases:** of a

## b

**Keyphrases:** of b
"#;

#[test]
fn digest_has_what_the_document_has() {
    for unit in [Offsets::Bytes, Offsets::Chars, Offsets::Utf16] {
        check("out.md", &[], unit, WHOLE);
    }
}

#[test]
fn chosen_fields_restrict_and_extend_the_digest() {
    let fields = ["id", "dateline.place", "meta.tag", "text"];
    let expected = "## a\n\nBern\n\n**meta.tag:** =1+1\n\nZoë 😀 met ABB.\n\n## b\n";
    check("out.md", &fields, Offsets::Chars, expected);
}

#[test]
fn no_rows_give_an_empty_file() {
    assert_eq!(export("out.markdown", &[pair().slice(2, 0)], &options(&[], Offsets::Bytes)), b"");
}

#[test]
fn listed_entities_stand_by_label_and_mentions() {
    let names: ArrayRef = Arc::new(StringArray::from(vec![Some("A_B"), Some("C"), Some("D"), None]));
    let labels: ArrayRef =
        Arc::new(StringArray::from(vec![Some("ORG"), Some("LOC"), Some("ORG"), Some("LOC")]));
    let mentions: ArrayRef = Arc::new(UInt32Array::from(vec![1, 2, 3, 4]));
    let field = |name, kind| Arc::new(Field::new(name, kind, true));
    let listed = StructArray::from(vec![
        (field("name", DataType::Utf8), names),
        (field("label", DataType::Utf8), labels),
        (field("mentions", DataType::UInt32), mentions),
    ]);
    let element = field("item", listed.data_type().clone());
    let lengths = OffsetBuffer::from_lengths([3, 1]);
    let lists: ArrayRef = Arc::new(ListArray::new(element, lengths, Arc::new(listed), None));
    let batch = RecordBatch::try_from_iter_with_nullable([("entity_list", lists, true)]).unwrap();
    let digest = String::from_utf8(export("out.md", &[batch], &options(&[], Offsets::Bytes))).unwrap();
    assert_eq!(
        digest,
        "## Untitled\n\n**Entities**\n\n- LOC: C (2)\n- ORG: D (3), A\\_B (1)\n\n## Untitled\n"
    );
}
