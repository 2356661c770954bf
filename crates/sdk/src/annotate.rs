//! The simplest stage: text in, annotations of one layer out.

use crate::{About, Added, Host, StageError, Transform};
use docmill_doc::{Documents, LayerBuilder, LayerType, Span, Value, columns};
use schemars::JsonSchema;
use serde::de::DeserializeOwned;

/// A stage that looks at one document's text at a time and finds annotations of one new layer.
pub trait Annotate: Sized + Send + 'static {
    /// The stage's `with` table; derive `Deserialize` and `JsonSchema` with `deny_unknown_fields`.
    type Params: DeserializeOwned + JsonSchema;

    /// Name and version; what is read (`text`) and written (the layer) is added by the SDK.
    fn about() -> About;

    /// The layer that is made.
    fn layer() -> LayerType;

    /// Looks for wrong params that types alone do not show, without I/O.
    ///
    /// # Errors
    /// [`StageError::param`] for the first one found.
    fn check(_params: &Self::Params) -> Result<(), StageError> {
        Ok(())
    }

    /// Makes an instance.
    ///
    /// # Errors
    /// When the params do not fit or what they name cannot be loaded.
    fn new(params: Self::Params, host: Host) -> Result<Self, StageError>;

    /// Finds the annotations of one text, in any order; an empty text is asked about like any other.
    ///
    /// # Errors
    /// The document is rejected with the error, the others are not touched.
    fn annotate(&mut self, text: &str, found: &mut Found<'_>) -> Result<(), StageError>;
}

/// Takes the annotations of one document.
#[derive(Debug)]
pub struct Found<'a>(&'a mut LayerBuilder);

impl Found<'_> {
    /// Adds an annotation; `values` are the layer's attributes in order.
    pub fn push(&mut self, span: Span, values: &[Value<'_>]) {
        self.0.push(span, values);
    }
}

/// Makes a batch-level stage of one that works on single texts.
pub(crate) struct Each<A>(A);

impl<A: Annotate> Transform for Each<A> {
    type Params = A::Params;

    fn about() -> About {
        A::about().reads([columns::text()]).writes([A::layer().field()])
    }

    fn check(params: &Self::Params) -> Result<(), StageError> {
        A::check(params)
    }

    fn new(params: Self::Params, host: Host) -> Result<Self, StageError> {
        A::new(params, host).map(Self)
    }

    fn process(&mut self, documents: &Documents<'_>) -> Result<Added, StageError> {
        let texts = documents.texts()?;
        let mut layer = LayerBuilder::new(&A::layer());
        let mut failed = Vec::new();
        for row in 0..documents.len() {
            if let Err(error) = self.0.annotate(texts.value(row), &mut Found(&mut layer)) {
                layer.abandon_document();
                failed.push((row, error));
            }
            layer.end_document();
        }
        let mut added = Added::columns(vec![layer.finish()]);
        failed.iter().for_each(|(row, error)| added.reject(*row, "stage_error", error.message()));
        Ok(added)
    }
}
