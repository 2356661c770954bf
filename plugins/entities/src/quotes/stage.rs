//! The `quotes` stage around [`Quoter`].

use docmill_sdk::arrow_array::types::Int32Type;
use docmill_sdk::arrow_array::{Array, DictionaryArray, ListArray, StringArray, StructArray, UInt32Array};
use docmill_sdk::schemars::{self, JsonSchema};
use docmill_sdk::serde::Deserialize;
use docmill_sdk::{
    About, Added, AttributeKind, Documents, Host, Layer, LayerBuilder, LayerType, Span, StageError,
    Transform, Value, columns,
};

use super::{Article, Direct, Kind, Quotation, Quoter, marks};
use crate::annotator::{Entity, Mention};
use crate::label::Label;

/// The options of the stage `quotes`.
#[derive(Clone, Debug, Default, Deserialize, JsonSchema)]
#[serde(crate = "docmill_sdk::serde", deny_unknown_fields, default)]
pub struct Params {
    /// The kinds wanted; empty for all.
    pub kinds: Vec<Kind>,
    /// Leaves out quotations whose speaker is less sure.
    #[schemars(range(min = 0.0, max = 1.0))]
    pub min_score: f32,
}

/// Finds who said what.
pub struct Quotes {
    params: Params,
    quoter: Quoter,
}

/// `quotes` with speakers: what `segment` makes, with what this stage finds.
fn layer() -> LayerType {
    columns::quotes()
        .with("speaker", AttributeKind::Text)
        .with("speaker_start", AttributeKind::U32)
        .with("speaker_end", AttributeKind::U32)
        .with("cue_start", AttributeKind::U32)
        .with("cue_end", AttributeKind::U32)
        .with("score", AttributeKind::F32)
}

impl Transform for Quotes {
    type Params = Params;

    fn about() -> About {
        About::new("quotes", env!("CARGO_PKG_VERSION"), "finds who said what, directly or in reported speech")
            .reads([
                columns::text(),
                columns::spans("sentences").field(),
                columns::entities().field(),
                columns::entity_list(),
            ])
            .reads_if_present([columns::quotes().field(), columns::body_start()])
            .replaces([layer().field()])
    }

    fn new(params: Params, _host: Host) -> Result<Self, StageError> {
        Ok(Self { params, quoter: Quoter::new() })
    }

    fn process(&mut self, documents: &Documents<'_>) -> Result<Added, StageError> {
        let (texts, sentences) = (documents.texts()?, documents.layer("sentences")?);
        let (entities, marked) = (documents.layer("entities")?, documents.layer("quotes").ok());
        let bodies = documents.numbers("body_start").ok();
        let list = documents.batch().column_by_name("entity_list");
        let list = list.and_then(|column| column.as_any().downcast_ref::<ListArray>());
        let mut out = LayerBuilder::new(&layer());
        let mut read = Read::default();
        let mut found = Vec::new();
        for row in 0..documents.len() {
            let text = texts.value(row);
            read.clear();
            read.sentences.extend(sentences.spans(row, text));
            read.mentions(entities, row, text);
            read.entities(list, row);
            match marked {
                Some(marked) => read.direct(marked, row, text),
                None => {
                    marks::direct(text, bodies.map_or(0, |b| b.value(row) as usize), &mut read.direct);
                }
            }
            let body_start = bodies.map_or(0, |b| b.value(row) as usize);
            self.quoter.quotations(&read.article(text, body_start), &mut found);
            for quotation in found.iter().filter(|quotation| self.wants(quotation)) {
                push(&mut out, quotation, &read.entities);
            }
            out.end_document();
        }
        Ok(Added::columns(vec![out.finish()]))
    }
}

impl Quotes {
    fn wants(&self, quotation: &Quotation) -> bool {
        let kinds = &self.params.kinds;
        (kinds.is_empty() || kinds.contains(&quotation.kind)) && quotation.score >= self.params.min_score
    }
}

fn push(out: &mut LayerBuilder, quotation: &Quotation, entities: &[Entity]) {
    let name = quotation.speaker.and_then(|speaker| entities.get(speaker as usize));
    let offsets = |span: Option<Span>| {
        let (start, end) = span.map_or((None, None), |span| (Some(span.start()), Some(span.end())));
        [start, end].map(|offset| offset.map_or(Value::Null, |offset| Value::U32(offset as u32)))
    };
    let ([speaker_start, speaker_end], [cue_start, cue_end]) =
        (offsets(quotation.speaker_span), offsets(quotation.cue));
    let values = [
        Value::Text(quotation.kind.as_str()),
        Value::U32(quotation.group),
        name.map_or(Value::Null, |entity| Value::Text(&entity.name)),
        speaker_start,
        speaker_end,
        cue_start,
        cue_end,
        Value::F32(quotation.score),
    ];
    out.push(quotation.span, &values);
}

/// The columns of one document; reused for the next.
#[derive(Default)]
struct Read {
    sentences: Vec<Span>,
    direct: Vec<Direct>,
    mentions: Vec<Mention>,
    entities: Vec<Entity>,
}

impl Read {
    fn clear(&mut self) {
        self.sentences.clear();
        self.direct.clear();
        self.mentions.clear();
        self.entities.clear();
    }

    fn article<'a>(&'a self, text: &'a str, body_start: usize) -> Article<'a> {
        let Self { sentences, direct, mentions, entities } = self;
        Article { text, body_start, sentences, direct, mentions, entities }
    }

    fn direct(&mut self, layer: Layer<'_>, row: usize, text: &str) {
        let groups = layer.attribute("group").and_then(|a| a.as_any().downcast_ref::<UInt32Array>());
        let spans = layer.rows(row).zip(layer.spans(row, text));
        self.direct.extend(spans.map(|(at, span)| Direct {
            span,
            group: groups.filter(|g| g.is_valid(at)).map_or(at as u32, |g| g.value(at)),
        }));
    }

    fn mentions(&mut self, layer: Layer<'_>, row: usize, text: &str) {
        let labels =
            layer.attribute("label").and_then(|a| a.as_any().downcast_ref::<DictionaryArray<Int32Type>>());
        let entities = layer.attribute("entity").and_then(|a| a.as_any().downcast_ref::<UInt32Array>());
        let (Some(labels), Some(entities)) = (labels, entities) else { return };
        let Some(names) = labels.downcast_dict::<StringArray>() else { return };
        self.mentions.extend(layer.rows(row).zip(layer.spans(row, text)).filter_map(|(at, span)| {
            let key = labels.is_valid(at).then(|| labels.keys().value(at) as usize)?;
            let label = names.values().value(key).parse::<Label>().ok()?;
            Some(Mention {
                span,
                label,
                norm: None,
                explicit: true,
                score: 1.0,
                entity: entities.value(at),
                why: None,
            })
        }));
    }

    fn entities(&mut self, list: Option<&ListArray>, row: usize) {
        let Some(list) = list.filter(|list| list.is_valid(row)) else { return };
        let items = list.value(row);
        let Some(items) = items.as_any().downcast_ref::<StructArray>() else { return };
        let column = |name: &str| items.column_by_name(name);
        let names = column("name").and_then(|a| a.as_any().downcast_ref::<StringArray>());
        let labels = column("label").and_then(|a| a.as_any().downcast_ref::<DictionaryArray<Int32Type>>());
        let (Some(names), Some(labels)) = (names, labels) else { return };
        let Some(texts) = labels.downcast_dict::<StringArray>() else { return };
        for at in 0..items.len() {
            let label = texts.values().value(labels.keys().value(at) as usize).parse().unwrap_or(Label::Misc);
            let name = names.value(at).to_owned();
            self.entities.push(Entity { name, label, mentions: 0, first: 0 });
        }
    }
}
