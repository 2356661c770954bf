//! Writing and reading layers.

use crate::{AttributeKind, LayerType, Span, Value};
use arrow_array::types::Int32Type;
use arrow_array::{
    Array, ArrayRef, BooleanArray, DictionaryArray, Float32Array, Int32Array, ListArray, StringArray,
    StructArray, UInt32Array,
};
use arrow_buffer::OffsetBuffer;
use arrow_schema::{DataType, Fields};
use std::sync::Arc;

/// Collects the annotations of one layer, document by document.
///
/// [`push`](Self::push) the annotations of a document, then call
/// [`end_document`](Self::end_document); a document without annotations is just ended. Order within a
/// document is free: the builder sorts by (start, end). Cost: a few bytes copied per annotation, no
/// allocation beyond the growth of its buffers.
#[derive(Debug)]
pub struct LayerBuilder {
    fields: Fields,
    starts: Vec<u32>,
    ends: Vec<u32>,
    cells: Vec<Cells>,
    document: usize,
    offsets: Vec<i32>,
}

impl LayerBuilder {
    /// An empty builder for a layer of this type.
    #[must_use]
    pub fn new(layer: &LayerType) -> Self {
        let fields = match layer.field().data_type() {
            DataType::List(item) => match item.data_type() {
                DataType::Struct(fields) => fields.clone(),
                _ => Fields::empty(),
            },
            _ => Fields::empty(),
        };
        let cells = layer.attributes().iter().map(|(_, kind)| Cells::new(*kind)).collect();
        Self { fields, starts: Vec::new(), ends: Vec::new(), cells, document: 0, offsets: vec![0] }
    }

    /// Adds an annotation to the current document.
    ///
    /// `values` are the attributes in the layer's order. A value of another kind than the attribute's, or
    /// one left out, is stored as null (a label as the empty string).
    pub fn push(&mut self, span: Span, values: &[Value<'_>]) {
        self.starts.push(span.start() as u32);
        self.ends.push(span.end() as u32);
        for (n, cells) in self.cells.iter_mut().enumerate() {
            cells.push(values.get(n).copied().unwrap_or(Value::Null));
        }
    }

    /// Adds annotations whose attributes, if the layer has any, are all left out; faster than one at a time.
    pub fn extend(&mut self, spans: &[Span]) {
        self.starts.extend(spans.iter().map(|span| span.start() as u32));
        self.ends.extend(spans.iter().map(|span| span.end() as u32));
        for cells in &mut self.cells {
            spans.iter().for_each(|_| cells.push(Value::Null));
        }
    }

    /// Ends the current document and begins the next.
    pub fn end_document(&mut self) {
        let from = self.document;
        if !is_sorted(&self.starts[from..], &self.ends[from..]) {
            let key = |at: usize| (self.starts[at], self.ends[at]);
            let mut order: Vec<usize> = (from..self.starts.len()).collect();
            order.sort_by_key(|&at| key(at));
            permute(&mut self.starts, from, &order);
            permute(&mut self.ends, from, &order);
            self.cells.iter_mut().for_each(|cells| cells.permute(from, &order));
        }
        self.document = self.starts.len();
        self.offsets.push(self.document as i32);
    }

    /// Forgets what was pushed for the current document.
    pub fn abandon_document(&mut self) {
        self.starts.truncate(self.document);
        self.ends.truncate(self.document);
        self.cells.iter_mut().for_each(|cells| cells.truncate(self.document));
    }

    /// The layer of all documents ended so far; what belongs to an unended document is left out.
    #[must_use]
    pub fn finish(mut self) -> ArrayRef {
        self.abandon_document();
        let mut arrays: Vec<ArrayRef> =
            vec![Arc::new(UInt32Array::from(self.starts)), Arc::new(UInt32Array::from(self.ends))];
        arrays.extend(self.cells.into_iter().map(Cells::finish));
        let rows = self.document;
        let items = StructArray::try_new_with_length(self.fields.clone(), arrays, None, rows)
            .expect("the arrays were made from these fields");
        let item = arrow_schema::Field::new("item", DataType::Struct(self.fields), false);
        Arc::new(ListArray::new(
            Arc::new(item),
            OffsetBuffer::new(self.offsets.into()),
            Arc::new(items),
            None,
        ))
    }
}

/// True when the spans are in the order of their starts, and of their ends where starts are equal.
fn is_sorted(starts: &[u32], ends: &[u32]) -> bool {
    // Most layers have no two annotations with one start, which is seen faster than the order of both.
    let ascending =
        starts.iter().zip(starts.iter().skip(1)).fold(true, |sorted, (one, next)| sorted && one < next);
    ascending || starts.iter().zip(ends).is_sorted()
}

fn permute<T: Copy>(column: &mut [T], from: usize, order: &[usize]) {
    let sorted: Vec<T> = order.iter().map(|&at| column[at]).collect();
    column[from..].copy_from_slice(&sorted);
}

/// The values of one attribute, one cell an annotation.
#[derive(Debug)]
enum Cells {
    Label { keys: Vec<i32>, values: Vec<String> },
    Text { arena: String, cells: Vec<Option<(u32, u32)>> },
    U32(Vec<Option<u32>>),
    F32(Vec<Option<f32>>),
    Bool(Vec<Option<bool>>),
}

impl Cells {
    fn new(kind: AttributeKind) -> Self {
        match kind {
            AttributeKind::Label => Self::Label { keys: Vec::new(), values: Vec::new() },
            AttributeKind::Text => Self::Text { arena: String::new(), cells: Vec::new() },
            AttributeKind::U32 => Self::U32(Vec::new()),
            AttributeKind::F32 => Self::F32(Vec::new()),
            AttributeKind::Bool => Self::Bool(Vec::new()),
        }
    }

    fn push(&mut self, value: Value<'_>) {
        match (self, value) {
            (Self::Label { keys, values }, value) => {
                let label = if let Value::Text(label) = value { label } else { "" };
                // A layer has a dozen labels at the most: a scan beats a hash.
                let key = values.iter().position(|v| v == label).unwrap_or_else(|| {
                    values.push(label.to_owned());
                    values.len() - 1
                });
                keys.push(key as i32);
            }
            (Self::Text { arena, cells }, Value::Text(text)) => {
                let start = arena.len() as u32;
                arena.push_str(text);
                cells.push(Some((start, arena.len() as u32)));
            }
            (Self::Text { cells, .. }, _) => cells.push(None),
            (Self::U32(cells), value) => cells.push(if let Value::U32(v) = value { Some(v) } else { None }),
            (Self::F32(cells), value) => cells.push(if let Value::F32(v) = value { Some(v) } else { None }),
            (Self::Bool(cells), value) => cells.push(if let Value::Bool(v) = value { Some(v) } else { None }),
        }
    }

    fn permute(&mut self, from: usize, order: &[usize]) {
        match self {
            Self::Label { keys, .. } => permute(keys, from, order),
            Self::Text { cells, .. } => permute(cells, from, order),
            Self::U32(cells) => permute(cells, from, order),
            Self::F32(cells) => permute(cells, from, order),
            Self::Bool(cells) => permute(cells, from, order),
        }
    }

    fn truncate(&mut self, len: usize) {
        match self {
            Self::Label { keys, .. } => keys.truncate(len),
            Self::Text { cells, .. } => cells.truncate(len),
            Self::U32(cells) => cells.truncate(len),
            Self::F32(cells) => cells.truncate(len),
            Self::Bool(cells) => cells.truncate(len),
        }
    }

    fn finish(self) -> ArrayRef {
        match self {
            Self::Label { keys, values } => {
                let values: ArrayRef = Arc::new(StringArray::from_iter_values(values));
                let keys = Int32Array::from(keys);
                Arc::new(DictionaryArray::<Int32Type>::new(keys, values))
            }
            Self::Text { arena, cells } => {
                let text = |(start, end): (u32, u32)| arena.get(start as usize..end as usize);
                Arc::new(cells.into_iter().map(|cell| cell.and_then(text)).collect::<StringArray>())
            }
            Self::U32(cells) => Arc::new(UInt32Array::from(cells)),
            Self::F32(cells) => Arc::new(Float32Array::from(cells)),
            Self::Bool(cells) => Arc::new(BooleanArray::from(cells)),
        }
    }
}

/// Reads a layer of a batch; made by [`crate::Documents::layer`].
#[derive(Clone, Copy, Debug)]
pub struct Layer<'a> {
    list: &'a ListArray,
    items: &'a StructArray,
    starts: &'a UInt32Array,
    ends: &'a UInt32Array,
}

impl<'a> Layer<'a> {
    pub(crate) fn new(column: &'a dyn Array) -> Option<Self> {
        let list = column.as_any().downcast_ref::<ListArray>()?;
        let items = list.values().as_any().downcast_ref::<StructArray>()?;
        let offsets = |name| items.column_by_name(name)?.as_any().downcast_ref::<UInt32Array>();
        Some(Self { list, items, starts: offsets("start")?, ends: offsets("end")? })
    }

    /// The rows of the layer's annotations that belong to a document; empty for a row out of range.
    #[must_use]
    pub fn rows(&self, document: usize) -> std::ops::Range<usize> {
        if document >= self.list.len() || self.list.is_null(document) {
            return 0..0;
        }
        let at = self.list.value_offsets();
        at[document] as usize..at[document + 1] as usize
    }

    /// The spans of a document, sorted; one that does not fit `text` is left out.
    pub fn spans(self, document: usize, text: &'a str) -> impl Iterator<Item = Span> + 'a {
        let (starts, ends) = (self.starts, self.ends);
        self.rows(document)
            .filter_map(move |row| Span::new(text, starts.value(row) as usize, ends.value(row) as usize))
    }

    /// Checks that the document's spans lie within `text`, on char boundaries, and are sorted.
    ///
    /// # Errors
    /// Says in words which annotation breaks which rule.
    pub fn check(&self, document: usize, text: &str) -> Result<(), String> {
        let mut before = (0, 0);
        for row in self.rows(document) {
            let (start, end) = (self.starts.value(row), self.ends.value(row));
            if Span::new(text, start as usize, end as usize).is_none() {
                let why = if start > end {
                    "is reversed"
                } else if end as usize > text.len() {
                    "reaches past the text"
                } else {
                    "cuts a character"
                };
                return Err(format!("span {start}..{end} {why} (text of {} bytes)", text.len()));
            }
            if (start, end) < before {
                return Err(format!(
                    "span {start}..{end} comes after {}..{}: not sorted",
                    before.0, before.1
                ));
            }
            before = (start, end);
        }
        Ok(())
    }

    /// An attribute's column, indexed by [`rows`](Self::rows).
    #[must_use]
    pub fn attribute(&self, name: &str) -> Option<&'a ArrayRef> {
        self.items.column_by_name(name)
    }
}

#[cfg(test)]
mod tests;
