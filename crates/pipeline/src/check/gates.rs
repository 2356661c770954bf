//! `[[gate]]`: the names of its condition, and what it scores.

use docmill_expression::{Names, Type};

use super::Checker;
use crate::suggest::{did_you_mean, listed, short};
use crate::{Code, ColumnType, Gate, GateDecl, PlannedStage, Score, ScoreDecl};

/// What is counted of a run.
const RUN: &[&str] = &["documents_in", "documents_out", "dropped", "rejected", "text_bytes"];
/// What is counted of a stage.
const STAGE: &[&str] = &["documents_in", "documents_out", "made", "dropped", "rejected"];
/// What is counted and calculated of annotations beside gold.
const SCORE: &[&str] = &["precision", "recall", "f1", "gold", "found", "correct"];

impl Gate {
    /// The names that its condition may use, with what they hold.
    ///
    /// `run.documents_in` and the like, `stage.ID.rejected`, `stage.ID.annotations.LAYER`; of a gate with a score
    /// also `f1`, `precision`, `recall`, `gold`, `found`, `correct`, each for one label as `label.LABEL.f1`. All are
    /// numbers.
    #[must_use]
    pub fn names(stages: &[PlannedStage], has_score: bool) -> impl Names + '_ {
        GateNames { stages, has_score }
    }
}

struct GateNames<'a> {
    stages: &'a [PlannedStage],
    has_score: bool,
}

impl Names for GateNames<'_> {
    fn ty(&self, path: &[&str]) -> Option<Type> {
        let is_known = match path {
            ["run", count] => RUN.contains(count),
            ["stage", id, count] => self.stage(id).is_some() && STAGE.contains(count),
            ["stage", id, "annotations", layer] => {
                self.stage(id).is_some_and(|stage| layers(stage).any(|known| known == *layer))
            }
            [count] | ["label", _, count] => self.has_score && SCORE.contains(count),
            _ => false,
        };
        is_known.then_some(Type::Number)
    }

    fn all(&self) -> Vec<String> {
        let mut all: Vec<String> = RUN.iter().map(|count| format!("run.{count}")).collect();
        if self.has_score {
            all.extend(SCORE.iter().map(|count| (*count).to_owned()));
        }
        for stage in self.stages {
            let id = docmill_expression::written(&["stage", stage.id.as_str()]).unwrap_or_default();
            all.extend(STAGE.iter().map(|count| format!("{id}.{count}")));
            all.extend(layers(stage).map(|layer| format!("{id}.annotations.{layer}")));
        }
        all
    }
}

impl GateNames<'_> {
    fn stage(&self, id: &str) -> Option<&PlannedStage> {
        self.stages.iter().find(|stage| stage.id == id)
    }
}

fn layers(stage: &PlannedStage) -> impl Iterator<Item = &str> {
    stage.adds.iter().filter(|column| is_layer(&column.ty)).map(|column| column.name.as_str())
}

fn is_layer(ty: &ColumnType) -> bool {
    ColumnType::layer(Vec::new()).accepts(ty)
}

impl Checker<'_> {
    /// The gates as the runner wants them; checked as far as the stages are known.
    pub(super) fn gates(&mut self, planned: &[PlannedStage]) -> Vec<Gate> {
        // Without all stages a complaint about a name would only be an echo.
        let is_complete = planned.len() == self.stages.len();
        let mut gates = Vec::new();
        for decl in &self.pipeline.gates {
            if is_complete {
                let first = self.errors.len();
                self.condition(&decl.assert, &Gate::names(planned, decl.score.is_some()));
                if decl.score.is_none() {
                    self.explain_scores(first);
                }
            }
            let score = match &decl.score {
                Some(score) if is_complete => self.score(score, planned),
                _ => None,
            };
            gates.push(gate(decl, score));
        }
        gates
    }

    // `f1` and the like are known where there is a score.
    fn explain_scores(&mut self, first: usize) {
        for problem in self.errors.iter_mut().skip(first) {
            let Some(place) = problem.place.as_ref().filter(|_| problem.code == Code::ExpressionName) else {
                continue;
            };
            let name = self.pipeline.sources.slice(place);
            if SCORE.contains(&name) || name.starts_with("label.") {
                let example = "score = { stage = \"entities\", gold = \"gold.jsonl\" }";
                problem.help = vec![format!("it is known in a gate with a score: `{example}`")];
                problem.label.clear();
            }
        }
    }

    fn score(&mut self, decl: &ScoreDecl, planned: &[PlannedStage]) -> Option<Score> {
        let Some(at) = planned.iter().position(|stage| stage.id == decl.stage.value) else {
            let known: Vec<&str> = planned.iter().map(|stage| stage.id.as_str()).collect();
            let message = format!("`score` names no stage: there is no `{}`", short(&decl.stage.value));
            let problem = self.error(Code::UnknownFrom, message, decl.stage.place.clone());
            problem.label = did_you_mean(&decl.stage.value, known.iter().copied()).unwrap_or_default();
            problem.help.push(format!("the stages are {}", listed(known)));
            return None;
        };
        let stage = &planned[at];
        let known: Vec<&str> =
            stage.columns.iter().filter(|c| is_layer(&c.ty)).map(|c| c.name.as_str()).collect();
        let added: Vec<&str> = layers(stage).collect();
        let layer = match (&decl.layer, added.as_slice()) {
            (Some(layer), _) if known.contains(&layer.value.as_str()) => layer.value.clone(),
            (Some(layer), _) => {
                let message = format!("stage `{}` has no layer `{}`", short(&stage.id), short(&layer.value));
                let problem = self.error(Code::MissingColumn, message, layer.place.clone());
                problem.label = did_you_mean(&layer.value, known.iter().copied()).unwrap_or_default();
                problem.help.push(format!("layers after it: {}", listed(known)));
                return None;
            }
            (None, [one]) => (*one).to_owned(),
            (None, _) => {
                let how_many = if added.is_empty() { "no layer" } else { "several layers" };
                let message =
                    format!("stage `{}` adds {how_many}: say which one is scored", short(&stage.id));
                let layers = if added.is_empty() { known } else { added };
                let example = layers.first().map(|layer| format!("for example `layer = \"{layer}\"`"));
                let problem = self.error(Code::MissingKey, message, decl.place.clone());
                problem.help.extend(example);
                problem.help.push(format!("the layers are {}", listed(layers)));
                return None;
            }
        };
        Some(Score { stage: at, layer, gold: decl.gold.value.clone(), offsets: decl.offsets })
    }
}

fn gate(decl: &GateDecl, score: Option<Score>) -> Gate {
    let name = if decl.name.is_empty() { &decl.assert.value } else { &decl.name };
    Gate { name: name.clone(), assert: decl.assert.value.clone(), score }
}

#[cfg(test)]
mod tests;
