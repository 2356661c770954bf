//! A plan drawn in lines of text: a row a stage, a lane an edge that still looks for its reader.

use super::{columns, port, title};
use crate::{Edge, Kind, Plan, harmless};

// Of a label in one line; a longer one goes on in the next.
const WIDTH: usize = 76;

/// The plan as lines for a terminal: `○` a source, `●` a transform, `■` a sink, in the order of the plan.
///
/// Every edge comes down in a lane of its own, with its label above the stage that it leads to. Time is that of
/// the text: stages times open lanes.
///
/// # Examples
///
/// ```
/// use docmill_pipeline::{Plan, Run, graph};
///
/// let stages = Vec::new();
/// let empty =
///     Plan { name: "quick".into(), stages, gates: vec![], run: Run::default(), secrets: Default::default(), warnings: vec![] };
/// assert_eq!(graph::text(&empty), "");
/// ```
#[must_use]
pub fn text(plan: &Plan) -> String {
    let mut drawing = Drawing { plan, lanes: Vec::new(), out: String::new() };
    let mut readers: Vec<Vec<(usize, &Edge)>> = vec![Vec::new(); plan.stages.len()];
    for (to, stage) in plan.stages.iter().enumerate() {
        for edge in &stage.from {
            if let Some(readers) = readers.get_mut(edge.stage) {
                readers.push((to, edge));
            }
        }
    }
    for (at, readers) in readers.iter().enumerate() {
        drawing.stage(at, readers);
    }
    drawing.out
}

struct Drawing<'a> {
    plan: &'a Plan,
    // The reader of the edge in each lane, and the edge.
    lanes: Vec<Option<(usize, &'a Edge)>>,
    out: String,
}

impl<'a> Drawing<'a> {
    fn stage(&mut self, at: usize, readers: &[(usize, &'a Edge)]) {
        let leads_here = |lane: &Option<(usize, &Edge)>| lane.is_some_and(|(to, _)| to == at);
        let incoming: Vec<usize> =
            (0..self.lanes.len()).filter(|&lane| self.lanes.get(lane).is_some_and(leads_here)).collect();
        let alone = incoming.len() == 1;
        for &lane in &incoming {
            self.label(lane, at, alone);
        }
        let own = incoming.first().copied().unwrap_or_else(|| self.free(0));
        if let [_, others @ ..] = incoming.as_slice()
            && !others.is_empty()
        {
            self.turn(own, others, ('┴', '╯'));
            others.iter().for_each(|&lane| self.put(lane, None));
        }
        let Some(stage) = self.plan.stages.get(at) else { return };
        let sign = match stage.kind {
            Kind::Source => '○',
            Kind::Transform => '●',
            Kind::Sink => '■',
        };
        let row = self.row(own, sign);
        self.line(&format!("{row} {}", harmless(&title(stage))));
        self.put(own, readers.first().copied());
        let mut branches = Vec::new();
        for reader in readers.iter().skip(1) {
            let lane = self.free(own + 1);
            self.put(lane, Some(*reader));
            branches.push(lane);
        }
        if !branches.is_empty() {
            self.turn(own, &branches, ('┬', '╮'));
        }
    }

    // What comes down a lane, above the stage `at`; the stage it comes from is named unless it stands right above.
    fn label(&mut self, lane: usize, at: usize, alone: bool) {
        let (Some(Some((_, edge))), Some(reader)) = (self.lanes.get(lane), self.plan.stages.get(at)) else {
            return;
        };
        let edge: &Edge = edge;
        let near = alone && edge.stage + 1 == at;
        let name = if near { port(self.plan, edge) } else { Some(edge.name.as_str()) };
        let names = columns(self.plan, edge, reader);
        let mut words: Vec<String> = Vec::new();
        words.extend(name.map(|name| if names.is_empty() { name.to_owned() } else { format!("{name}:") }));
        let last = names.len().saturating_sub(1);
        words.extend(
            names.iter().enumerate().map(|(n, name)| format!("{name}{}", if n < last { "," } else { "" })),
        );
        let mut lines = vec![String::new()];
        for word in words {
            let word = harmless(&word);
            let width = |text: &str| text.chars().count();
            match lines.last_mut() {
                Some(text) if text.is_empty() => text.push_str(&word),
                Some(text) if width(text) + 1 + width(&word) <= WIDTH => *text = format!("{text} {word}"),
                _ => lines.push(word),
            }
        }
        let last = lines.len() - 1;
        for (n, text) in lines.iter().enumerate() {
            let row = self.row(lane, if n == last { '▼' } else { '│' });
            self.line(&format!("{row}   {text}"));
        }
    }

    // A row in which lane `own` shows `sign` and the others go on.
    fn row(&self, own: usize, sign: char) -> String {
        let width = self.lanes.len().max(own + 1);
        let cell = |lane: usize| match self.lanes.get(lane) {
            _ if lane == own => sign,
            Some(Some(_)) => '│',
            _ => ' ',
        };
        let cells: Vec<String> = (0..width).map(|lane| cell(lane).to_string()).collect();
        cells.join(" ")
    }

    // A row in which lanes to the right join lane `own`, or part from it.
    fn turn(&mut self, own: usize, others: &[usize], (middle, end): (char, char)) {
        let far = others.iter().copied().max().unwrap_or(own);
        let mut row = String::new();
        for lane in 0..self.lanes.len() {
            let is_open = self.lanes.get(lane).is_some_and(Option::is_some);
            row.push(match lane {
                lane if lane == own => '├',
                lane if lane == far => end,
                lane if others.contains(&lane) => middle,
                lane if lane > own && lane < far => {
                    if is_open {
                        '┼'
                    } else {
                        '─'
                    }
                }
                _ => {
                    if is_open {
                        '│'
                    } else {
                        ' '
                    }
                }
            });
            row.push(if lane >= own && lane < far { '─' } else { ' ' });
        }
        self.line(&row);
    }

    // The first lane from `from` on that is free; a new one where none is.
    fn free(&mut self, from: usize) -> usize {
        let known = (from..self.lanes.len()).find(|&lane| self.lanes.get(lane).is_some_and(Option::is_none));
        known.unwrap_or_else(|| {
            self.lanes.resize(self.lanes.len().max(from) + 1, None);
            self.lanes.len() - 1
        })
    }

    fn put(&mut self, lane: usize, reader: Option<(usize, &'a Edge)>) {
        if let Some(place) = self.lanes.get_mut(lane) {
            *place = reader;
        }
        while self.lanes.last().is_some_and(Option::is_none) {
            self.lanes.pop();
        }
    }

    fn line(&mut self, text: &str) {
        self.out.push_str(text.trim_end());
        self.out.push('\n');
    }
}
