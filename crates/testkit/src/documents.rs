//! Documents that find the weak places of a stage.

use crate::columns::{blank, data_type};
use arrow_array::{ArrayRef, RecordBatch, RecordBatchOptions};
use arrow_schema::{Field, Schema};
use docmill_pipeline::Column;
use docmill_sdk::{Document, DocumentsBuilder, LayerBuilder, Span, columns};
use std::sync::Arc;

/// Texts of every sort that has broken a stage before: empty, blank, with NUL, BOM, CRLF, in many scripts,
/// without a space, of nothing but marks.
#[must_use]
pub fn texts() -> Vec<String> {
    let mut texts: Vec<String> = [
        "ISLAMABAD: The minister said on Tuesday that Rs1.5bn would be spent. \u{201c}It is late,\u{201d} she said.",
        "",
        " \n\t\r\n ",
        "A\u{0}B. C\u{0}",
        "\u{feff}Lima. Rain fell.\r\nMr. Diaz left.\r\n",
        "\u{1f468}\u{200d}\u{1f469}\u{200d}\u{1f467} came. \u{1f1f5}\u{1f1ea}!",
        "\u{0648}\u{0632}\u{06cc}\u{0631} \u{0646}\u{06d2} \u{06a9}\u{06c1}\u{0627}\u{06d4} \u{06a9}\u{06cc}\u{0648}\u{06ba}\u{061f}",
        "\u{6771}\u{4eac}\u{3067}\u{96e8}\u{304c}\u{964d}\u{3063}\u{305f}\u{3002}\u{660e}\u{65e5}\u{3082}\u{ff1f}",
        "e\u{301}\u{301}\u{301} a\u{308}\u{308}",
        "\u{2028}\u{2029}\u{85}x",
        "\"\"\"\u{201c}\u{201c}(((''' ... ??? !!! ---",
    ]
    .map(str::to_owned)
    .to_vec();
    texts.push("a".repeat(20_000));
    texts.push(".".repeat(5_000));
    texts.push("\u{201c}".repeat(3_000));
    texts.push("Dr. ".repeat(2_000));
    texts
}

/// A batch of these texts with the columns that a stage says it reads, and no others.
///
/// Standard columns are filled sensibly; a layer of bare spans gets one span a word, any other column says
/// nothing.
pub(crate) fn batch(texts: &[String], reads: &[Column]) -> RecordBatch {
    let mut builder = DocumentsBuilder::default();
    for (n, text) in texts.iter().enumerate() {
        let (id, uri) = (format!("doc-{n}"), format!("kit/{n}.txt"));
        builder.push(&Document { id: &id, uri: &uri, text, published: Some(20_355), ..Document::default() });
    }
    let standard = builder.finish();
    let mut fields = Vec::new();
    let mut arrays: Vec<ArrayRef> = Vec::new();
    for column in reads {
        if let Ok(at) = standard.schema_ref().index_of(&column.name) {
            fields.push(standard.schema_ref().field(at).clone());
            arrays.push(standard.column(at).clone());
        } else if column.ty.attributes().is_some_and(<[_]>::is_empty) {
            fields.push(columns::spans(&column.name).field());
            arrays.push(words(texts, &column.name));
        } else {
            let ty = data_type(&column.ty);
            arrays.push(blank(&ty, texts.len()));
            fields.push(Field::new(&column.name, ty.clone(), !matches!(ty, arrow_schema::DataType::List(_))));
        }
    }
    let options = RecordBatchOptions::new().with_row_count(Some(texts.len()));
    RecordBatch::try_new_with_options(Arc::new(Schema::new(fields)), arrays, &options)
        .expect("the arrays were made for these fields")
}

fn words(texts: &[String], name: &str) -> ArrayRef {
    let mut layer = LayerBuilder::new(&columns::spans(name));
    for text in texts {
        for word in text.split_whitespace() {
            let start = word.as_ptr() as usize - text.as_ptr() as usize;
            Span::new(text, start, start + word.len()).into_iter().for_each(|span| layer.push(span, &[]));
        }
        layer.end_document();
    }
    layer.finish()
}
